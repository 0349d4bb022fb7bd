-- SPDX-License-Identifier: MIT
-- Acronis' reports: reading and changing their configuration.

local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"

local report = {}

local TENANT = "ede9f834-70b3-476c-83d9-736f9f8c7dae"
local FIRST_USER, SECOND_USER = "ca451758-b48a-45d9-9ae6-8f1059f67619", "ab00e527-219b-481b-b01b-311b5be0ed3c"

local rows = {
  {
    id = "20dffb36-d77b-45c6-b2fa-39276e98d5fc", kind = "usage_summary", level = "accounts", schedule = "once",
    action = "send", recipients = { FIRST_USER, SECOND_USER }, formats = { "csv", "html" },
  },
  {
    id = "aa4f8923-8950-4804-8827-c6d78388e5b6", kind = "usage_summary", level = "accounts", schedule = "monthly",
    action = "send", recipients = { FIRST_USER, SECOND_USER }, formats = { "csv", "html" },
  },
  {
    id = "4eb7b320-48b4-4552-9bf8-f7482538da23", kind = "usage_daily", level = "all_partners", schedule = "monthly",
    action = "send", recipients = { FIRST_USER }, formats = { "html" },
  },
  {
    id = "9f1c2c55-1f5e-4b0c-9d53-0c3b8a4d7e61", kind = "usage_current", level = "all_customers", schedule = "once",
    action = "save", recipients = {}, formats = { "csv_v2_0", "json_v2_0" },
  },
}

local function copy_array(list)
  local copy = json.array()
  for index, item in ipairs(list) do
    copy[index] = item
  end
  return copy
end

--- The reports of a fresh state, by id.
function report.seed()
  local reports = {}
  for _, row in ipairs(rows) do
    reports[row.id] = {
      id = row.id, version = 1, result_action = row.action, recipients = copy_array(row.recipients),
      generation_date = "2017-05-08", schedule = { enabled = true, type = row.schedule },
      parameters = {
        tenant_id = TENANT, kind = row.kind, level = row.level, formats = copy_array(row.formats),
        period = { start = "2017-05-01", ["end"] = "2017-05-07" }, hide_zero_usage = false, show_skus = false,
      },
    }
  end
  return reports
end

local function find(call)
  return call.state.reports[call.arguments.report_id]
end

local function not_found(call)
  return errors.error(call, 404, "Report not found")
end

--- report.get
function report.get(call)
  local found = find(call)
  return found and respond.json(200, found) or not_found(call)
end

-- Members that may change; others are taken and ignored.
local changeable = {
  parameters = { "kind", "level", "hide_zero_usage", "show_skus" },
  schedule = { "enabled" },
}

--- report.update: the last write wins, and each gives the report its next version.
function report.update(call)
  local found, changes = find(call), call.arguments
  if not found then
    return not_found(call)
  end
  for group, names in pairs(changeable) do
    for _, name in ipairs(names) do
      local value = changes[group] and changes[group][name]
      if value ~= nil then
        found[group][name] = value
      end
    end
  end
  found.recipients = changes.recipients or found.recipients
  found.version = found.version + 1
  return respond.json(200, found)
end

return report
