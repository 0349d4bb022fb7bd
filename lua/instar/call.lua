-- SPDX-License-Identifier: MIT
-- op:async: calls that go on while the program does something else.

--- A call that is under way.
-- @classmod call

local core = require "instar.core"
local failure = require "instar.failure"
local run = require "instar.run"
local scheduler = require "instar.scheduler"

local unpack = require("instar.tuple").unpack

local call = {}

local function state_of(handle)
  return core.state(handle, "instar.call")
end

local function results(task)
  if not task.ok then error(task.results[1], 0) end
  return unpack(task.results, 1, task.results.n)
end

--- Ends the call with what there is of it; not one that is just giving its results.
local function stop(state)
  if state.task.done or not state.request:cancel() then return end
  scheduler.cancel(state.task, run.result(state.request))
end

--- Waits for the call.
-- @tparam[opt] number seconds at most; without it until the call is done
-- @return what the operation would have given; after the time `nil, message, err` of kind `timeout`, while the call
--   goes on
local function wait(handle, seconds)
  local task = state_of(handle).task
  if seconds ~= nil and type(seconds) ~= "number" then
    core.misuse("instar call: wait takes a number of seconds (got " .. type(seconds) .. ")")
  end
  if scheduler.join(task, seconds) then return results(task) end
  if scheduler.is_cancelled() then return failure.give("cancelled", "the function that waits was cancelled") end
  return failure.give("timeout", ("the call is not done after %g s; it goes on"):format(seconds))
end

--- True when the call has ended.
local function done(handle)
  return state_of(handle).task.done == true
end

--- Ends the call: `wait` then gives an error of kind `cancelled`.
local function cancel(handle)
  stop(state_of(handle))
end

--- Lets go of the call, as if its last reference were gone: a read is cancelled, anything else goes on.
local function close(handle)
  local state = state_of(handle)
  if state.is_read and state.task then stop(state) end
end

--- The last reference is gone. A finalizer may run in the midst of anything: it only ends the transfer, and the task
-- ends by itself then.
local function drop(handle)
  local state = state_of(handle)
  if not (state.is_read and state.task) or state.task.done then return end
  state.request:cancel()
  scheduler.rouse()
end

--- Starts a call and returns at once. It stands in the client's queue then, and moves on while instar waits for
-- anything, or in the host's event loop.
-- @function operation:async
-- @param ... as the operation itself takes them
-- @treturn call
local function async(operation, ...)
  core.check(operation, "instar.operation")
  local request = core.begin(operation, ...)
  local info = core.info(request)
  local state = {request = request, name = info.operation, is_read = info.method == "GET"}
  local handle = core.handle("instar.call", state)
  state.task = scheduler.start(run.call, request)
  return handle
end

local function describe(handle)
  local state = state_of(handle)
  local ending = state.task.done and "done" or "under way"
  return ("instar call of %s (%s)"):format(state.name, ending)
end

function call.install()
  local _, operation_methods = core.class("instar.operation")
  operation_methods.async = async
  local metatable, methods = core.class("instar.call")
  metatable.__gc, metatable.__close, metatable.__tostring = drop, close, describe
  methods.wait, methods.done, methods.cancel, methods.close = wait, done, cancel, close
end

return call
