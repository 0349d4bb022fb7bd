-- SPDX-License-Identifier: MIT
-- Who turns the engine, and what runs meanwhile: tasks are coroutines that wait for calls and moments.
--
-- A wait is the same everywhere: inside a task it yields to the scheduler, inside a coroutine of a host's event loop to
-- that loop; elsewhere, and where the Lua cannot yield, it turns everything else until it is over.

local core = require "instar.core"
local failure = require "instar.failure"
local queue = require "instar.queue"
local tuple = require "instar.tuple"

local scheduler = {}

local pack, unpack = tuple.pack, tuple.unpack

-- The longest single wait for the network: signals are looked at in between.
local LONGEST = 1

-- How many tasks may hold up one another where the Lua cannot yield: more, and its C stack would overflow.
local DEEPEST = 16

local wakes = {}                                   -- key of a watched call: function to call when it is done
local waiting = {}                                 -- key of a watched call: task to be resumed when it is done
local ready = queue.new()                          -- tasks to be resumed
local held = queue.new()                           -- tasks put off until fewer hold up one another
local level = 0                                    -- how many do
local sleepers = queue.new_by_time()               -- {time, function to call then}
local resumed                                      -- the task that was resumed last: whatever runs works for it
local dispatcher                                   -- the coroutine that dispatches: what runs there waits for nobody
local outer = setmetatable({}, {__mode = "k"})     -- coroutine of scheduler.protect: {thread, may_wait} it works for
local host                                         -- the driver of the host's event loop

--- The task that the running coroutine is, if it is one: not one that a task itself has made.
function scheduler.current()
  local task = resumed
  if not task or task.done then return nil end
  local thread = coroutine.running()
  if thread == task.thread or task.inner and task.inner[thread] then return task end
end

local function finish(task, ok, ...)
  task.done, task.ok, task.results = true, ok, pack(...)
  if not ok then task.trace = debug.traceback(task.thread, failure.text((...))) end
  local owner = resumed
  resumed = nil -- who is woken does not work for who wakes
  for i = 1, #task.watchers do task.watchers[i](task) end
  resumed = owner
end

--- What a resumed task did: ended, waits for what will wake it, or yielded of its own accord to let others run.
local function after(task, ok, ...)
  if coroutine.status(task.thread) == "dead" then
    if not task.done then finish(task, ok, ...) end
  elseif (...) ~= scheduler then
    ready:push(task)
  end
end

local function leave(outer_task, ...)
  level, resumed = level - 1, outer_task
  while not held:is_empty() do ready:push(held:pop()) end
  return ...
end

local function resume(task)
  if task.done or coroutine.status(task.thread) ~= "suspended" then return end
  local outer_task, arguments = resumed, task.arguments
  level, resumed = level + 1, task
  if arguments then
    task.arguments = false
    after(task, leave(outer_task, coroutine.resume(task.thread, unpack(arguments, 1, arguments.n))))
  else
    after(task, leave(outer_task, coroutine.resume(task.thread)))
  end
end

--- May a task wait until fewer hold up one another? Not one that the waiting function has itself started.
local function can_be_put_off(task)
  return level >= DEEPEST and task.patient and task.level < level
end

--- A coroutine for any function: Lua 5.1 makes none of a function of C's.
local new_thread = coroutine.create
if not pcall(coroutine.create, print) then
  function new_thread(body)
    return coroutine.create(function(...) return body(...) end)
  end
end

--- Does whatever runs work for a task that has been cancelled, and that the Lua could not end? What it starts then does
-- so too; what it has started before goes on.
function scheduler.is_cancelled()
  return resumed and resumed.cancelled or false
end

local function new_task(body, ...)
  return {
    thread = new_thread(body), arguments = pack(...), watchers = {}, level = level, parent = resumed or false,
    done = false, ok = false, results = false, -- what it will be: room for all of it is made at once
    call = false, key = false, on_cancel = false, patient = false, inner = false, item = false,
    cancelled = scheduler.is_cancelled(),
  }
end

--- Makes a function a task, which first runs when the scheduler turns next.
-- @treturn table the task: `done`, then `ok` and `results`; `watchers` are called with it when it ends;
--   `patient` may be set for one that can be put off, `parent` to the task that it works for
function scheduler.spawn(body, ...)
  local task = new_task(body, ...)
  ready:push(task)
  if host then host.wake() end
  return task
end

--- As spawn, but runs the task at once as far as it gets without waiting.
function scheduler.start(body, ...)
  local task = new_task(body, ...)
  resume(task)
  if host then host.wake() end
  return task
