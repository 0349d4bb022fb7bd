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

local unpack = require("instar.tuple").unpack

local handle

local function start(fd, on_ready)
  handle = handle or uv.new_poll(fd)
  handle:start("r", function() on_ready() end)
end

local function stop()
  handle:stop()
end

--- libuv knows no coroutines: any but the main one is taken for one of its.
local function can_wait()
  return core.yieldable()
end

local function resume(thread)
  local result = {coroutine.resume(thread)}
  if not result[1] then error(debug.traceback(thread, tostring(result[2])), 0) end
  return unpack(result, 2)
end

local function wait(is_over, arrange, wake)
  local thread, waiting = scheduler.root(), true
  arrange(function()
    if waiting and coroutine.status(thread) == "suspended" then resume(thread) end
  end)
  wake()
  repeat coroutine.yield() until is_over()
  waiting = false
end

--- Has instar's calls yield to libuv's loop from now on.
function luv.install()
  scheduler.install(driver.new{start = start, stop = stop, can_wait = can_wait, wait = wait})
end

return luv
