-- SPDX-License-Identifier: MIT
-- Losant's custom workflow nodes of an instance: the nodes, their statistics, their errors.

local audit = require "instar.sandbox.losant.audit"
local collection = require "instar.sandbox.losant.collection"
local consumption = require "instar.sandbox.losant.consumption"
local copy = require "instar.sandbox.losant.copy"
local counts = require "instar.sandbox.losant.counts"
local instance = require "instar.sandbox.losant.instance"
local json = require "instar.sandbox.json"
local listing = require "instar.sandbox.listing"
local paging = require "instar.sandbox.losant.paging"

local custom_nodes = {}

local DAY, MAX_METRICS, MAX_ERRORS = 86400, 10000, 1000
local VERSION = "develop"

-- Runs of a node of size 1 in a day, and those of them that fail; seconds of work in a run.
local RUNS, FAILED, WORK = 120, 2, 0.035

--- A custom node as the state has it.
function custom_nodes.new(id, parent, now, given)
  local item = {
    id = id, instanceCustomNodeId = id, instanceId = parent.id, description = "", shortDescription = "",
    creationDate = audit.time(now), lastUpdated = audit.time(now), customNodeSupports = json.array{ "cloud" },
    customNodeConfig = { outputCount = 1, resultMode = "optional", fields = json.array() },
  }
  for name, value in pairs(given) do
    if not audit.is_null(value) then
      item[name] = value
    end
  end
  return item
end

local function create(call, given, parent)
  local item = custom_nodes.new(call.state.ids:hex(24), parent, call.now, given)
  audit.sign(call, item)
  return item
end

local function show(call, item)
  local shown, runs = copy.shallow(item), consumption.of(call.state, item.id)
  shown.stats = {
    runCount = consumption.amount(runs, RUNS, call.now - DAY, call.now),
    errorCount = consumption.amount(runs, FAILED, call.now - DAY, call.now),
  }
  shown.category = item.category ~= "" and item.category or nil
  shown.usage = { sandbox = { appCount = #runs, flowCount = 2 * #runs } }
  return shown
end

custom_nodes.kind = {
  title = "Custom node", one = "instance_custom_node", many = "instance_custom_nodes",
  path = "/instances/{instanceId}/nodes/{instanceCustomNodeId}", argument = "instanceCustomNodeId",
  parent = instance.kind, shelf = "custom_nodes", limit = "instanceCustomNode",
  create = create, change = collection.merge, remove = collection.drop, show = show,
  heading = function(call) return { instanceId = call.arguments.instanceId } end,
  targets = function(item) return audit.target("InstanceCustomNode", item) end,
}

-- The range of duration milliseconds until the end, which is now unless given.
local function range(call)
  local finish, problem = counts.moment(call.arguments, "end")
  local duration = paging.natural(call.arguments.duration, 1)
  if problem or not duration then
    return nil, problem or "duration is not a valid number"
  end
  finish = finish or call.now
  return finish - duration / 1000, finish
end

local function metrics_of(call, runs, width, from, to)
  local rows = json.array()
  for at = from, to - 0.001, width do
    local until_now = math.min(at + width, to, call.now)
    local count = consumption.amount(runs, RUNS, at, math.max(until_now, at))
    local failed = consumption.amount(runs, FAILED, at, math.max(until_now, at))
    rows[#rows + 1] = {
      time = audit.time(at), runCount = count, pathsFailed = failed, pathsCompleted = math.max(count - failed, 0),
      wallTime = math.floor(count * WORK * 1000),
    }
  end
  return rows
end

--- instance_custom_node.stats
custom_nodes.stats = collection.reading(custom_nodes.kind, function(call, item)
  local from, to = range(call)
  local resolution = paging.natural(call.arguments.resolution, 1)
  if not from then
    return nil, to
  elseif not resolution or (to - from) * 1000 / resolution > MAX_METRICS then
    return nil, "resolution is not a valid number, or too small for this duration"
  end
  return {
    start = audit.time(from), ["end"] = audit.time(to), resolution = resolution, flowVersion = VERSION,
    metrics = metrics_of(call, consumption.of(call.state, item.id), resolution / 1000, from, to),
  }
end)

-- Each whole failed run that is reached in the range is an error, at the moment it is reached.
local function errors_of(call, item, from, to)
  local found, node = {}, item.nodes[1] or {}
  for _, runs in ipairs(consumption.of(call.state, item.id)) do
    local last = consumption.total(runs, FAILED, math.min(to, call.now))
    for number = math.max(consumption.total(runs, FAILED, from), last - MAX_ERRORS) + 1, last do
      local worked = consumption.worked(runs.born) + number / (FAILED * runs.size)
      found[#found + 1] = {
        time = audit.time(consumption.moment(worked)), flowVersion = VERSION, nodeId = node.id, nodeLabel = node.type,
        error = { name = "TypeError", message = ("Run %d: the payload has no number here"):format(number) },
      }
    end
  end
  return found
end

--- instance_custom_node.errors
custom_nodes.errors = collection.reading(custom_nodes.kind, function(call, item)
  local from, to = range(call)
  local limit = paging.natural(call.arguments.limit, 1)
  if not from then
    return nil, to
  elseif not limit then
    return nil, "limit is not a valid number"
  end
  local found = paging.arrange({ sortField = "time", sortDirection = call.arguments.sortDirection },
    errors_of(call, item, from, to))
  limit = math.min(limit, MAX_ERRORS)
  return {
    start = audit.time(from), ["end"] = audit.time(to), limit = limit, sortDirection = call.arguments.sortDirection,
    flowVersion = VERSION, errors = listing.slice(found, 0, limit),
  }
end)

return custom_nodes
