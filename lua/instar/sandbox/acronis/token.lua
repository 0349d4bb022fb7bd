-- SPDX-License-Identifier: MIT
-- Acronis' tokens: from client credentials, and scoped to a customer tenant.

local base64 = require "instar.sandbox.base64"
local errors = require "instar.sandbox.acronis.errors"
local respond = require "instar.sandbox.respond"
local times = require "instar.sandbox.acronis.times"
local tree = require "instar.sandbox.acronis.tree"

local LIFETIME = 7200

-- Whether a client is who it says, in the way that was agreed on with it.
local proofs = {
  client_secret_basic = function(call, id, client)
    return call.request.headers.authorization == "Basic " .. base64.encode(id .. ":" .. client.secret)
  end,
  client_secret_post = function(call, id, client)
    return call.arguments.client_id == id and call.arguments.client_secret == client.secret
  end,
  none = function(call, id) return call.arguments.client_id == id end,
}

local function find_client(call)
  for id, client in pairs(call.state.clients) do
    if proofs[client.view.token_endpoint_auth_method](call, id, client) then
      return id, client
    end
  end
end

local function grant(call, given)
  local ids, state = call.state.ids, call.state
  local token = ("eyJ%s.%s.%s"):format(ids:text(40), ids:text(160), ids:text(60))
  state.tokens:add(token, given.expires)
  state.grants[token] = given
  return respond.json(200, {
    access_token = token, expires_on = given.expires, token_type = "bearer",
    id_token = ("eyJ%s.%s.%s"):format(ids:text(40), ids:text(80), ids:text(60)),
  })
end

local function lifetime_end(call)
  return math.floor(call.now + (call.box.token_seconds or LIFETIME))
end

local function issue(call)
  local kind = call.arguments.grant_type
  if not kind then
    return errors.token(400, "invalid_request", "grant_type is missing")
  elseif kind ~= "client_credentials" then
    return errors.token(400, "unsupported_grant_type", "The sandbox grants client_credentials only")
  end
  local id, client = find_client(call)
  if not id then
    return errors.token(401, "invalid_client", "Invalid client credentials")
  end
  client.view.last_access_at = times.plain(call.now)
  return grant(call, { client_id = id, tenant_id = client.view.tenant_id, expires = lifetime_end(call) })
end

-- The customer tenant a scope names, if the base token reaches it.
local function scoped_tenant(state, scope, base)
  local tenant = state.tenants.by_id[scope:match("^urn:acronis%.com:tenant%-id:(.+)$")]
  local is_customer = tenant and tenant.kind == "customer" and not tenant.is_deleted
  return is_customer and tree.is_inside(state.tenants, tenant, base.tenant_id) and tenant
end

-- The token ends with its base token.
local function issue_scoped(call)
  local arguments, state = call.arguments, call.state
  local base = state.tokens:accepts(arguments.assertion, call.now) and state.grants[arguments.assertion]
  if not arguments.grant_type then
    return errors.token(400, "invalid_request", "grant_type is missing")
  elseif not base or arguments.Authorization ~= "Bearer " .. arguments.assertion then
    return errors.token(401, "access_denied", "The base token is missing, expired or invalid")
  end
  local tenant = scoped_tenant(state, arguments.scope, base)
  if not tenant then
    return errors.token(403, "access_denied", "Requested scope is not allowed.")
  end
  return grant(call, {
    client_id = base.client_id, tenant_id = tenant.id, expires = math.min(base.expires, lifetime_end(call)),
  })
end

return { ["token.issue"] = issue, ["token.issue_scoped"] = issue_scoped }
