-- SPDX-License-Identifier: MIT
-- Acronis' error bodies; the token endpoint has one of its own.

local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"
local schema = require "instar.sandbox.schema"

local errors = {}

local DOMAIN = "PlatformAccountServer"

local reasons = {
  [400] = "Bad Request",
  [401] = "Unauthorized",
  [404] = "Not Found",
  [405] = "Method Not Allowed",
  [415] = "Unsupported Media Type",
  [501] = "Not Implemented",
}

local function platform_error(status, info, headers, data)
  return respond.json(status, {
    error = {
      code = status, message = reasons[status], domain = DOMAIN, details = { info = info }, context = {}, data = data,
    },
  }, headers)
end

--- An error response of the token endpoint.
-- @tparam number status
-- @tparam string code such as `invalid_client`
-- @tparam string description
function errors.token(status, code, description)
  return respond.json(status, { error = code, error_description = description })
end

--- An error response.
function errors.error(_, status, message, headers)
  return platform_error(status, message, headers)
end

--- The response to arguments with problems.
function errors.refuse(call, problems)
  local texts = json.array()
  for index, problem in ipairs(problems) do
    texts[index] = schema.place(problem) .. " " .. problem.text
  end
  if call.operation.auth == "basic" then
    return errors.token(400, "invalid_request", table.concat(texts, "; "))
  end
  return platform_error(problems[1].kind == "media" and 415 or 400, table.concat(texts, "; "), nil, texts)
end

return errors
