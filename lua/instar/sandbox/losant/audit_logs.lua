-- SPDX-License-Identifier: MIT
-- Reading Losant's audit log of an instance.

local calendar = require "instar.sandbox.calendar"
local counts = require "instar.sandbox.losant.counts"
local instance = require "instar.sandbox.losant.instance"

-- Which members of an entry the parts of auditLogFilter are about.
local parts = {
  primaryTarget = { id = "primaryTargetId", type = "primaryTargetType", name = "primaryTargetName" },
  secondaryTarget = { id = "secondaryTargetId", type = "secondaryTargetType", name = "secondaryTargetName" },
  actor = { id = "actorId", type = "actorType", name = "actorName" },
  request = { resource = "requestResource", action = "requestAction" },
}

local function fits_row(entry, members, wanted)
  for name, value in pairs(wanted) do
    if entry[members[name]] ~= value then
      return false
    end
  end
  return true
end

-- Whether one of several wanted rows fits.
local function fits_any(entry, members, rows)
  for _, wanted in ipairs(rows) do
    if fits_row(entry, members, wanted) then
      return true
    end
  end
  return #rows == 0
end

local function has_status(entry, statuses)
  for _, status in ipairs(statuses or {}) do
    if entry.responseStatus == status then
      return true
    end
  end
  return not statuses or #statuses == 0
end

local function fits(entry, filter)
  for name, members in pairs(parts) do
    if not fits_any(entry, members, filter[name] or {}) then
      return false
    end
  end
  return has_status(entry, filter.responseCode)
end

local function selects(call)
  local start, problem = counts.moment(call.arguments, "start")
  local finish, fault = counts.moment(call.arguments, "end")
  if problem or fault then
    return nil, problem or fault
  end
  local filter = call.arguments.auditLogFilter or {}
  return function(entry)
    local moment = calendar.parse(entry.creationDate)
    return (not start or moment >= start) and (not finish or moment <= finish) and fits(entry, filter)
  end
end

return {
  title = "Audit log", one = "instance_audit_log", many = "instance_audit_logs",
  path = "/instance/{instanceId}/audit-logs/{instanceAuditLogId}", argument = "instanceAuditLogId",
  parent = instance.kind, shelf = "audit_logs", selects = selects,
  heading = function(call) return { instanceId = call.arguments.instanceId } end,
}
