-- SPDX-License-Identifier: MIT
-- What the drivers of event loops have in common: the loop watches one descriptor, instar's beacon.

local core = require "instar.core"
local scheduler = require "instar.scheduler"

local driver = {}

--- A driver.
-- @tparam table host `start(fd, on_ready)` begins to watch the beacon, `stop()` ends it, `can_wait()` tells whether the
--   running coroutine is one of the loop's, `wait(is_over, arrange)` lets it wait
-- @treturn table for scheduler.install
function driver.new(host)
  local fd = core.beacon()
  if not fd then error("instar: drivers of event loops need epoll, which this system has not: use instar.loop", 3) end
  local self = {can_wait = host.can_wait}
  local active = false

  --- Sets the moment of the next step, and has the loop watch as long as something is under way.
  function self.wake()
    core.arm(scheduler.due())
    local busy = scheduler.is_busy()
    if busy and not active then
      active = true
      host.start(fd, self.on_ready)
    elseif active and not busy then
      active = false
      host.stop()
      core.arm(0) -- whoever still watches the beacon is to see it
    end
  end

  function self.on_ready()
    scheduler.turn(0)
  end

  function self.wait(is_over, arrange)
    host.wait(is_over, arrange, self.wake)
  end

  return self
end

return driver
