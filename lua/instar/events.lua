-- SPDX-License-Identifier: MIT
-- Tells a client's on_event function what happens.

local redact = require "instar.redact"

local events = {}

--- Calls on_event with a table of the name and the fields. Its errors change nothing; stats() counts them.
function events.emit(environment, name, ...)
  local listener = environment.on_event
  if not listener then return end
  local event = {name = name}
  for i = 1, select("#", ...) do
    for key, value in pairs((select(i, ...))) do event[key] = redact.text(environment, value) end
  end
  local ok, problem = pcall(listener, event)
  if not ok then
    environment.event_errors = (environment.event_errors or 0) + 1
    environment.event_error = problem
  end
end

return events
