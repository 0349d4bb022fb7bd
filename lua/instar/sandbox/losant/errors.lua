-- SPDX-License-Identifier: MIT
-- Losant's error bodies: {"type": …, "message": …}.

local respond = require "instar.sandbox.respond"
local schema = require "instar.sandbox.schema"

local errors = {}

local types = {
  [400] = "Validation",
  [401] = "Unauthorized",
  [403] = "Forbidden",
  [404] = "NotFound",
  [405] = "MethodNotAllowed",
  [429] = "TooManyRequests",
  [501] = "NotImplemented",
}

--- An error response.
function errors.error(_, status, message, headers)
  return respond.json(status, { type = types[status], message = message }, headers)
end

--- The response to arguments with problems.
function errors.refuse(call, problems)
  local texts = {}
  for index, problem in ipairs(problems) do
    texts[index] = schema.place(problem) .. " " .. problem.text
  end
  return errors.error(call, 400, table.concat(texts, "; "))
end

return errors
