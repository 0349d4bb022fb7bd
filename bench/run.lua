-- SPDX-License-Identifier: MIT
-- Measures instar against the limit and the peers: the work of `make bench`.
--
-- usage: lua5.4 bench/run.lua [NAME=VALUE]...
--   ONLY=row           one row, or all of a name
--   ROUNDS=n           rounds, in place of each row's own number
--   BUILD=folder       where the builds are: build
--   5.4=lua5.4 ...     commands of the Luas that take part
-- A full run, of all rows and Luas in their own numbers of rounds, is kept in bench/results; any other only prints.

local arguments = require "bench.arguments"
local contenders = require "bench.contenders"
local json = require "bench.json"
local machine = require "bench.machine"
local measure = require "bench.measure"
local process = require "bench.process"
local rows = require "bench.rows"
local servers = require "bench.servers"
local svg = require "bench.svg"
local tables = require "bench.table"
local text = require "bench.text"

local FOLDER = "bench/results"
local ROUNDS = 7

local function say(...)
  io.stderr:write(...)
  io.stderr:flush()
end

-- Closes the Lua state, and with it the servers.
local function fail(message)
  say(message, "\n")
  os.exit(2, true)
end

local function pick_rows(only)
  local picked, names = {}, {}
  for _, row in ipairs(rows) do
    local full = row.case and row.name .. " " .. row.case or row.name
    table.insert(names, full)
    if not only or only == row.name or only == full then table.insert(picked, row) end
  end
  if #picked == 0 then fail(("no row %s; there are: %s"):format(only, table.concat(names, ", "))) end
  return picked
end

-- A row that fails is a result as well: it says why. Ctrl-C, an error that the interpreter raises, ends the run.
local function measure_row(row, all, setting, rounds)
  say(row.title, " ")
  local function run(contender)
    say(".")
    return process.run(contender, row, setting)
  end
  local ok, result = pcall(measure.row, row, contenders.of_row(all, row), rounds, run)
  say("\n")
  if ok then return result end
  if result:find("interrupted!$") then fail("interrupted") end
  say(result, "\n")
  return {title = row.title, name = row.name, case = row.case, measure = row.measure, goal = row.goal, failed = result}
end

-- A core for the servers and one for the clients; none where there are not two, or no way to pin.
local function pick_cores()
  local cores = machine.cores()
  if #cores > 1 and process.succeeds("command -v taskset") then return cores[1], cores[2] end
end

local function start_servers(build, core)
  local ok, result = pcall(servers.start, build, core)
  return ok and result or fail(result)
end

local function measure_all(picked, options, all, left_out)
  local server_core, client_core = pick_cores()
  local server = start_servers(options.BUILD, server_core)
  local setting = {build = options.BUILD, core = client_core or "-", servers = server}
  local results = {
    date = os.date("!%Y-%m-%dT%H:%M:%SZ"), pinned = client_core ~= nil, left_out = left_out,
    machine = machine.describe(), versions = machine.versions(options.luas, all[1].environment), rows = {},
  }
  for i, row in ipairs(picked) do
    local rounds = row.once and 1 or options.ROUNDS or row.rounds or ROUNDS
    results.rows[i] = measure_row(row, all, setting, rounds)
  end
  server.close()
  return results
end

local function any_failed(results)
  for _, row in ipairs(results.rows) do
    if row.failed then return true end
  end
  return false
end

local function keep(results)
  assert(process.succeeds("mkdir -p " .. FOLDER))
  text.write(FOLDER .. "/table.txt", tables.text(results))
  text.write(FOLDER .. "/results.json", json.encode(results) .. "\n")
  text.write(FOLDER .. "/results.svg", svg.draw(results))
end

local options, problem = arguments.read(arg)
if not options then fail(problem) end
local picked = pick_rows(options.ONLY)
local results = measure_all(picked, options, contenders.find(options.BUILD, options.luas))
io.write(tables.text(results))
if any_failed(results) then os.exit(1) end
if arguments.is_full(options) then keep(results) else say(FOLDER, " stays as it is: this was not a full run\n") end
