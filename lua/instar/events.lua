-- SPDX-License-Identifier: MIT
-- Tells a client's on_event function what happens.

local core = require "instar.core"
local redact = require "instar.redact"

local events = {}

local function add(event, environment, fields, call)
  for key, value in pairs(fields or {}) do event[key] = redact.text(environment, value, call) end
end

--- Calls on_event with a table of the name and the fields. Its errors change nothing; stats() counts them.
-- @param environment
-- @tparam string name
-- @tparam[opt] table fields
-- @param[opt] call whose facts are added
function events.emit(environment, name, fields, call)
  local listener = environment.on_event
  if not listener then return end
  local event = {name = name}
  if call then add(event, environment, core.info(call), call) end
  add(event, environment, fields, call)
  local ok, problem = pcall(listener, event)
  if not ok then
    environment.event_errors = (environment.event_errors or 0) + 1
    environment.event_error = problem
  end
end

return events
