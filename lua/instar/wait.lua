-- SPDX-License-Identifier: MIT
-- op:wait: calls a read operation until its answer meets a goal.

local clock = require "instar.clock"
local core = require "instar.core"
local failure = require "instar.failure"
local invocation = require "instar.invocation"
local member = require "instar.member"

local unpack = require("instar.tuple").unpack

local wait = {}

local FIRST_INTERVAL, LONGEST_INTERVAL, GROWTH = 1, 15, 1.5
local DEFAULT_TIMEOUT = 30 * 60
local EARLY_404S, FAULTS_IN_A_ROW = 10, 5

local function is_positive(value)
  return value > 0
end

local own_options = {
  timeout = {"number", is_positive, "a number of seconds above 0"},
  call_timeout = {"number", is_positive, "a number of seconds above 0"},
  fail = {"table", nil, "a list of states"},
}

local function set_of(list)
  local set = {}
  for _, item in ipairs(type(list) == "table" and list or {list}) do set[item] = true end
  return set
end

local function check_goal(name, goal, facts)
  if type(goal) ~= "table" then
    core.misuse(("%s:wait: a goal is needed, such as {status = \"active\"}"):format(name))
  end
  local count = 0
  for key, value in pairs(goal) do
    count = count + 1
    local ok = key == "gone" and value == true or key == "until" and type(value) == "function"
      or key == "status" and (type(value) == "string" or type(value) == "table")
    if not ok then
      core.misuse(("%s:wait: the goal must be {status = …}, {gone = true} or {[\"until\"] = function}"):format(name))
    end
  end
  if count ~= 1 then core.misuse(("%s:wait: the goal must be one of status, gone and until"):format(name)) end
  if goal.status and not facts.waiting then
    core.misuse(("%s:wait: nothing is known of a status here: use until"):format(name))
  end
end

