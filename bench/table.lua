-- SPDX-License-Identifier: MIT
-- Results as a table: for a terminal, and for a document.

local contenders = require "bench.contenders"
local measure = require "bench.measure"

local tables = {}

local MEASURES = {cpu = "CPU", wall = "wall", growth = "KiB"}
local FIRST = contenders.LUAS[1]
-- What stands beside the figure that the goal is for.
local BESIDE = {{title = "CPU", metric = "cpu"}, {title = "wall", metric = "wall"}, {title = "peak", metric = "peak"}}

local function number(value)
  return (value < 10 and "%.3f" or "%.1f"):format(value)
end

local function result_of(row, name)
  for _, result in ipairs(row.contenders or {}) do
    if result.name == name then return result end
  end
end

local function figure(row, name)
  local result = result_of(row, name)
  if not result then return "" end
  local value = measure.figure(row, result).median
  return row.measure == "growth" and ("%.0f"):format(value) or number(value)
end

local function ratio(row, metric)
  local result = result_of(row, "instar " .. FIRST.name)
  local found = result and result.ratio and result.ratio[metric]
  return found and number(found.median) or ""
end

--- Whether a row reaches its goal.
-- @tparam table row a row's result
-- @treturn[1] boolean
-- @treturn[2] nil it has no goal, or instar on the first Lua has not run
function tables.met(row)
  local result = result_of(row, "instar " .. FIRST.name)
  if not (row.goal and result) then return nil end
  return measure.figure(row, result).median <= row.goal
end

--- The goal in words, and whether it is met.
-- @tparam table row a row's result
-- @treturn string
-- @treturn string `met`, `missed`, `failed` or nothing
function tables.verdict(row)
  local goal = row.goal and ("%s ≤ %g"):format(MEASURES[row.measure], row.goal) or MEASURES[row.measure]
  if row.failed then return goal, "failed" end
  local met = tables.met(row)
  return goal, met == nil and "" or met and "met" or "missed"
end

-- Peers that some row has, in their usual order.
local function peers_of(results)
  local names = {}
  for _, peer in ipairs(contenders.PEERS) do
    for _, row in ipairs(results.rows) do
      if names[#names] ~= peer.name and result_of(row, peer.name) then table.insert(names, peer.name) end
    end
  end
  return names
end

local function heading(peers)
  local cells = {"row", "goal", FIRST.title, ""}
  for i = 2, #contenders.LUAS do table.insert(cells, contenders.LUAS[i].title) end
  for _, beside in ipairs(BESIDE) do table.insert(cells, beside.title) end
  for _, name in ipairs(peers) do table.insert(cells, name) end
  return cells
end

local function line(row, peers)
  local goal, verdict = tables.verdict(row)
  local cells = {row.title, goal, figure(row, "instar " .. FIRST.name), verdict}
  for i = 2, #contenders.LUAS do table.insert(cells, figure(row, "instar " .. contenders.LUAS[i].name)) end
  for _, beside in ipairs(BESIDE) do table.insert(cells, ratio(row, beside.metric)) end
  for _, name in ipairs(peers) do table.insert(cells, figure(row, name)) end
  return cells
end

--- The table.
-- @tparam table results
-- @treturn {{string,...},...} lines of cells, the heading first
function tables.cells(results)
  local peers = peers_of(results)
  local lines = {heading(peers)}
  for _, row in ipairs(results.rows) do table.insert(lines, line(row, peers)) end
  return lines
end

--- What was measured, and on what.
-- @tparam table results
-- @treturn {string,...} sentences
function tables.origin(results)
  local versions = {}
  for i, version in ipairs(results.versions) do versions[i] = version.name .. " " .. version.version end
  local machine = results.machine
  return {
    ("Measured on %s with %s."):format(results.date:match("^[^T]+"), table.concat(versions, ", ")),
    ("On %s, %d cores, %s; %s."):format(machine.cpu, machine.cores, machine.kernel,
      results.pinned and "servers and clients on a core each" or "servers and clients share all cores"),
  }
end

--- What has to be said beneath the table.
-- @tparam table results
-- @treturn {string,...} sentences
function tables.notes(results)
  local notes = tables.origin(results)
  if #results.left_out > 0 then
    table.insert(notes, ("Left out: %s."):format(table.concat(results.left_out, ", ")))
  end
  for _, row in ipairs(results.rows) do
    if row.failed then table.insert(notes, ("Failed: %s: %s"):format(row.title, row.failed)) end
  end
  return notes
end

local function width(text)
  return #text:gsub("[\128-\191]", "")
end

local function padded(cells, widths)
  local list = {}
  for i, cell in ipairs(cells) do
    local space = (" "):rep(widths[i] - width(cell))
    list[i] = i <= 2 and cell .. space or space .. cell
  end
  return (table.concat(list, "  "):gsub("%s+$", ""))
end

--- The table in columns, with its notes.
-- @tparam table results
-- @treturn string
function tables.text(results)
  local lines, widths = tables.cells(results), {}
  for _, cells in ipairs(lines) do
    for i, cell in ipairs(cells) do widths[i] = math.max(widths[i] or 0, width(cell)) end
  end
  for i, cells in ipairs(lines) do lines[i] = padded(cells, widths) end
  return table.concat(lines, "\n") .. "\n\n" .. table.concat(tables.notes(results), "\n") .. "\n"
end

--- The table in Markdown, with its notes.
-- @tparam table results
-- @treturn string
function tables.markdown(results)
  local lines = tables.cells(results)
  for i, cells in ipairs(lines) do lines[i] = "| " .. table.concat(cells, " | ") .. " |" end
  local columns = select(2, lines[1]:gsub("|", "")) - 1
  table.insert(lines, 2, "|---|---|" .. ("--:|"):rep(columns - 2))
  return table.concat(lines, "\n") .. "\n\n" .. table.concat(tables.notes(results), " ") .. "\n"
end

return tables
