-- SPDX-License-Identifier: MIT
-- Acronis in small: what the core needs to know of it, and its operations.

local credentials = require "instar.sandbox.credentials"
local errors = require "instar.sandbox.acronis.errors"
local report = require "instar.sandbox.acronis.report"
local sequence = require "instar.sandbox.sequence"
local tokens = require "instar.sandbox.tokens"

local acronis = {
  name = "acronis",
  error = errors.error,
  refuse = errors.refuse,
  policy = { closed_body = true, media_required = true },
  handlers = {
    ["report.get"] = report.get,
    ["report.update"] = report.update,
    ["token.issue"] = require "instar.sandbox.acronis.token",
  },
}

--- Whether a path is Acronis': /api/2, and /api/1 of the router.
function acronis.owns(path)
  return path:find("^/api/") ~= nil
end

--- The path on the wire; the router's paths are whole.
function acronis.path_of(operation)
  return (operation.root and "" or "/api/2") .. operation.path
end

--- The first state of a box.
function acronis.new_state()
  return {
    ids = sequence.new(3003),
    tokens = tokens.new(credentials.acronis.token),
    reports = report.seed(),
  }
end

--- Refuse calls without a good token.
function acronis.authenticate(call)
  local token = (call.request.headers.authorization or ""):match("^Bearer (.+)$")
  if not call.state.tokens:accepts(token, call.now) then
    return errors.error(call, 401, "The access token is missing, expired or invalid")
  end
end

return acronis
