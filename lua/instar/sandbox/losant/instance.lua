-- SPDX-License-Identifier: MIT
-- Losant's instance: its kind, queueing a report.

local audit = require "instar.sandbox.losant.audit"
local collection = require "instar.sandbox.losant.collection"
local errors = require "instar.sandbox.losant.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"

local instance = {}

local DAY = 86400

-- Limits that an instance has, and that its organizations get by default; nil: the instance's alone.
local limits = {
  { "organization", 20 }, { "instanceApiToken", 25 }, { "instanceNotificationRule", 50 }, { "instanceCustomNode", 30 },
  { "apitoken", 500, 10 }, { "application", 200, 5 }, { "applicationcertificate", 500, 20 },
  { "applicationcertificateauthority", 100, 5 }, { "applicationkey", 1000, 20 }, { "credential", 500, 20 },
  { "dashboard", 500, 20 }, { "datatable", 500, 20 }, { "device", 10000, 250 }, { "devicerecipe", 500, 20 },
  { "experiencedomain", 50, 2 }, { "experienceendpoint", 5000, 200 }, { "experiencegroup", 5000, 200 },
  { "experienceslug", 100, 4 }, { "experienceuser", 20000, 1000 }, { "experienceversion", 500, 20 },
  { "experienceview", 5000, 200 }, { "file", 20000, 1000 }, { "flow", 5000, 200 }, { "integration", 200, 10 },
  { "notebook", 200, 10 }, { "privatefile", 20000, 1000 }, { "resourcejob", 200, 10 }, { "webhook", 500, 25 },
  { "dataTTL", 31536000, 15552000 }, { "member", 500, 10 }, { "payload", 75000000, 1000000 },
  { "storage", 1099511627776, 10737418240 }, { "notebookMinutesPerRun", 60, 15 },
  { "notebookMinutesPerMonth", 6000, 300 }, { "notebookInParallel", 10, 2 }, { "experienceFlowSlots", 20, 4 },
  { "applicationFlowSlots", 40, 8 }, { "systemInterval", 5, 15 },
}

local function limit_table(column)
  local values = {}
  for _, row in ipairs(limits) do
    values[row[1]] = row[column]
  end
  return values
end

--- A new instance.
-- @tparam table ids
-- @tparam number now
-- @tparam string id
-- @tparam string name
-- @tparam table members rows of userId and role
function instance.new(ids, now, id, name, members)
  return {
    _type = "instance",
    name = name,
    id = id,
    instanceId = id,
    creationDate = audit.time(now - 900 * DAY),
    lastUpdated = audit.time(now - 30 * DAY),
    allowAuditLogging = true,
    reportConfigs = json.array{
      {
        id = ids:text(21), cron = "0 4 1 * *", timezone = "America/New_York", resourceGroupBy = "organization",
        emails = json.array{ "ops@example.com" }, callbackUrl = "https://example.com/callback",
        dateGroupBy = "month", periods = 3, includeSandbox = false,
      },
    },
    limits = limit_table(2),
    orgDefaultLimitConfig = limit_table(3),
    members = json.array(members),
    mfaMode = "notRequired",
  }
end

--- Each member of the body replaces the instance's.
local function change(call, found, given)
  collection.merge(call, found, given)
  for _, config in ipairs(found.reportConfigs) do
    config.id = config.id or call.state.ids:text(21)
  end
end

instance.kind = {
  title = "Instance", one = "instance", many = "instances", path = "/instances/{instanceId}",
  argument = "instanceId", change = change,
  targets = function() end,
}

--- instance.generate_report: one at a time for an instance.
function instance.generate_report(call)
  local found, refusal = collection.find(call, instance.kind)
  if not found then
    return refusal
  end
  local busy_until = call.state.busy_until[found.id] or call.now
  if busy_until > call.now then
    return errors.error(call, 429, "Only one report can be generated at a time for an instance",
      { ["retry-after"] = ("%d"):format(math.ceil(busy_until - call.now)) })
  end
  call.state.busy_until[found.id] = call.now + call.box.build_seconds
  return respond.json(202, { jobQueued = true, jobId = call.state.ids:text(21), success = true })
end

return instance