--- The states that an answer tells: one, or those of all items for a path such as "items[].status".
local function states_of(body, path)
  local list, rest = path:match("^(.-)%[%]%.(.*)$")
  if not list then
    local state = member(body, path)
    return {state}, state ~= nil
  end
  local states, items = {}, member(body, list)
  for _, item in ipairs(type(items) == "table" and items or {}) do states[#states + 1] = member(item, rest) or "" end
  return states, #states > 0
end

-- One wait: what is polled, for what, until when.
local Wait = {}
Wait.__index = Wait

--- The state among those of an answer that ends the wait with a failure, nil when there is none.
function Wait:failed_state(body)
  if self.polls == 1 or self.goal.gone or not self.waiting then return nil end
  for _, state in ipairs((states_of(body, self.waiting.status))) do
    if self.fail[state] and not (self.wanted and self.wanted[state]) then return state end
  end
end

function Wait:is_met(body)
  if self.goal["until"] then return self.goal["until"](body) end
  if not self.wanted then return false end
  local states, any = states_of(body, self.waiting.status)
  for _, state in ipairs(states) do
    if not self.wanted[state] then return false end
  end
  return any
end

function Wait:give(kind, text, fields)
  fields = fields or {}
  fields.last, fields.operation = self.last, self.action
  return failure.give(kind, self.name .. ": " .. text, fields)
end

--- What an answer means: true and the result when the wait is over.
function Wait:judge(body, response)
  self.last, self.faults, self.fault = body, 0, nil
  local state = self:failed_state(body)
  if state then return true, self:give("aborted", ("the state is '%s'"):format(state), {state = state}) end
  local ok, met = pcall(self.is_met, self, body)
  if not ok then
    return true, self:give("aborted", "the until function failed: " .. failure.text(met), {cause = met})
  end
  if met then return true, body, response end
  return false
end

--- What a failed poll means. Not there yet, and what passes, is waited for.
function Wait:judge_failure(message, err)
  self.fault = err
  if err.status == 404 then
    if self.goal.gone then return true, true end
    self.missing = self.missing + 1
    if self.last == nil and self.missing <= EARLY_404S then return false end
  elseif err.retryable then
    self.faults = self.faults + 1
    if self.faults <= FAULTS_IN_A_ROW then return false end
  end
  err.last = self.last
  return true, nil, message, err
end

function Wait:poll()
  self.polls = self.polls + 1
  local options = invocation.copy(self.options)
  local began = clock.now()
  options.timeout = math.min(self.call_timeout or math.huge, math.max(self.deadline - began, 0.001))
  local given = invocation.copy(self.given)
  given[#given + 1] = options
  local body, response, err = self.operation(unpack(given))
  self.took = clock.now() - began
  if err then return self:judge_failure(response, err) end
  return self:judge(body, response)
end

--- How long the service asks to be left alone.
function Wait:asked_for()
  return self.fault and self.fault.retry_after or 0
end

--- Jitter keeps many waits apart: between 0.8 and 1.2 of the interval. Where that leaves less than a poll takes, the
-- last one comes earlier: as late as its answer still comes in time, should it take twice as long as the one before.
-- @treturn ?number seconds; nil when there is no time for another poll
function Wait:next_pause()
  local left = self.deadline - clock.now()
  local span = math.max(self.interval * (0.8 + 0.4 * clock.random()), self:asked_for())
  self.interval = math.min(self.interval * GROWTH, LONGEST_INTERVAL)
  if span + self.took <= left then return span end
  local latest = left - 2 * self.took
  local last = math.max(latest, self:asked_for(), 0)
  if self.is_last or left <= 0 or self.took > left or last > left then return nil end
  self.is_last = latest >= 0 -- after one slow poll there may be time for more
  return last
end

--- The time is over, or the service asks for more than there is. When the last poll failed, that is told too.
function Wait:give_up()
  local fault = self.fault
  if self:asked_for() > math.max(self.deadline - clock.now(), 0) then
    fault.last = self.last
    return nil, tostring(fault), fault
  end
  local text = ("the goal was not met within %g s"):format(self.timeout)
  if not fault then return self:give("timeout", text) end
  return self:give("timeout", ("%s; at last: %s"):format(text, tostring(fault)),
    {cause = fault, status = fault.status, code = fault.code})
end

local function run(self)
  while true do
    local over, body, response, err = self:poll()
    if over then return body, response, err end
    local span = self:next_pause()
    if not span then return self:give_up() end
    clock.sleep(span)
  end
end

--- Strings fill the path, and the table behind them is the goal; otherwise the arguments come first.
local function sort(...)
  local given = invocation.read(...)
  if #given.strings > 0 then
    local arguments = invocation.copy(given.strings)
    arguments[#arguments + 1] = {}
    return arguments, given.arguments, given.rest[1]
  end
  return {given.arguments or {}}, given.rest[1], given.rest[2]
end

--- Waits until the answer of a read operation meets a goal.
-- @function operation:wait
-- @param ... the arguments, as of the operation; leading strings stand in their place
-- @tparam table goal `{status = "active"}` (or a list), `{gone = true}` or `{["until"] = function(body) … end}`
-- @tparam[opt] table options `timeout` of the whole wait (1800 s), `call_timeout` of one poll, `fail` = states that
--   end it; the rest goes to the calls
-- @treturn[1] any the last answer (true for `gone`)
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table error; `last` is the last answer, `state` the failure state
local function perform(operation, ...)
  local facts = invocation.describe(operation)
  local name = ("%s %s.%s"):format(facts.service, facts.resource, facts.action)
  if facts.method ~= "GET" then core.misuse(name .. ":wait: only operations that read can wait") end
  local given, goal, options = sort(...)
  check_goal(name, goal, facts)
  local own, call_options = invocation.split(name .. ":wait", options, own_options)
  operation:prepare(unpack(given))
  local timeout = own.timeout or DEFAULT_TIMEOUT
  local body, response, err = run(setmetatable({
    operation = operation, name = name, action = facts.resource .. "." .. facts.action, waiting = facts.waiting,
    given = given, goal = goal, options = call_options, wanted = goal.status and set_of(goal.status),
    fail = set_of(own.fail or facts.waiting and facts.waiting.failed or {}), call_timeout = own.call_timeout,
    timeout = timeout, deadline = clock.now() + timeout, interval = FIRST_INTERVAL, polls = 0, faults = 0, missing = 0,
  }, Wait))
  return body, response, err
end

function wait.install()
  local _, methods = core.class("instar.operation")
  methods.wait = perform
end

return wait
