-- SPDX-License-Identifier: MIT
-- Many functions at once, each in a coroutine in which instar's calls yield.

local core = require "instar.core"
local failure = require "instar.failure"
local invocation = require "instar.invocation"
local scheduler = require "instar.scheduler"

local parallel = {}

local DEFAULT_MAX = 16

local CANCELLED = "the function that waits for these was cancelled"

local function is_count(value)
  return value >= 1 and value % 1 == 0
end

local own_options = {
  max = {"number", is_count, "a whole number from 1"}, settle = {"boolean", nil, "true or false"},
  progress = {nil, invocation.is_callable, "a function"},
}

--- The options, checked; unknown ones are a mistake.
local function check(what, fn, options)
  if type(fn) ~= "function" then
    core.misuse(("%s: a function is needed (got %s)"):format(what, type(fn)))
  end
  local own, others = invocation.split(what, options, own_options)
  local unknown = next(others)
  if unknown ~= nil then core.misuse(("%s: unknown option '%s'"):format(what, tostring(unknown))) end
  return own
end

--- How a function ended: its value; or false and the failure that it raised or returned.
local function outcome(task)
  local results = task.results
  if not task.ok then return false, failure.of(results[1], task.trace) end
  if results[1] == nil and results[2] ~= nil then
    if results[3] ~= nil then return false, nil, results[2], results[3] end
    return false, failure.give("aborted", failure.text(results[2]), {cause = results[2]})
  end
  return true, results[1]
end

-- A run over a list: `next` is the item to be started; `running` the tasks of items under way, false for those that
-- have ended (so that it stays an array); `active` the number of them.
local Run = {}
Run.__index = Run

function Run:record(i, task)
  self.running[i] = false
  self.active, self.ended = self.active - 1, self.ended + 1
  local ok, value, message, err = outcome(task)
  if self.settle then
    self.results[i] = ok and {ok = true, value = value} or {ok = false, message = message, error = err}
  elseif ok then
    self.results[i] = value
  else
    self:fail(nil, message, err)
  end
  if self.progress then self:report() end
end

function Run:report()
  local ok, cause = pcall(self.progress, self.ended, self.results.n)
  if not ok then self:fail(failure.of(cause)) end
end

--- The first failure counts, and ends the run.
function Run:fail(_, message, err)
  if self.failure then return end
  self.failure = {message = message, err = err}
  self:stop()
end

function Run:stop()
  self.next = self.results.n + 1
  local running = self.running
  self.running, self.active = {}, 0
  for _, task in ipairs(running) do
    if task then scheduler.cancel(task) end
  end
end

function Run:start_one()
  local i = self.next
  self.next = i + 1
  local task = scheduler.spawn(self.fn, self.list[i], i)
  task.patient, task.parent = true, self.owner
  task.item, task.watchers[1] = i, self.on_end
  self.running[i], self.active = task, self.active + 1
end

--- Starts as many as there is room for.
function Run:fill()
  while self.next <= self.results.n and self.active < self.max do self:start_one() end
  if self.active == 0 and self.wake then self.wake() end
end

local function perform(run)
  function run.on_end(task)
    if run.running[task.item] ~= task then return end
    run:record(task.item, task)
    run:fill()
  end
  run:fill()
  local function is_over() return run.active == 0 end
  local function cancel() run:fail(failure.give("cancelled", CANCELLED)) end
  scheduler.wait(is_over, function(wake) run.wake = wake end, cancel)
  if not is_over() then cancel() end
  if run.failure then return nil, run.failure.message, run.failure.err end
  return run.results
end

--- Calls `fn(item, i)` for each item of a list, at most `max` at a time.
-- @tparam table list
-- @tparam function fn may call operations, which then wait without holding up the others
-- @tparam[opt] table options `max` (16), `settle` (false: the first failure cancels the rest), `progress`
-- @treturn[1] table the first result of each, in order, with `n`; with `settle` tables `{ok, value}` or
--   `{ok, message, error}`
-- @treturn[2] nil
-- @treturn[2] string message of the first failure, an error raised or `nil, message, err` returned
-- @treturn[2] table the error; `traceback` for one that was raised
function parallel.map(list, fn, options)
  if type(list) ~= "table" then core.misuse("instar.map: a list is needed (got " .. type(list) .. ")") end
  local own = check("instar.map", fn, options)
  local results, message, err = perform(setmetatable({
    list = list, fn = fn, max = own.max or DEFAULT_MAX, settle = own.settle, progress = own.progress,
    results = {n = #list}, running = {}, active = 0, next = 1, ended = 0, owner = scheduler.owner() or false,
  }, Run))
  return results, message, err
end

local function call(fn)
  return fn()
end

--- The options of `all`: those beside the functions, and those of a table of their own.
local function options_of_all(list, given)
  local options = invocation.copy(given)
  for name, value in pairs(list) do
    local is_option = type(name) ~= "number" and name ~= "n" -- which table.pack sets
    if is_option and options[name] == nil then options[name] = value end
  end
  options.max = options.max or math.max(#list, 1)
  return options
end

--- Calls all functions of a list at once.
-- @tparam table list functions; options may stand beside them
-- @tparam[opt] table options as of @{map}; `max` is as many as there are
-- @return as @{map}
function parallel.all(list, options)
  if type(list) ~= "table" then core.misuse("instar.all: a list of functions is needed (got " .. type(list) .. ")") end
  if options ~= nil and type(options) ~= "table" then
    core.misuse(("instar.all: the options must be a table (got %s)"):format(type(options)))
  end
  for i = 1, #list do
    if type(list[i]) ~= "function" then core.misuse(("instar.all: item %d is no function"):format(i)) end
  end
  local all = options_of_all(list, options)
  check("instar.all", call, all)
  local results, message, err = parallel.map(list, call, all)
  return results, message, err
end

return parallel
