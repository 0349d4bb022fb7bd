-- SPDX-License-Identifier: MIT
-- Acronis in small: what the core needs to know of it, and its operations.

local client = require "instar.sandbox.acronis.client"
local credentials = require("instar.sandbox.credentials").acronis
local errors = require "instar.sandbox.acronis.errors"
local people = require "instar.sandbox.acronis.people"
local report = require "instar.sandbox.acronis.report"
local sequence = require "instar.sandbox.sequence"
local tokens = require "instar.sandbox.tokens"
local tree = require "instar.sandbox.acronis.tree"
local usage = require "instar.sandbox.acronis.usage"

local acronis = {
  name = "acronis",
  error = errors.error,
  refuse = errors.refuse,
  policy = { closed_body = true, media_required = true },
  handlers = {},
}

for _, handlers in ipairs{
  client.handlers,
  report.handlers,
  usage.handlers,
  require "instar.sandbox.acronis.search",
  require "instar.sandbox.acronis.tenant",
  require "instar.sandbox.acronis.token",
  (require "instar.sandbox.acronis.user"),
} do
  for name, handler in pairs(handlers) do
    acronis.handlers[name] = handler
  end
end

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
    tokens = tokens.new(credentials.token),
    grants = { [credentials.token] = {
      client_id = credentials.client_id, tenant_id = tree.ROOT, expires = math.huge,
    } },
    clients = client.seed(),
    cursors = {},
    reports = report.seed(),
    tenants = tree.seed(),
    users = people.seed(),
  }
end

--- Refuse calls without a good token; others know from then on what theirs is good for.
function acronis.authenticate(call)
  local token = (call.request.headers.authorization or ""):match("^Bearer (.+)$")
  if not call.state.tokens:accepts(token, call.now) then
    return errors.error(call, 401, "The access token is missing, expired or invalid")
  end
  call.grant = call.state.grants[token]
end

return acronis
