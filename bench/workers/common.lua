-- SPDX-License-Identifier: MIT
-- What the workers written in Lua share: arguments, the printed line, the requests, and how answers are summed up.

local clock = require "bench_clock"

local common = {}

--- The path and query of the get, as instar sends them.
common.GET_PATH = "/instances/575ec8687ae143cd83dc4a97?_actions=false&_links=true&_embedded=true"

--- The headers of the get, as instar sends them.
common.HEADERS = {
  ["Accept-Encoding"] = "gzip",
  ["Accept"] = "application/json",
  ["User-Agent"] = "instar/0.1.0",
  ["Accept-Version"] = "^1.29.3",
  ["Authorization"] = "Bearer token",
}

--- The headers of a page.
common.PAGE_HEADERS = {
  ["Accept-Encoding"] = "gzip",
  ["Accept"] = "application/json",
  ["User-Agent"] = "instar/0.1.0",
  ["X-Api-Version"] = "1.3.0",
  ["X-Auth-Token"] = "token",
}

--- Items of a page.
common.PAGE_SIZE = 100

--- The path and query of a page.
-- @tparam integer number of the page, from 0
-- @treturn string
function common.page_path(number)
  return ("/api/v1/instances?limit=%d&offset=%d"):format(common.PAGE_SIZE, number * common.PAGE_SIZE)
end

--- Reads the command line: a work, then `name=value` pairs.
-- @tparam {string,...} arguments as the interpreter leaves them in `arg`
-- @treturn string the work
-- @treturn table values by name, numbers as numbers; `parallel` is 1 and `prefetch` 0 where they are left out
function common.arguments(arguments)
  local work = assert(arguments[1], "usage: WORK base=URL [name=value …]")
  local options = {parallel = 1, prefetch = 0}
  for i = 2, #arguments do
    local name, value = arguments[i]:match("^([%w_]+)=(.*)$")
    assert(name, arguments[i] .. ": not name=value")
    options[name] = tonumber(value) or value
  end
  assert(options.base, "base= is missing")
  return work, options
end

--- Ends the process the way the driver understands as "left out": a message, and status 3.
function common.not_supported()
  io.stderr:write("not supported\n")
  os.exit(3)
end

--- Does the work that the command line names. An error ends the interpreter with a message and status 1.
-- @tparam {[string]=function,...} works called with the options, by name
-- @tparam {string,...} arguments
function common.run(works, arguments)
  local name, options = common.arguments(arguments)
  local work = works[name] or common.not_supported
  work(options)
end

--- Runs a function between readings of the clocks and prints the worker's line.
-- @tparam function work returns the check
function common.measure(work)
  local wall, cpu = clock.wall(), clock.cpu()
  local check = work()
  wall, cpu = clock.wall() - wall, clock.cpu() - cpu
  print(("wall=%.6f cpu=%.6f peak=%.0f check=%s"):format(wall, cpu, clock.peak(), tostring(check)))
end

--- Gets one after another.
-- @tparam integer count
-- @tparam function get gives one answer decoded
-- @treturn integer the check
function common.gets(count, get)
  local sum = 0
  for _ = 1, count do
    sum = sum + #get().name
  end
  return sum
end

--- Walks all items, page by page in order.
-- @tparam integer count of pages
-- @tparam function get gives the page of a path decoded
-- @treturn string the check
function common.pages(count, get)
  local items, sum = 0, 0
  for number = 0, count - 1 do
    local page = get(common.page_path(number)).instances
    for i = 1, #page do
      sum = sum + #page[i].name
    end
    items = items + #page
  end
  return ("%d/%d"):format(items, sum)
end

return common
