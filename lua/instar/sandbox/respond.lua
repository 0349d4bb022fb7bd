-- SPDX-License-Identifier: MIT
-- Responses as handlers make them.

local json = require "instar.sandbox.json"

local respond = {}

--- A response with a JSON body.
-- @tparam number status
-- @param value what to encode
-- @tparam[opt] table headers further headers, lower-case names
function respond.json(status, value, headers)
  headers = headers or {}
  headers["content-type"] = "application/json"
  return { status = status, headers = headers, body = json.encode(value) }
end

--- A response without a body.
function respond.empty(status)
  return { status = status, headers = {}, body = "" }
end

return respond
