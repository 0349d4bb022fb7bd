-- SPDX-License-Identifier: MIT
-- A row measured: contenders in turn, what each took, and ratios to the limit.

local statistics = require "bench.statistics"

local measure = {}

local METRICS = {"cpu", "wall", "peak", "growth"}

--- Raises unless all have had the same answers.
-- @tparam {table,...} entries with `name` and `samples`; one that is `unchecked` has read no answers
-- @treturn string the check that all have
function measure.check(entries)
  local first
  for _, entry in ipairs(entries) do
    for _, sample in ipairs(entry.unchecked and {} or entry.samples) do
      first = first or {name = entry.name, check = sample.check}
      if sample.check ~= first.check then
        error(("the checks differ: %s has %s, %s has %s"):format(first.name, first.check, entry.name, sample.check), 0)
      end
    end
  end
  return first and first.check
end

local function column(samples, metric)
  local values = {}
  for i, sample in ipairs(samples) do values[i] = sample[metric] end
  return values
end

-- Runs of one round, as one sample.
local function joined(runs, round)
  local sample = {round = round, check = measure.check{{name = "a run", samples = runs}}}
  for _, metric in ipairs(METRICS) do
    sample[metric] = runs[1][metric] and statistics.median(column(runs, metric))
  end
  return sample
end

local function take_turn(entry, round, run)
  local runs = run(entry.contender)
  entry.unable = not runs
  if runs then table.insert(entry.samples, joined(runs, round)) end
end

--- The rounds in which one takes part who does not in all of them: spread evenly over the run.
-- @tparam integer rounds
-- @tparam integer wanted how many of them
-- @treturn {[integer]=true,...} by number
function measure.turns(rounds, wanted)
  local turns = {}
  for i = 1, wanted do
    turns[math.floor(1.5 + (rounds - 1) * (i - 0.5) / wanted)] = true
  end
  return turns
end

local function new_entry(contender, rounds)
  return {
    contender = contender, name = contender.name, unchecked = contender.unchecked, samples = {},
    turns = measure.turns(rounds, contender.rounds or rounds),
  }
end

-- A B C A B C ...: what slows the machine for a while slows all of them. Who cannot do the work is not asked again.
local function take_turns(contenders, rounds, run)
  local entries = {}
  for i, contender in ipairs(contenders) do entries[i] = new_entry(contender, rounds) end
  for round = 1, rounds do
    for _, entry in ipairs(entries) do
      if entry.turns[round] and not entry.unable then take_turn(entry, round, run) end
    end
  end
  return entries
end

-- Each sample is held against the limit's of the same round: a machine that slows down slows both.
local function ratio(samples, limit, metric)
  local of_rounds, ratios = {}, {}
  for _, sample in ipairs(limit) do of_rounds[sample.round] = sample[metric] end
  for i, sample in ipairs(samples) do ratios[i] = sample[metric] / of_rounds[sample.round] end
  return statistics.summary(ratios)
end

local function result_of(entry, limits)
  local contender = entry.contender
  local result = {
    name = contender.name, kind = contender.kind, lua = contender.lua, against = contender.against,
    rounds = #entry.samples,
  }
  local limit = limits[contender.against]
  for _, metric in ipairs(METRICS) do
    if entry.samples[1][metric] then
      result[metric] = statistics.summary(column(entry.samples, metric))
      if limit then
        result.ratio = result.ratio or {}
        result.ratio[metric] = ratio(entry.samples, limit, metric)
      end
    end
  end
  return result
end

--- The figure a contender has in a row: a ratio to the limit, or what it is by itself.
-- @tparam table row a row, or its result
-- @tparam table result of the contender
-- @treturn[1] table with `median`, `low` and `high`
-- @treturn[2] nil it is what others are held against
function measure.figure(row, result)
  if row.measure == "growth" then return result.growth end
  return result.ratio and result.ratio[row.measure]
end

--- Measures a row. Raises when a worker fails, and when the checks differ.
-- @tparam table row
-- @tparam {table,...} contenders each limit before what is held against it
-- @tparam integer rounds
-- @tparam function run has a contender do the work: samples of its runs, or nil when it cannot
-- @treturn table the row's result
function measure.row(row, contenders, rounds, run)
  local able, limits = {}, {}
  for _, entry in ipairs(take_turns(contenders, rounds, run)) do
    if not entry.unable then table.insert(able, entry) end
    limits[entry.name] = entry.samples
  end
  local result = {
    name = row.name, case = row.case, title = row.title, measure = row.measure, goal = row.goal,
    check = measure.check(able), contenders = {},
  }
  for i, entry in ipairs(able) do result.contenders[i] = result_of(entry, limits) end
  return result
end

return measure
