-- SPDX-License-Identifier: MIT
-- What organizations and accounts consume over time: computed, so that any range has the same answer again, and
-- parts of a range add up to the whole.

local consumption = {}

local DAY = 86400
local WORKDAY, WEEKEND = 1.2, 0.5

--- Days since the first Monday of 1970 minus 7, where a working day weighs more than a day of the weekend.
-- @tparam number seconds since the epoch
function consumption.worked(seconds)
  local days = seconds / DAY + 3
  local rest = days % 7
  return days - rest + math.min(rest, 5) * WORKDAY + math.max(rest - 5, 0) * WEEKEND
end

--- The moment of an amount that `worked` gives.
function consumption.moment(worked)
  local rest = worked % 7
  local days = rest <= 6 and rest / WORKDAY or 5 + (rest - 6) / WEEKEND
  return (worked - rest + days - 3) * DAY
end

--- A consumer, which consumes from its birth on until it has ended.
-- @tparam string id
-- @tparam number size
-- @tparam number born epoch seconds
function consumption.new(id, size, born)
  return { id = id, size = size, born = born, ended = math.huge }
end

--- How much a consumer has consumed in all until a moment.
-- @tparam table consumer
-- @tparam number rate for size 1, in a day
-- @tparam number moment
function consumption.total(consumer, rate, moment)
  moment = math.min(moment, consumer.ended)
  if moment <= consumer.born then
    return 0
  end
  return math.floor(rate * consumer.size * (consumption.worked(moment) - consumption.worked(consumer.born)))
end

--- How much consumers consume from one moment to another.
function consumption.amount(consumers, rate, from, to)
  local sum = 0
  for _, consumer in ipairs(consumers) do
    sum = sum + consumption.total(consumer, rate, to) - consumption.total(consumer, rate, from)
  end
  return sum
end

--- The consumers of an instance, an organization or an account.
-- @tparam table state
-- @tparam string id
-- @treturn table
function consumption.of(state, id)
  return state.consumers[id] or {}
end

return consumption
