-- SPDX-License-Identifier: MIT
-- What the drivers of event loops have in common: the loop watches one descriptor, instar's beacon.

local core = require "instar.core"
local scheduler = require "instar.scheduler"

local driver = {}

--- A driver.
-- @tparam table host `start(fd, on_ready)` has the beacon watched, also when it is already, `stop()` ends that,
--   `can_wait()` tells whether the running coroutine is one of the loop's, `wait(is_over, arrange, wake)` lets it wait
-- @treturn table for scheduler.install
function driver.new(host)
  local fd = core.beacon()
  if not fd then error("instar: drivers of event loops need epoll, which this system has not: use instar.loop", 3) end
  local self = {can_wait = host.can_wait}
  local active = false

  --- Sets the moment of the next step, and has the loop watch as long as something is under way.
  function self.wake()
    local was_active = active
    active = scheduler.is_busy()
    if active then
      core.arm(scheduler.due())
      host.start(fd, self.on_ready)
    elseif was_active then
      host.stop()
      core.arm(0) -- whoever still watches the beacon is to see it
    end
  end

  function self.on_ready()
    scheduler.turn(0)
  end

  --- Lights the beacon, which is watched while anything is under way.
  function self.rouse()
    if active then core.arm(0) end
  end

  function self.wait(is_over, arrange)
    host.wait(is_over, arrange, self.wake)
  end

  return self
end

return driver
