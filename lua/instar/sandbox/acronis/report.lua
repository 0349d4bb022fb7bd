-- SPDX-License-Identifier: MIT
-- Acronis' reports: making, reading, changing and deleting them.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"
local stored = require "instar.sandbox.acronis.stored"
local tree = require "instar.sandbox.acronis.tree"

local report = {}

local FIRST_USER, SECOND_USER = "ca451758-b48a-45d9-9ae6-8f1059f67619", "ab00e527-219b-481b-b01b-311b5be0ed3c"
local DAY = 86400

-- `files` are the ids of what is stored already.
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
    files = { "d3f0c3b4-6f0a-4c58-9c4e-8f7b6a5d4c3b", "5704ed00-6f0a-4c58-9c4e-8f7b6a5d4c3c" },
  },
}

local function copy_array(list)
  local copy = json.array()
  for index, item in ipairs(list) do
    copy[index] = item
  end
  return copy
end

local function add(reports, made, created)
  local entry = { report = made, created = created, files = {} }
  reports[#reports + 1], reports.by_id[made.id] = entry, entry
  return entry
end

local function seeded_files(row, at)
  local files = {}
  for index, id in ipairs(row.files or {}) do
    files[index] = { id = id, format = row.formats[index], at = at, done = at }
  end
  return files
end

--- The reports of a fresh state.
function report.seed()
  local reports, made = { by_id = {} }, calendar.parse("2017-05-08T00:00:00Z")
  for _, row in ipairs(rows) do
    local entry = add(reports, {
      id = row.id, version = 1, result_action = row.action, recipients = copy_array(row.recipients),
      generation_date = "2017-05-08", schedule = { enabled = true, type = row.schedule },
      parameters = {
        tenant_id = tree.ROOT, kind = row.kind, level = row.level, formats = copy_array(row.formats),
        period = { start = "2017-05-01", ["end"] = "2017-05-07" }, hide_zero_usage = false, show_skus = false,
      },
    }, made)
    entry.files, entry.last = seeded_files(row, made), made
  end
  return reports
end

-- A handler for a call about a report that the caller can see.
local function on_report(handler)
  return function(call)
    local entry = call.state.reports.by_id[call.arguments.report_id]
    if not entry then
      return errors.error(call, 404, "Report not found")
    elseif not tree.sees(call, call.state.tenants.by_id[entry.report.parameters.tenant_id]) then
      return errors.platform("access_denied")
    end
    return handler(call, entry)
  end
end

local function period_problem(period, today)
  if period.start > period["end"] then
    return "period.start must not be after period.end"
  elseif period["end"] > today then
    return "period must not be in the future"
  end
end

local people_formats = { csv = true, html = true }

local function formats_problem(arguments)
  for _, format in ipairs(arguments.schedule.type == "monthly" and arguments.parameters.formats or {}) do
    if not people_formats[format] then
      return "monthly reports come as html and csv only"
    end
  end
end

local function recipients_problem(call)
  local recipients = call.arguments.recipients or {}
  if call.arguments.result_action == "send" and #recipients == 0 then
    return "recipients are needed to send a report"
  end
  for _, id in ipairs(recipients) do
    if not call.state.users.by_id[id] then
      return "recipients: no such user: " .. id
    end
  end
end

local function creation_problem(call)
  local arguments, today = call.arguments, calendar.day(call.now)
  local period = arguments.parameters.period
  if arguments.generation_date and arguments.generation_date < today then
    return "generation_date must not be in the past"
  end
  return period and period_problem(period, today) or formats_problem(arguments) or recipients_problem(call)
end

-- Of the last day, and for people, unless the caller says otherwise.
local function whole_parameters(given, now)
  local yesterday = calendar.day(now - DAY)
  return {
    tenant_id = given.tenant_id, kind = given.kind, level = given.level,
    formats = copy_array(given.formats or { "csv" }),
    period = given.period or { start = yesterday, ["end"] = yesterday },
    hide_zero_usage = given.hide_zero_usage or false, show_skus = given.show_skus or false,
  }
end

local function create(call)
  local arguments = call.arguments
  local tenant, refusal = tree.find(call, arguments.parameters.tenant_id)
  local problem = tenant and creation_problem(call)
  if refusal or problem then
    return refusal or errors.error(call, 400, problem)
  end
  local made = {
    id = call.state.ids:uuid(), version = 1, result_action = arguments.result_action,
    recipients = copy_array(arguments.recipients or {}),
    generation_date = arguments.generation_date or calendar.day(call.now),
    schedule = { enabled = arguments.schedule.enabled ~= false, type = arguments.schedule.type },
    parameters = whole_parameters(arguments.parameters, call.now),
  }
  add(call.state.reports, made, call.now)
  return respond.json(200, made)
end

local function list(call)
  local tenant, refusal = tree.find(call, call.arguments.tenant_id)
  if refusal then
    return refusal
  end
  local ids = json.array()
  for _, entry in ipairs(call.state.reports) do
    if entry.report.parameters.tenant_id == tenant.id then
      ids[#ids + 1] = entry.report.id
    end
  end
  return respond.json(200, { items = ids })
end

local function get(_, entry)
  return respond.json(200, entry.report)
end

-- Members that may change; others are taken and ignored.
local changeable = {
  parameters = { "kind", "level", "hide_zero_usage", "show_skus" },
  schedule = { "enabled" },
}

-- The last write wins, and each gives the report its next version.
local function update(call, entry)
  local found, changes = entry.report, call.arguments
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

local function delete(call, entry)
  if call.arguments.version ~= entry.report.version then
    return errors.platform("version_mismatch")
  end
  local reports = call.state.reports
  for position, other in ipairs(reports) do
    if other == entry then
      table.remove(reports, position)
    end
  end
  reports.by_id[entry.report.id] = nil
  return respond.empty(204)
end

--- The operations.
report.handlers = {
  ["report.create"] = create,
  ["report.delete"] = on_report(delete),
  ["report.download_stored"] = on_report(stored.download),
  ["report.get"] = on_report(get),
  ["report.list"] = list,
  ["report.list_stored"] = on_report(stored.list),
  ["report.update"] = on_report(update),
}

return report
