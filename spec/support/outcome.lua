-- SPDX-License-Identifier: MIT
-- What a call over the network gave, checked in one line.

local assert = require "luassert"

local outcome = {}

local function shown(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

--- Checks that a call succeeded.
-- @param expected its first value, compared deeply
-- @param ... all it gave
-- @treturn table the response
function outcome.succeeded(expected, ...)
  local body, response = ...
  if body == nil then error("the call failed: " .. tostring(response), 2) end
  assert.same(expected, body)
  return response
end

--- Checks that a call failed as the world makes calls fail: `nil`, a message, an error.
-- @tparam table expected fields of the error; `false` for one that must be absent
-- @param ... all it gave
-- @treturn table the error
-- @treturn string the message
function outcome.failed(expected, ...)
  local body, message, err = ...
  if body ~= nil then error("the call should have failed, it gave " .. shown(body), 2) end
  if type(message) ~= "string" or message == "" or type(err) ~= "table" then
    error("the call gave no message or no error: " .. shown(message) .. ", " .. shown(err), 2)
  end
  for name, value in pairs(expected) do
    if err[name] ~= (value or nil) then
      error(("err.%s: expected %s, got %s (%s)"):format(name, shown(value or nil), shown(err[name]), message), 2)
    end
  end
  return err, message
end

return outcome
