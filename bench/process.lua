-- SPDX-License-Identifier: MIT
-- Runs workers and reads what they print.

local process = {}

local NOT_SUPPORTED = 3 -- exit status of a worker that cannot do the work

--- One word of a shell command.
-- @tparam string text
-- @treturn string
function process.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- What goes to standard output passes at once; errors and the status follow, behind bytes that no text has.
local CAPTURE = [[
{ errors=$({ %s
} 2>&1 >&3 3>&-); } 3>&1; status=$?
printf '\001%%s\001%%d' "$errors" $status]]

--- What a command prints.
-- @tparam string command
-- @treturn string what it prints
-- @treturn boolean whether it exited with 0
-- @treturn string what it prints to standard error
-- @treturn integer the exit status
function process.output(command)
  local pipe = assert(io.popen(CAPTURE:format(command)))
  local text, errors, status = pipe:read("*a"):match("^(.*)\1(.*)\1(%d+)$")
  pipe:close()
  assert(status, "the shell was killed")
  return text, status == "0", errors, tonumber(status)
end

--- Whether a command exits with 0; what it prints is dropped.
-- @tparam string command
-- @treturn boolean
function process.succeeds(command)
  local _, ok = process.output(command)
  return ok
end

-- Values of each run: what the worker printed, then what launch says of the whole process, which ends the run.
local function read_runs(text)
  local runs, run = {}, {}
  for line in text:gmatch("[^\n]+") do
    for name, value in line:gmatch("([%w_]+)=(%S+)") do
      run[name] = name == "check" and value or tonumber(value)
    end
    if run.process_wall then
      table.insert(runs, run)
      run = {}
    end
  end
  return runs
end

-- KiB that were added between the first gets and the end, by what the process holds or what Lua does.
local function growth(run)
  return run.late and math.max(run.late - run.early, run.lua_late - run.lua_early)
end

--- What a worker has printed under launch.
-- @tparam string text
-- @tparam boolean whole take wall, cpu and peak of the whole process, not of the work inside
-- @treturn {table,...} a sample a run: `check`, and `wall`, `cpu`, `peak` or `growth`
function process.samples(text, whole)
  local samples = {}
  for i, run in ipairs(read_runs(text)) do
    assert(run.check, "a worker has printed no check:\n" .. text)
    samples[i] = {
      check = run.check,
      wall = whole and run.process_wall or run.wall,
      cpu = whole and run.process_cpu or run.cpu,
      peak = whole and run.process_peak or run.peak,
      growth = growth(run),
    }
  end
  return samples
end

-- `name=value` words in the order of their names.
local function words(parameters, servers)
  local list = {}
  for name, value in pairs(parameters) do
    local known = (name == "base" or name == "ca") and assert(servers[value], value)
    table.insert(list, process.quote(("%s=%s"):format(name, known or value)))
  end
  table.sort(list)
  return table.concat(list, " ")
end

local function merged(...)
  local all = {}
  for _, parameters in ipairs{...} do
    for name, value in pairs(parameters) do all[name] = value end
  end
  return all
end

--- The command line of a contender at a row's work.
-- @tparam table contender
-- @tparam table row
-- @tparam table setting `build`, `core` (`-` for any) and `servers`
-- @treturn string
function process.command(contender, row, setting)
  local parameters = merged(row.parameters, row[contender.kind] or {})
  return ("%s %s/bench/launch %s %d %s %s %s"):format(contender.environment, setting.build, setting.core,
    row.times or 1, contender.command, row.work, words(parameters, setting.servers))
end

--- Has a contender do a row's work. Raises when it fails.
-- @tparam table contender
-- @tparam table row
-- @tparam table setting as for `command`
-- @treturn[1] {table,...} samples
-- @treturn[2] nil a peer that cannot do this work
function process.run(contender, row, setting)
  local text, ok, errors, status = process.output(process.command(contender, row, setting))
  if status == NOT_SUPPORTED and contender.kind == "peer" then return nil end
  if not ok then error(("%s: %s%s (%d)"):format(contender.name, text, errors, status), 0) end
  local samples = process.samples(text, row.times ~= nil)
  assert(#samples == (row.times or 1), contender.name .. " has not done all of its runs")
  return samples
end

return process
