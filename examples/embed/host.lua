-- SPDX-License-Identifier: MIT
-- What host.c runs: starts calls, and gives it the four functions that it drives them with.

local instar = require "instar"
local sandbox = require "instar.sandbox"

local root = ...
local losant = instar.losant{base_url = sandbox.base_url("losant", root), token = sandbox.credentials.losant.token}

local calls = {}
for i = 1, 10 do calls[i] = losant.instance.get:async("575ec8687ae143cd83dc4a97") end

--- Prints the answers that have come. True when all have.
local function report()
  for i = #calls, 1, -1 do
    if calls[i]:done() then print("losant", (assert(table.remove(calls, i):wait())).name) end
  end
  return #calls == 0
end

return instar.loop.fds, instar.loop.timeout, instar.loop.step, report
