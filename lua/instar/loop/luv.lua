-- SPDX-License-Identifier: MIT
-- Calls made in coroutines yield to libuv's loop.

--- The driver for luv.
-- @module instar.loop.luv
-- @usage
-- require("instar.loop.luv").install()
-- coroutine.wrap(function() print(losant.instance.get(id)) end)()
-- uv.run()

local uv = require "luv"

local core = require "instar.core"
local driver = require "instar.loop.driver"
local scheduler = require "instar.scheduler"

local luv = {}

local handle

local function start(fd, on_ready)
  handle = handle or uv.new_poll(fd)
  if not handle:is_active() then handle:start("r", function() on_ready() end) end
end

local function stop()
  handle:stop()
end

--- libuv knows no coroutines: any but the main one is taken for one of its.
local function can_wait()
  return core.yieldable()
end

--- An error of a coroutine is raised in a callback of its own: whoever else is to be woken now is not held up by it.
local function resume(thread)
  local ok, message = coroutine.resume(thread)
  if ok then return end
  local text = debug.traceback(thread, tostring(message))
  local timer = uv.new_timer()
  timer:start(0, 0, function()
    timer:close()
    error(text, 0)
  end)
end

local function wait(is_over, arrange, wake)
  local thread, waiting, woken = scheduler.root(), true, false
  arrange(function()
    woken = true
    if waiting and coroutine.status(thread) == "suspended" then resume(thread) end
  end)
  wake()
  repeat
    if not woken then coroutine.yield() end
    woken = false
  until is_over()
  waiting = false
end

--- Has instar's calls yield to libuv's loop from now on.
function luv.install()
  scheduler.install(driver.new{start = start, stop = stop, can_wait = can_wait, wait = wait})
end

return luv
