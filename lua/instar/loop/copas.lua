-- SPDX-License-Identifier: MIT
-- Calls made in threads of Copas yield to it.

--- The driver for Copas.
-- @module instar.loop.copas
-- @usage
-- require("instar.loop.copas").install()
-- copas.addthread(function() print(losant.instance.get(id)) end)
-- copas.loop()

local copas = require "copas"

local core = require "instar.core"
local driver = require "instar.loop.driver"
local scheduler = require "instar.scheduler"

local module = {}

local NOWHERE = -1 -- what LuaSocket's select passes over

-- What Copas takes for a socket to be received from. It is watched by its descriptor, or not at all while it waits for
-- a wake alone; `dirty` makes select give it at once.
local Source = {}
Source.__index = Source

function Source:getfd()
  return (self.watched or self.woken) and self.fd or NOWHERE
end

function Source:dirty()
  return self.woken
end

function Source:receive()
  if self.is_over() then return true end
  self.woken = false
  return nil, "timeout"
end

function Source.settimeout() end

function Source.close() end

local function wait_on(source)
  copas.receive(setmetatable(source, Source))
end

local active, watched = false, false

--- Every time the beacon lights up Copas asks the source again: that is when instar moves on.
local function start(fd, on_ready)
  active = true
  if watched then return end
  watched = true
  local first = true
  copas.addthread(function()
    wait_on{fd = fd, watched = true, is_over = function()
      if not first then on_ready() end
      first = false
      watched = active
      return not active
    end}
  end)
end

local function stop()
  active = false
end

--- Copas' threads are coroutines like others: any but the main one is taken for one of its.
local function can_wait()
  return core.yieldable()
end

local function wait(is_over, arrange, wake)
  local source = {fd = core.beacon(), is_over = is_over}
  arrange(function() source.woken = true end)
  wake()
  wait_on(source)
end

--- Has instar's calls yield to Copas from now on.
function module.install()
  scheduler.install(driver.new{start = start, stop = stop, can_wait = can_wait, wait = wait})
end

return module
