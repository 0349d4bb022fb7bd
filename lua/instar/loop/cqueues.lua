-- SPDX-License-Identifier: MIT
-- Calls made in coroutines of a cqueues controller yield to it.

--- The driver for cqueues.
-- @module instar.loop.cqueues
-- @usage
-- require("instar.loop.cqueues").install()
-- local loop = require("cqueues").new()
-- loop:wrap(function() print(losant.instance.get(id)) end)
-- assert(loop:loop())

local cqueues = require "cqueues"
local condition = require "cqueues.condition"

local core = require "instar.core"
local driver = require "instar.loop.driver"
local scheduler = require "instar.scheduler"

local module = {}

local beacon, on_beacon
local active = false
local stopped = condition.new()
local watching = setmetatable({}, {__mode = "k"}) -- controllers that a coroutine of ours watches the beacon in

local pollable = {
  pollfd = function() return beacon end,
  events = function() return "r" end,
}

local function watch(controller)
  if not controller or watching[controller] then return end
  watching[controller] = true
  controller:wrap(function()
    while active do
      cqueues.poll(pollable, stopped)
      on_beacon()
    end
    watching[controller] = nil
  end)
end

local function start(fd, on_ready)
  beacon, on_beacon, active = fd, on_ready, true
  watch((cqueues.running()))
end

--- One watcher that has seen the beacon may put it out before another does.
local function stop()
  active = false
  stopped:signal()
end

--- Is this a coroutine of a controller's? Not one that such a coroutine has made.
local function can_wait()
  local controller, is_own = cqueues.running()
  return controller ~= nil and is_own and core.yieldable()
end

--- Several controllers may run side by side: each in which somebody waits watches.
local function wait(is_over, arrange, wake)
  local woken = condition.new()
  arrange(function() woken:signal() end)
  wake()
  watch((cqueues.running()))
  while not is_over() do woken:wait() end
end

--- Has instar's calls yield to their cqueues controller from now on.
function module.install()
  scheduler.install(driver.new{start = start, stop = stop, can_wait = can_wait, wait = wait})
end

return module
