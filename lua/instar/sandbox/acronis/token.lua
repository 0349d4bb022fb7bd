-- SPDX-License-Identifier: MIT
-- Acronis' token from client credentials.

local base64 = require "instar.sandbox.base64"
local credentials = require("instar.sandbox.credentials").acronis
local errors = require "instar.sandbox.acronis.errors"
local respond = require "instar.sandbox.respond"

local LIFETIME = 7200
local EXPECTED = "Basic " .. base64.encode(credentials.client_id .. ":" .. credentials.client_secret)

--- token.issue
return function(call)
  local grant = call.arguments.grant_type
  if not grant then
    return errors.token(400, "invalid_request", "grant_type is missing")
  elseif grant ~= "client_credentials" then
    return errors.token(400, "unsupported_grant_type", "The sandbox grants client_credentials only")
  elseif call.request.headers.authorization ~= EXPECTED then
    return errors.token(401, "invalid_client", "Invalid client credentials")
  end
  local ids, expires = call.state.ids, math.floor(call.now + (call.box.token_seconds or LIFETIME))
  local token = ("eyJ%s.%s.%s"):format(ids:text(40), ids:text(160), ids:text(60))
  call.state.tokens:add(token, expires)
  return respond.json(200, {
    access_token = token, expires_on = expires, token_type = "bearer",
    id_token = ("eyJ%s.%s.%s"):format(ids:text(40), ids:text(80), ids:text(60)),
  })
end
