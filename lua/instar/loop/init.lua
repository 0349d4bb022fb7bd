-- SPDX-License-Identifier: MIT
-- For hosts that turn instar themselves, with poll or the like.

--- Turning instar from a loop of your own.
--
-- Wait until one of `fds()` is ready or `timeout()` seconds have passed, then call `step()`; and again after every call
-- that has been started. `require("instar.loop.luv")`, `.cqueues` and `.copas` do that for those loops.
-- @module instar.loop

local core = require "instar.core"
local scheduler = require "instar.scheduler"

local loop = {}

--- What is waited for.
-- @function fds
-- @treturn {table,...} `fd`, and `events`: "r", "w" or "rw"
loop.fds = core.sockets

--- When a step is due at the latest.
-- @treturn ?number seconds from now; nil while nothing is under way
function loop.timeout()
  return scheduler.due()
end

--- Moves everything on that can be.
-- @tparam[opt=0] number seconds to wait at most for something to happen
function loop.step(seconds)
  if seconds ~= nil and type(seconds) ~= "number" then
    core.misuse("instar.loop.step takes a number of seconds (got " .. type(seconds) .. ")")
  end
  scheduler.turn(seconds or 0)
end

return loop
