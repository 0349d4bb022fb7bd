-- SPDX-License-Identifier: MIT
-- instar itself, as a program would use it: nothing is switched off, every failure is checked.

local common = require "workers.common"
local instar = require "instar"

local ID = "575ec8687ae143cd83dc4a97"
local FIRST = 1000 -- gets after which memory has found its level

local works = {}

local function options_for(options, more)
  local all = {base_url = options.base, token = "token", tls = options.ca and {ca_file = options.ca}, proxy = false}
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

--- A client, and a function that gets once.
local function new_getter(options, more)
  local client = instar.losant(options_for(options, more))
  return function() return assert(client.instance.get{instanceId = ID}) end, client
end

local function numbers(count)
  local list = {}
  for i = 1, count do list[i] = i end
  return list
end

--- Gets many at once: the sum as common.gets makes it.
local function gets_in_flight(count, parallel, get)
  local sum = 0
  assert(instar.map(numbers(count), function()
    local length = #get().name
    sum = sum + length
    return true
  end, {max = parallel}))
  return sum
end

function works.get(options)
  local get = new_getter(options, {max_in_flight = options.parallel})
  gets_in_flight(options.parallel, options.parallel, get)
  common.measure(function()
    if options.parallel == 1 then return common.gets(options.count, get) end
    return gets_in_flight(options.count, options.parallel, get)
  end)
end

--- Every get finds a new connection: the warm-up has only read the authorities.
function works.connect(options)
  local get = new_getter(options)
  get()
  common.measure(function() return common.gets(options.count, get) end)
end

function works.pages(options)
  local client = instar.kakaocloud(options_for(options))
  local list = client.instance.list
  local max = options.count * common.PAGE_SIZE
  assert(list{limit = common.PAGE_SIZE, offset = 0})
  common.measure(function()
    local items, sum = 0, 0
    for item in list:each({limit = common.PAGE_SIZE}, {max = max, prefetch = options.prefetch}) do
      items, sum = items + 1, sum + #item.name
    end
    return ("%d/%d"):format(items, sum)
  end)
end

function works.start(options)
  print("check=" .. common.gets(1, (new_getter(options))))
end

local function collected()
  collectgarbage()
  collectgarbage()
  return collectgarbage("count")
end

function works.memory(options)
  local clock = require "bench_clock"
  local get = new_getter(options)
  local sum = common.gets(FIRST, get)
  local early, lua_early = clock.resident(), collected()
  sum = sum + common.gets(options.count - FIRST, get)
  local late, lua_late = clock.resident(), collected()
  print(("early=%.0f late=%.0f lua_early=%.0f lua_late=%.0f check=%s"):format(early, late, lua_early, lua_late, sum))
end

common.run(works, arg)
