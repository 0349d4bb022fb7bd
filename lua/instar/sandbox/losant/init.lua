-- SPDX-License-Identifier: MIT
-- Losant in small: what the core needs to know of it, and its operations.

local credentials = require "instar.sandbox.credentials"
local errors = require "instar.sandbox.losant.errors"
local instance = require "instar.sandbox.losant.instance"
local sequence = require "instar.sandbox.sequence"
local summaries = require "instar.sandbox.losant.summaries"
local tokens = require "instar.sandbox.tokens"
local usage = require "instar.sandbox.losant.usage"

local losant = {
  name = "losant",
  error = errors.error,
  refuse = errors.refuse,
  policy = {},
  handlers = {
    ["auth.authenticate_user"] = require "instar.sandbox.losant.auth",
    ["instance.generate_report"] = instance.generate_report,
    ["instance.get"] = instance.get,
    ["instance.historical_summaries"] = summaries.list,
    ["instance.patch"] = instance.patch,
  },
}

--- Whatever belongs to no other service is Losant's.
function losant.owns()
  return true
end

--- The path on the wire.
function losant.path_of(operation)
  return operation.path
end

--- The first state of a box.
function losant.new_state(box)
  local ids, now = sequence.new(1001), box.clock()
  return {
    ids = ids,
    tokens = tokens.new(credentials.losant.token),
    instances = instance.seed(ids, now),
    busy_until = {},
    resources = usage.seed(ids, now),
  }
end

--- Refuse calls without a good token.
function losant.authenticate(call)
  local token = (call.request.headers.authorization or ""):match("^Bearer (.+)$")
  if not call.state.tokens:accepts(token, call.now) then
    return errors.error(call, 401, "Unauthorized")
  end
end

return losant
