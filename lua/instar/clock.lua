-- SPDX-License-Identifier: MIT
-- The clock of waits that take their time; specs put another in its place.

local core = require "instar.core"
local scheduler = require "instar.scheduler"

return {
  now = core.now,
  sleep = scheduler.sleep,
  random = math.random,
}
