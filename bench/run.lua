-- SPDX-License-Identifier: MIT
-- Measures instar against the limit and the peers: the work of `make bench`.
--
-- usage: lua5.4 bench/run.lua [NAME=VALUE]...
--   ONLY=row           one row, or all of a name; prints only, leaves bench/results as it is
--   ROUNDS=n           rounds, in place of each row's own number
--   BUILD=folder       where the builds are: build
--   5.4=lua5.4 ...     commands of the Luas that take part

local contenders = require "bench.contenders"
local json = require "bench.json"
local machine = require "bench.machine"
local measure = require "bench.measure"
local process = require "bench.process"
local rows = require "bench.rows"
local servers = require "bench.servers"
local svg = require "bench.svg"
local tables = require "bench.table"

local FOLDER = "bench/results"
local ROUNDS = 7
local SERVER_CORE, CLIENT_CORE = 0, 1

local function say(...)
  io.stderr:write(...)
  io.stderr:flush()
end

local function fail(message)
  say(message, "\n")
  os.exit(2)
end

local function read_arguments(words)
  local options = {BUILD = "build", luas = {}}
  for _, word in ipairs(words) do
    local name, value = word:match("^([^=]+)=(.*)$")
    if not name then fail(word .. ": not NAME=VALUE") end
    local place = name:match("^[A-Z]+$") and options or options.luas
    if value ~= "" then place[name] = value end
  end
  if not options.luas[contenders.LUAS[1].name] then fail(contenders.LUAS[1].title .. " is needed") end
  return options
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

-- A row that fails is a result as well: it says why.
local function measure_row(row, all, setting, rounds)
  say(row.title, " ")
  local function run(contender)
    say(".")
    return process.run(contender, row, setting)
  end
  local ok, result = pcall(measure.row, row, contenders.of_row(all, row), rounds, run)
  say("\n")
  if ok then return result end
  say(result, "\n")
  return {title = row.title, name = row.name, case = row.case, measure = row.measure, goal = row.goal, failed = result}
end

local function write(name, text)
  local file = assert(io.open(FOLDER .. "/" .. name, "w"))
  assert(file:write(text))
  assert(file:close())
end

local function keep(results)
  assert(process.succeeds("mkdir -p " .. FOLDER))
  write("table.txt", tables.text(results))
  write("results.json", json.encode(results) .. "\n")
  write("results.svg", svg.draw(results))
end

local function measure_all(picked, options, all, left_out)
  local pinned = machine.cores() > 1
  local server = servers.start(options.BUILD, pinned and SERVER_CORE or nil)
  local setting = {build = options.BUILD, core = pinned and CLIENT_CORE or "-", servers = server}
  local results = {
    date = os.date("!%Y-%m-%dT%H:%M:%SZ"), pinned = pinned, left_out = left_out, machine = machine.describe(),
    versions = machine.versions(options.luas, all[1].environment), rows = {},
  }
  for i, row in ipairs(picked) do
    local rounds = row.once and 1 or tonumber(options.ROUNDS) or row.rounds or ROUNDS
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

local options = read_arguments(arg)
local picked = pick_rows(options.ONLY)
local results = measure_all(picked, options, contenders.find(options.BUILD, options.luas))
io.write(tables.text(results))
if any_failed(results) then os.exit(1) end
if not options.ONLY then keep(results) end
