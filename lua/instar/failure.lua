-- SPDX-License-Identifier: MIT
-- Failures that the Lua layer finds: `nil, message, err`.

local core = require "instar.core"

local failure = {}

--- Gives a failure of its own.
-- @tparam string kind
-- @tparam string message
-- @tparam[opt] table fields more fields of the error
function failure.give(kind, message, fields)
  local err = {kind = kind, message = message, text = message, attempts = 0, retryable = false, sent = "no"}
  for name, value in pairs(fields or {}) do err[name] = value end
  return nil, message, core.error(err)
end

--- What a program raised, as text, also where its own __tostring fails.
function failure.text(cause)
  local ok, text = pcall(tostring, cause)
  return ok and type(text) == "string" and text or "an error without a text"
end

--- What a function of the program's raised, as a failure; an error of instar's own stays itself.
-- @param cause what was raised
-- @tparam[opt] string traceback
function failure.of(cause, traceback)
  if core.is_error(cause) then return nil, tostring(cause), cause end
  return failure.give("aborted", failure.text(cause), {cause = cause, traceback = traceback})
end

return failure
