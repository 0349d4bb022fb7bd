-- SPDX-License-Identifier: MIT
-- KakaoCloud's error bodies: BCS has its own, IAM has Keystone's, and validation is FastAPI's.

local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"
local schema = require "instar.sandbox.schema"

local errors = {}

local codes = {
  [400] = "BadRequest",
  [401] = "Unauthorized",
  [403] = "Forbidden",
  [404] = "NotFound",
  [405] = "MethodNotAllowed",
  [409] = "Conflict",
  [501] = "NotImplemented",
}

local function is_identity(call)
  return call.path:find("^/identity/") ~= nil
end

--- An error response.
function errors.error(call, status, message, headers)
  local body = { code = codes[status], message = message }
  if is_identity(call) then
    body = { code = status, message = message, title = codes[status] }
  end
  return respond.json(status, { error = body }, headers)
end

local messages = { missing = "field required", null = "none is not an allowed value" }
local kinds = {
  missing = "value_error.missing",
  null = "type_error.none.not_allowed",
  syntax = "value_error.jsondecode",
  media = "value_error.media_type",
}

local function detail(problem)
  return {
    loc = problem.path,
    msg = messages[problem.kind] or "value " .. problem.text,
    type = kinds[problem.kind] or "type_error." .. problem.expected,
  }
end

-- FastAPI judges shapes; values of the right shape are the service's business.
local function is_shape(problem)
  return problem.expected ~= nil or kinds[problem.kind] ~= nil
end

--- The response to arguments with problems.
function errors.refuse(call, problems)
  local details = json.array()
  for _, problem in ipairs(problems) do
    if is_shape(problem) and not is_identity(call) then
      details[#details + 1] = detail(problem)
    end
  end
  if #details > 0 then
    return respond.json(422, { detail = details })
  end
  return errors.error(call, 400, ("Invalid input: %s %s."):format(schema.place(problems[1]), problems[1].text))
end

return errors
