-- SPDX-License-Identifier: MIT
-- Losant's login with e-mail and password.

local credentials = require("instar.sandbox.credentials").losant
local errors = require "instar.sandbox.losant.errors"
local respond = require "instar.sandbox.respond"

local USER_ID = "5ff89ff825013dc6c2856184"

-- The service does not say what unit tokenTTL has; here it is seconds, and 0 means no end.
local function lifetime(call)
  local ttl = call.arguments.credentials.tokenTTL or 0
  return ttl > 0 and ttl or call.box.token_seconds
end

--- auth.authenticate_user
return function(call)
  local given = call.arguments.credentials
  if given.email ~= credentials.email or given.password ~= credentials.password then
    return errors.error(call, 401, "Incorrect email or password")
  end
  local token, seconds = call.state.ids:text(64), lifetime(call)
  call.state.tokens:add(token, seconds and call.now + seconds)
  return respond.json(200, { userId = USER_ID, token = token, needsToVerifyEmail = false })
end
