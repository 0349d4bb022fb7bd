-- SPDX-License-Identifier: MIT
-- Losant's counts over time: devices, notebook minutes, payloads; for the instance, an organization or an account.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local consumption = require "instar.sandbox.losant.consumption"
local json = require "instar.sandbox.json"
local paging = require "instar.sandbox.losant.paging"
local usage = require "instar.sandbox.losant.usage"

local counts = {}

local DAY, MONTH, MEGABYTE = 86400, 30, 1000000
local MAX_BUCKETS = 20000

-- Devices of size 1: at birth, and made and deleted in a day.
local DEVICES, MADE, DELETED = 5, 0.25, 0.05

-- Notebooks of size 1 in a day.
local notebooks = { minutes = 0.9, completed = 0.1, errored = 0.01, canceled = 0.005, timeout = 0.003 }

--- The epoch seconds that an argument gives in milliseconds.
-- @treturn ?number nil when there is none, or when it is 0
-- @treturn ?string what is wrong
function counts.moment(arguments, name)
  local text = arguments[name]
  local milliseconds = text and paging.natural(text, 0)
  if text and not milliseconds then
    return nil, name .. " is not a valid time"
  end
  return milliseconds and milliseconds > 0 and milliseconds / 1000 or nil
end

--- First second of the month of a moment, which is also the billing period, and of the month after it.
function counts.period(moment)
  local month = calendar.month(moment)
  return calendar.month_start(month), calendar.month_start(month + 1)
end

-- Without an end a range lasts until now; without a start it begins with the end's billing period.
local function range(call)
  local start, problem = counts.moment(call.arguments, "start")
  local finish, fault = counts.moment(call.arguments, "end")
  if problem or fault then
    return nil, problem or fault
  end
  finish = finish or call.now
  local from = start or call.arguments.start and 0 or counts.period(finish)
  return from <= finish and from, from <= finish and finish or "start must not be after end"
end

local function buckets(width, from, to)
  local starts = {}
  for at = math.floor(from / width) * width, to - 0.001, width do
    starts[#starts + 1] = at
  end
  return starts
end

-- Rows for every bucket that has begun by now and after the instance was made.
local function series(call, instance, width, row)
  local from, to = range(call)
  if not from then
    return nil, to
  end
  local rows, now, made = json.array(), call.now, calendar.parse(instance.creationDate)
  local first, last = math.max(from, made), math.min(to, now)
  if (last - first) / width > MAX_BUCKETS then
    return nil, "The range is too long for this resolution"
  end
  for index, at in ipairs(buckets(width, first, last)) do
    rows[index] = row(at, math.max(at, first), math.min(at + width, last))
    rows[index].date = audit.time(at)
  end
  return { start = audit.time(from), ["end"] = audit.time(to), counts = rows }
end

local function created(consumer, moment)
  if moment < consumer.born then
    return 0
  end
  return math.floor(consumer.size * DEVICES) + consumption.total(consumer, MADE, moment)
end

-- All devices go when their owner does.
local function deleted(consumer, moment)
  return moment >= consumer.ended and created(consumer, moment) or consumption.total(consumer, DELETED, moment)
end

local function sum(consumers, count, moment)
  local total = 0
  for _, consumer in ipairs(consumers) do
    total = total + count(consumer, moment)
  end
  return total
end

--- How many devices there are at a moment.
function counts.devices_at(consumers, moment)
  return sum(consumers, created, moment) - sum(consumers, deleted, moment)
end

--- Minutes that notebooks run from one moment to another.
function counts.notebook_amount(consumers, name, from, to)
  return consumption.amount(consumers, notebooks[name], from, to)
end

local function payload_amount(consumers, row, from, to, as_bytes)
  local count = consumption.amount(consumers, row[3] / MONTH, from, to)
  return as_bytes and count * math.floor(row[5] * MEGABYTE + 0.5) or count
end

--- Payloads from one moment to another.
function counts.payload_total(consumers, from, to, as_bytes, with_nonbillable)
  local total = 0
  for _, row in ipairs(usage.payloads) do
    if row[4] or with_nonbillable then
      total = total + payload_amount(consumers, row, from, to, as_bytes)
    end
  end
  return total
end

--- Payloads from one moment to another by kind and source.
function counts.payload_stats(consumers, from, to, as_bytes)
  local stats = {}
  for _, row in ipairs(usage.payloads) do
    stats[row[1]] = { [row[2]] = payload_amount(consumers, row, from, to, as_bytes) }
  end
  return stats
end

local readings = {}

function readings.device_counts(call, consumers, instance)
  return series(call, instance, DAY, function(day)
    -- Just before the day, and at its end or now.
    local before, finish = day - 0.001, math.min(day + DAY - 0.001, call.now)
    return {
      created = sum(consumers, created, finish) - sum(consumers, created, before),
      deleted = sum(consumers, deleted, finish) - sum(consumers, deleted, before),
      total = counts.devices_at(consumers, finish),
    }
  end)
end

function readings.notebook_minute_counts(call, consumers, instance)
  return series(call, instance, DAY, function(_, from, to)
    local row = {}
    for name in pairs(notebooks) do
      row[name] = counts.notebook_amount(consumers, name, from, to)
    end
    return row
  end)
end

function readings.payload_counts(call, consumers)
  local from, to = range(call)
  if not from then
    return nil, to
  end
  return counts.payload_stats(consumers, from, math.min(to, call.now), call.arguments.asBytes == "true")
end

function readings.payload_counts_breakdown(call, consumers, instance)
  local arguments = call.arguments
  local as_bytes, with_nonbillable = arguments.asBytes == "true", arguments.includeNonBillable == "true"
  return series(call, instance, tonumber(arguments.resolution) / 1000, function(_, from, to)
    return { value = counts.payload_total(consumers, from, to, as_bytes, with_nonbillable) }
  end)
end

--- Add the four readings of a kind to the handlers.
-- @tparam table handlers by operation name
-- @tparam table kind an instance's, or of something in an instance
-- @tparam function reading `collection.reading`
function counts.add(handlers, kind, reading)
  for name, read in pairs(readings) do
    handlers[kind.one .. "." .. name] = reading(kind, function(call, item, parent)
      return read(call, consumption.of(call.state, item.id), parent or item)
    end)
  end
end

return counts
