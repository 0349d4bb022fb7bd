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

-- Errors with a code of the platform, in place of the status.
local platform = {
  version_mismatch = { 409, 1001, "Version mismatch" },
  access_denied = { 403, 1002, "Access denied" },
  no_tenant = { 404, 1005, "Tenant not found" },
}

local function answer(status, code, message, info, headers, data)
  return respond.json(status, {
    error = { code = code, message = message, domain = DOMAIN, details = { info = info }, context = {}, data = data },
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
  return answer(status, status, reasons[status], message, headers)
end

--- An error response with a code of the platform.
-- @tparam string name `version_mismatch`, `access_denied` or `no_tenant`
function errors.platform(name)
  local status, code, message = platform[name][1], platform[name][2], platform[name][3]
  return answer(status, code, message, message)
end

--- The response to arguments with problems.
function errors.refuse(call, problems)
  local texts = json.array()
  for index, problem in ipairs(problems) do
    texts[index] = schema.place(problem) .. " " .. problem.text
  end
  local info = table.concat(texts, "; ")
  if call.operation.body == "form" then
    return errors.token(400, "invalid_request", info)
  end
  local status = problems[1].kind == "media" and 415 or 400
  return answer(status, status, reasons[status], info, nil, texts)
end

return errors