end

--- Ends a task where it waits: its call is cancelled, its coroutine runs no further, or, where the Lua cannot end it,
-- makes no further calls. What follows are its results.
function scheduler.cancel(task, ...)
  if task.done then return end
  local call = task.call
  task.cancelled = true
  finish(task, true, ...)
  if call then
    waiting[task.key], wakes[task.key] = nil, nil
    call:cancel()
  end
  if task.on_cancel then task.on_cancel() end
  local suspended = coroutine.status(task.thread) == "suspended"
  if suspended and coroutine.close then coroutine.close(task.thread) end -- luacheck: ignore 143
  if host then host.wake() end
end

--- The time until something is to be done, in seconds; at most `wait`.
local function until_next(wait)
  if not ready:is_empty() or core.has_done() then return 0 end
  local first = sleepers:first()
  if first then wait = math.min(wait, math.max(first.time - core.now(), 0)) end
  return wait
end

local function dispatch()
  for key in core.next_done do
    local task, wake = waiting[key], wakes[key]
    waiting[key], wakes[key] = nil, nil
    if task then ready:push(task) elseif wake then wake() end
  end
  local now = core.now()
  while sleepers:first() and sleepers:first().time <= now do sleepers:pop().wake() end
  for _ = 1, ready:count() do
    local task = ready:pop()
    if task and can_be_put_off(task) then held:push(task)
    elseif task then resume(task) end
    core.push() -- what it asks for leaves while the others still think
  end
end

--- Wakes whoever waited for what has happened, and runs the tasks that are ready. None of it works for the task that
-- may be waiting here.
function scheduler.dispatch()
  local task, before = resumed, dispatcher
  resumed, dispatcher = nil, coroutine.running()
  dispatch()
  resumed, dispatcher = task, before
end

--- One turn: waits for the network at most so long, then dispatches.
function scheduler.turn(wait)
  core.step(until_next(wait or LONGEST))
  scheduler.dispatch()
  if host then host.wake() end
end

--- Seconds until a turn is needed, nil when nothing is to be done.
function scheduler.due()
  local due = core.due()
  local wait = until_next(due or math.huge)
  return wait < math.huge and wait or nil
end

--- May the running coroutine wait in the host's loop? What a task has made itself may not: it yields to the task.
local function can_wait_in_host()
  local thread = coroutine.running()
  if not host or resumed or not thread or thread == dispatcher then return false end
  local works_for = outer[thread]
  if works_for then return works_for.may_wait and core.yieldable() end
  return (host.can_wait()) -- no tail call: see run.lua
end

--- Waits until something is over, or the task that waits is cancelled. `arrange` is given the function that is to be
-- called when it may be over.
local function wait_for(is_over, arrange)
  local task, owner = scheduler.current(), resumed
  --- What it waits for may be over by then: a finalizer may run before, and turn everything.
  local function arrange_now(wake)
    arrange(wake)
    if is_over() then wake() end
  end
  if task and core.yieldable() then
    arrange_now(function()
      if not task.done then ready:push(task) end
    end)
    repeat coroutine.yield(scheduler) until is_over() or task.done
  elseif can_wait_in_host() then
    host.wait(is_over, arrange_now)
  else
    arrange(function() end)
    repeat scheduler.turn() until is_over() or owner and owner.done
  end
end

--- Waits at least for one turn; `on_cancel` is called when the waiting task is cancelled meanwhile.
local function wait_or_cancel(is_over, arrange, on_cancel)
  local owner = resumed
  if owner then owner.on_cancel = on_cancel end
  wait_for(is_over, arrange)
  if owner then owner.on_cancel = false end
end

--- Waits until something is over, for parts that know themselves when, or until the task that waits is cancelled.
-- @tparam function is_over
-- @tparam function arrange is given the function to call when it may be over
-- @tparam[opt] function on_cancel called when the waiting task is cancelled meanwhile
function scheduler.wait(is_over, arrange, on_cancel)
  if not is_over() then wait_or_cancel(is_over, arrange, on_cancel) end
end

--- Gets what has been started on its way, without waiting. Where somebody else turns the engine soon, it is left to
-- them.
function scheduler.kick()
  if host or scheduler.current() then return end
  scheduler.turn(0)
  core.step(0)
end

--- True while anything is under way.
function scheduler.is_busy()
  return core.is_busy() or core.has_done() or not ready:is_empty() or sleepers:first() ~= nil
end

