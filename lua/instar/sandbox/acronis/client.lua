-- SPDX-License-Identifier: MIT
-- Acronis' API clients, and the router that tells where a login lives.

local credentials = require("instar.sandbox.credentials").acronis
local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"
local times = require "instar.sandbox.acronis.times"
local tree = require "instar.sandbox.acronis.tree"

local client = {}

--- The clients of a fresh state, by id; each with its secret.
function client.seed()
  return { [credentials.client_id] = {
    secret = credentials.client_secret,
    view = {
      client_id = credentials.client_id, tenant_id = tree.ROOT, type = "api_client", client_secret_expires_at = 0,
      data = { client_name = "My API client" }, token_endpoint_auth_method = "client_secret_basic",
      created_at = times.plain(times.SEEDED), created_by = "ca451758-b48a-45d9-9ae6-8f1059f67619",
      last_access_at = json.null, last_access_from_ip = json.null, status = "enabled",
    },
  } }
end

local function get(call)
  local found = call.state.clients[call.arguments.client_id]
  if not found then
    return errors.error(call, 404, "Client not found")
  elseif not tree.sees(call, call.state.tenants.by_id[found.view.tenant_id]) then
    return errors.platform("access_denied")
  end
  return respond.json(200, found.view)
end

-- The secret is in this answer only.
local function create(call)
  local arguments, ids = call.arguments, call.state.ids
  local tenant, refusal = tree.find(call, arguments.tenant_id)
  if refusal then
    return refusal
  end
  local view = {
    client_id = ids:uuid(), tenant_id = tenant.id, type = arguments.type, data = arguments.data or {},
    token_endpoint_auth_method = arguments.token_endpoint_auth_method, client_secret_expires_at = 0,
    redirect_uris = json.array(arguments.redirect_uris or {}), origin_id = arguments.origin_id,
    created_at = times.plain(call.now), created_by = call.grant.client_id, last_access_at = json.null,
    last_access_from_ip = json.null, status = "enabled",
  }
  local secret = ids:text(40)
  call.state.clients[view.client_id] = { secret = secret, view = view }
  local answer = { client_secret = secret, registration_access_token = ids:text(40) }
  for name, value in pairs(view) do
    answer[name] = value
  end
  answer.last_access_at, answer.last_access_from_ip = nil, nil
  return respond.json(201, answer)
end

-- Where the request went is the only data centre there is: its root, as the service writes one.
local function discover(call)
  local url = call.request.url
  local root = url:match("^%a[%w+.-]*://[^/?#]*") or "http://" .. (call.request.headers.host or "localhost")
  return respond.json(200, { login = call.arguments.login, id = 0, server_url = root })
end

--- The operations.
client.handlers = {
  ["account.discover"] = discover,
  ["client.create"] = create,
  ["client.get"] = get,
}

return client
