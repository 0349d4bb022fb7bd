-- SPDX-License-Identifier: MIT
-- Runs what must hold in every event loop, each case in a process of its own: one that hangs is one that fails.

local child = require "spec.support.child"

local loops = {}

local RUNNER = [[
local host, case, url = ...
local driver = require("spec.support.loop_hosts")[host]()
require("instar.loop." .. host).install()
require("spec.support.loop_cases")[case](driver, url)
print "fine"
]]

--- The names of the common cases, in order.
function loops.cases()
  local names = {}
  for name in pairs(require "spec.support.loop_cases") do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- Runs one case in one loop.
-- @treturn string what it wrote: "fine" and a line end when all holds
function loops.run(host, case, url)
  return (child.run(RUNNER, nil, host, case, url))
end

--- Runs Lua text with the loop's driver installed.
-- @treturn string what it wrote
-- @treturn number exit status
function loops.text(host, source, ...)
  return child.run(('require("instar.loop.%s").install()\n'):format(host) .. source, nil, ...)
end

return loops