local function is_alone()
  return not host and ready:is_empty() and not sleepers:first() and next(wakes) == nil and next(waiting) == nil
end

--- Waits in a task: the commonest wait of all makes nothing that is garbage afterwards.
local function await_in(task, call)
  local key = core.watch(call)
  task.call, task.key = call, key
  if core.yieldable() then
    waiting[key] = task
    if call:done() then ready:push(task) end -- by a finalizer, meanwhile
    repeat coroutine.yield(scheduler) until call:done()
    waiting[key] = nil
  else
    repeat scheduler.turn() until call:done()
  end
  task.call, task.key = false, false
end

--- Waits until a call is done.
function scheduler.await(call)
  local task = scheduler.current()
  if not task and is_alone() then
    while not call:done() do core.step(LONGEST) end
  elseif call:done() then
    return
  elseif task then
    await_in(task, call)
  else
    local key = core.watch(call)
    wait_for(function() return call:done() end, function(wake) wakes[key] = wake end)
    if not call:done() then call:cancel() end
  end
end

local function forget_watcher(task, wake)
  for i = #task.watchers, 1, -1 do
    if task.watchers[i] == wake then table.remove(task.watchers, i) end
  end
end

--- Waits until a task has ended, at most so many seconds. True when it has. `on_cancel` is called when the waiting task
-- is cancelled meanwhile.
function scheduler.join(task, seconds, on_cancel)
  if task.done then return true end
  local deadline = seconds and core.now() + seconds
  local sleeper = {time = deadline}
  local function forget()
    sleeper.dead = true
    if not task.done then forget_watcher(task, sleeper.wake) end
  end
  local function give_up()
    forget()
    if on_cancel then on_cancel() end
  end
  wait_or_cancel(function() return task.done or (deadline and core.now() >= deadline) end, function(wake)
    sleeper.wake = wake
    table.insert(task.watchers, wake)
    if deadline and deadline < math.huge then sleepers:push(sleeper) end
  end, give_up)
  forget()
  if deadline and host then host.wake() end -- the moment need not be waited for
  return task.done
end

--- Waits for so many seconds while everything else goes on.
function scheduler.sleep(seconds)
  local sleeper = {time = core.now() + seconds}
  wait_or_cancel(function() return core.now() >= sleeper.time end, function(wake)
    sleeper.wake = wake
    sleepers:push(sleeper)
  end, function() sleeper.dead = true end)
end

--- Can a coroutine yield out of pcall? In Lua 5.1 it cannot.
local function yields_through_pcall()
  local thread = coroutine.create(function() pcall(coroutine.yield) end)
  coroutine.resume(thread)
  return coroutine.status(thread) == "suspended"
end

local pcall_yields = yields_through_pcall()

--- Calls a function of the program's as pcall does, so that it may yield on every Lua: where pcall cannot be yielded
-- out of, in a coroutine of its own. What it yields goes to whoever runs this coroutine; where nobody can take it,
-- everything else is turned instead.
function scheduler.protect(body, ...)
  if pcall_yields and core.yieldable() then return pcall(body, ...) end
  local thread, task = new_thread(body), scheduler.current()
  outer[thread] = {thread = coroutine.running(), may_wait = can_wait_in_host()}
  if task then
    task.inner = task.inner or {}
    task.inner[thread] = true
  end
  local results = pack(coroutine.resume(thread, ...))
  while coroutine.status(thread) ~= "dead" do
    if core.yieldable() then
      results = pack(coroutine.resume(thread, coroutine.yield(unpack(results, 2, results.n))))
    else
      scheduler.turn(0)
      results = pack(coroutine.resume(thread))
    end
  end
  if task then task.inner[thread] = nil end
  return unpack(results, 1, results.n)
end

--- True when whatever runs works for a task: is it, or was started by it.
function scheduler.is_within(task)
  local current = resumed
  while current and current ~= task do current = current.parent end
  return current == task
end

--- The task that whatever runs works for, nil without.
function scheduler.owner()
  return resumed
end

--- The outermost coroutine that the running one works for.
function scheduler.root()
  local thread = coroutine.running()
  while thread and outer[thread] do thread = outer[thread].thread end
  return thread
end

--- Puts a host's event loop in place: `wait(is_over, arrange)`, `can_wait()`, `wake()`.
function scheduler.install(driver)
  host = driver
  host.wake()
end

--- For finalizers, which may run in the midst of anything: whoever waits is to look again, soon.
function scheduler.rouse()
  if host then host.rouse() end
end

return scheduler
