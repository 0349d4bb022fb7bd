-- SPDX-License-Identifier: MIT
-- The files of Acronis' reports: when they are due, when they are done, and their download.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.acronis.errors"
local formats = require "instar.sandbox.acronis.formats"
local gzip = require "instar.sandbox.acronis.gzip"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"
local times = require "instar.sandbox.acronis.times"

local stored = {}

-- A monthly report is made at 23:59:59 of the first of the month.
local FIRST_NIGHT = 86399

-- When a report is made for the next time after `last`; `last` is nil before the first.
local function next_run(report, entry, last)
  if report.schedule.type == "once" then
    return not last and math.max(entry.created, calendar.parse(report.generation_date .. "T00:00:00Z"))
  end
  local from = last or entry.created
  local run = calendar.month_start(calendar.month(from)) + FIRST_NIGHT
  return run > from and run or calendar.month_start(calendar.month(from) + 1) + FIRST_NIGHT
end

local function add_files(call, entry, at)
  for _, format in ipairs(entry.report.parameters.formats) do
    entry.files[#entry.files + 1] = { format = format, at = at, done = at + call.box.build_seconds }
  end
end

local function finish(call, entry, file)
  if not file.bytes and call.now >= file.done then
    file.id = file.id or call.state.ids:uuid()
    file.bytes = gzip.pack(formats.write(call.state.tenants, entry.report.parameters, file.format, file.done))
  end
end

-- What is mailed is not kept. Runs that a switched off schedule left out do not come back.
local function advance(call, entry)
  local report = entry.report
  local run = next_run(report, entry, entry.last)
  while run and run <= call.now do
    if report.result_action == "save" and report.schedule.enabled then
      add_files(call, entry, run)
    end
    entry.last = run
    run = next_run(report, entry, run)
  end
  for _, file in ipairs(entry.files) do
    finish(call, entry, file)
  end
end

-- A file in progress has neither id nor size yet.
local function view(file)
  return {
    id = file.bytes and file.id, size = file.bytes and #file.bytes, report_format = file.format,
    created_at = times.with_offset(file.at), status = file.bytes and "saved" or "in_progress",
  }
end

--- report.list_stored
function stored.list(call, entry)
  advance(call, entry)
  local items = json.array()
  for index, file in ipairs(entry.files) do
    items[index] = view(file)
  end
  return respond.json(200, { items = items })
end

--- report.download_stored: gzip, also for those that did not ask for it.
function stored.download(call, entry)
  advance(call, entry)
  for _, file in ipairs(entry.files) do
    if file.bytes and file.id == call.arguments.stored_report_id then
      local headers = { ["content-type"] = "application/octet-stream", ["content-encoding"] = "gzip" }
      return { status = 200, headers = headers, body = file.bytes }
    end
  end
  return errors.error(call, 404, "Stored report not found")
end

return stored
