-- SPDX-License-Identifier: MIT
-- Losant's instance: reading, patching, queueing a report.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.losant.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"

local instance = {}

local INSTANCE_ID = "575ec8687ae143cd83dc4a97"
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

--- The instances of a fresh state, by id.
function instance.seed(ids, now)
  return {
    [INSTANCE_ID] = {
      _type = "instance",
      name = "Factory floor",
      id = INSTANCE_ID,
      instanceId = INSTANCE_ID,
      creationDate = calendar.format(now - 900 * DAY, 3),
      lastUpdated = calendar.format(now - 30 * DAY, 3),
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
      members = json.array{
        { userId = "5ff89ff825013dc6c2856184", role = "admin" },
        { userId = "5ff89ff825013dc6c2856185", role = "view" },
      },
      mfaMode = "notRequired",
    },
  }
end

--- The instance that a call is about.
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] table the response to give instead
function instance.find(call)
  local found = call.state.instances[call.arguments.instanceId]
  if found then
    return found
  end
  return nil, errors.error(call, 404, "Instance was not found")
end

-- Links are part of an answer when they are asked for; they are no state.
local function view(call, found)
  local shown = {}
  for name, value in pairs(found) do
    shown[name] = value
  end
  if call.arguments._links then
    shown._links = { self = { href = "/instances/" .. found.id } }
  end
  return respond.json(200, shown)
end

--- instance.get
function instance.get(call)
  local found, refusal = instance.find(call)
  return found and view(call, found) or refusal
end

--- instance.patch: each member of the body replaces the instance's.
function instance.patch(call)
  local found, refusal = instance.find(call)
  if not found then
    return refusal
  end
  for name, value in pairs(call.arguments.instance) do
    found[name] = value
  end
  for _, config in ipairs(found.reportConfigs) do
    config.id = config.id or call.state.ids:text(21)
  end
  found.lastUpdated = calendar.format(call.now, 3)
  return view(call, found)
end

--- instance.generate_report: one at a time for an instance.
function instance.generate_report(call)
  local found, refusal = instance.find(call)
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
