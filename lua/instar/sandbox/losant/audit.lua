-- SPDX-License-Identifier: MIT
-- Losant's audit log: who changed what, and the marks of that on the resources themselves.

local calendar = require "instar.sandbox.calendar"
local copy = require "instar.sandbox.losant.copy"
local json = require "instar.sandbox.json"
local uri = require "instar.sandbox.uri"

local audit = {}

local by_types = { User = "user", ApiToken = "apiToken" }

--- Whether a value of a body is JSON null.
function audit.is_null(value)
  return value == json.null
end

--- A time as Losant writes it.
function audit.time(seconds)
  return calendar.format(seconds, 3)
end

--- Note on a resource that it was changed now.
function audit.touch(call, item)
  item.lastUpdated = audit.time(call.now)
  if item.lastUpdatedById then
    item.lastUpdatedById, item.lastUpdatedByType = call.actor.id, by_types[call.actor.type]
  end
end

--- Note on a resource by whom it was made.
function audit.sign(call, item)
  item.createdById, item.createdByType = call.actor.id, by_types[call.actor.type]
  item.lastUpdatedById, item.lastUpdatedByType = item.createdById, item.createdByType
end

--- What `audit.record` takes for a target.
function audit.target(kind, item)
  return { type = kind, id = item.id or item.userId, name = item.name or item.email or item.userId }
end

local function camel(name)
  return (name:gsub("_(%l)", string.upper))
end

--- Resource and action of an operation as scopes and the log name them, such as `instanceOrg` and `deviceCounts`.
function audit.names(operation)
  local resource, action = operation.name:match("^(.-)%.(.*)$")
  return camel(resource), camel(action)
end

local function set_target(entry, prefix, target)
  for name, value in pairs(target or {}) do
    entry[prefix .. name:gsub("^%l", string.upper)] = value
  end
end

--- The value that a call has for its body, if any.
function audit.body(call)
  for _, parameter in ipairs(call.operation.parameters) do
    if parameter.place == "body" then
      return call.arguments[parameter.name]
    end
  end
end

-- Secrets stay out of the log.
local function public(value)
  local logged = copy.deep(value)
  logged.token = nil
  return logged
end

--- Log a change.
-- @tparam table call
-- @tparam number status
-- @tparam table value the body of the answer
-- @tparam[opt] table primary target
-- @tparam[opt] table secondary target
function audit.record(call, status, value, primary, secondary)
  local id, resource, action = call.state.ids:hex(24), audit.names(call.operation)
  local entry = {
    id = id, instanceAuditLogId = id, creationDate = audit.time(call.now), instanceId = call.arguments.instanceId,
    actorId = call.actor.id, actorType = call.actor.type, actorName = call.actor.name,
    requestResource = resource, requestAction = action,
    requestQueryParams = uri.fields(call.query), requestPathParams = copy.deep(call.path_values),
    requestBody = copy.deep(audit.body(call)), responseStatus = status, responseBody = public(value),
  }
  set_target(entry, "primaryTarget", primary)
  set_target(entry, "secondaryTarget", secondary)
  local entries = call.state.shelves[call.arguments.instanceId].audit_logs
  entries[#entries + 1] = entry
end

return audit
