-- SPDX-License-Identifier: MIT
-- Acronis' users: get, list, those of a tenant, and who the caller is.

local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local listing = require "instar.sandbox.listing"
local pages = require "instar.sandbox.acronis.pages"
local respond = require "instar.sandbox.respond"
local selection = require "instar.sandbox.acronis.selection"
local times = require "instar.sandbox.acronis.times"
local tree = require "instar.sandbox.acronis.tree"

local LARGEST_PAGE = 2000
local IDENTITY_PROVIDER = "e6f73a28-ff2e-4728-8f78-49eb74b20fce"

local levels = {
  stamps = { "id", "version", "created_at", "updated_at", "deleted_at" },
  basic = { "id", "version", "tenant_id", "login", "activated", "enabled", "created_at", "updated_at", "deleted_at" },
}

local function view(user)
  local seeded = times.plain(times.SEEDED)
  return {
    id = user.id, version = 2, tenant_id = user.tenant_id, login = user.login, activated = true,
    enabled = not user.is_deleted, language = "en", idp_id = IDENTITY_PROVIDER, personal_tenant_id = user.tenant_id,
    contact = { firstname = user.first, lastname = user.last, email = user.login, types = json.array() },
    business_types = json.array(), notifications = json.array(user.notifications or {}),
    mfa_status = user.mfa_status or "disabled", external_id = user.external_id,
    created_at = seeded, updated_at = seeded, deleted_at = user.is_deleted and seeded or json.null,
  }
end

local function sees(call, user)
  return tree.sees(call, call.state.tenants.by_id[user.tenant_id])
end

local function get(call)
  local user = call.state.users.by_id[call.arguments.user_id]
  if not user or user.is_deleted and not call.arguments.allow_deleted then
    return errors.error(call, 404, "User not found")
  end
  return sees(call, user) and respond.json(200, view(user)) or errors.platform("access_denied")
end

-- A client has an account of its own, which is named after it.
local function get_current(call)
  local grant = call.grant
  local account = view{ id = grant.client_id, tenant_id = grant.tenant_id, login = grant.client_id }
  local tenant = call.state.tenants.by_id[grant.tenant_id]
  account.terms_accepted, account.tenant_kind = true, tenant.kind
  account.tenant_pricing_mode = tenant.pricing_mode or "production"
  return respond.json(200, account)
end

local function shown(call, user, arguments)
  return sees(call, user) and (arguments.allow_deleted or not user.is_deleted)
end

-- What each of the exclusive arguments selects; nil and a response, when that cannot be.
local selectors = {
  uuids = function(call, arguments)
    return selection.by_ids(call.state.users, arguments.uuids, function(user)
      return shown(call, user, arguments)
    end)
  end,
  external_ids = function(call, arguments)
    if not arguments.tenant_id then
      return nil, errors.error(call, 400, "external_ids needs tenant_id")
    end
    return listing.filter(call.state.users, function(user)
      return user.tenant_id == arguments.tenant_id and selection.contains(arguments.external_ids, user.external_id)
        and shown(call, user, arguments)
    end)
  end,
  subtree_root_tenant_id = function(call, arguments)
    local root, refusal = tree.find(call, arguments.subtree_root_tenant_id)
    return root and listing.filter(call.state.users, function(user)
      local tenants = call.state.tenants
      return tree.is_inside(tenants, tenants.by_id[user.tenant_id], root.id) and shown(call, user, arguments)
    end), refusal
  end,
}

-- The arguments that say who inside an organization is meant, and the one they need.
local function organization_problem(arguments)
  if arguments.inside_organization and not arguments.subtree_root_tenant_id then
    return "inside_organization needs subtree_root_tenant_id"
  end
  for _, name in ipairs{ "access_policies", "tenant_kinds", "target_tenant_id" } do
    if arguments[name] and not arguments.inside_organization then
      return name .. " needs inside_organization"
    end
  end
end

local function narrowed(call, users, arguments)
  return listing.filter(users, function(user)
    local kind = call.state.tenants.by_id[user.tenant_id].kind
    return (not arguments.tenant_kinds or selection.contains(arguments.tenant_kinds, kind))
      and (not arguments.access_policies or selection.contains(arguments.access_policies, user.role))
      and (not arguments.origin_id or user.origin_id == arguments.origin_id)
      and (not arguments.target_tenant_id or user.tenant_id == arguments.target_tenant_id)
  end)
end

local function listed_view(user, arguments)
  local whole = selection.detail(view(user), levels, arguments.lod)
  if arguments.with_access_policies then
    whole.access_policies = json.array{ { tenant_id = user.tenant_id, trustee_id = user.id, role_id = user.role } }
  end
  return whole
end

local function select_users(call, arguments)
  local problem = organization_problem(arguments)
  if problem then
    return nil, errors.error(call, 400, problem)
  end
  local name, refusal = selection.only(call, { "uuids", "external_ids", "subtree_root_tenant_id" }, arguments)
  local users
  if name then
    users, refusal = selectors[name](call, arguments)
  end
  if refusal then
    return nil, refusal
  end
  local views = {}
  for index, user in ipairs(narrowed(call, users, arguments)) do
    views[index] = listed_view(user, arguments)
  end
  return selection.since(views, arguments.updated_since, times.SEEDED)
end

local function list(call)
  local items, paging = pages.read(call, LARGEST_PAGE, function(arguments)
    return select_users(call, arguments)
  end)
  return not items and paging
    or respond.json(200, { items = items, paging = paging, timestamp = times.plain(call.now) })
end

local orders = {
  as_is = function() return 0 end,
  login = function(user) return user.login end,
  mfa_status = function(user) return user.mfa_status or "disabled" end,
  name = function(user) return user.last .. " " .. user.first end,
  roles = function(user) return user.role end,
  status = function(user) return user.is_deleted or false end,
}

local function order_of(name)
  return orders[name]
end

-- Units and folders belong to the tenant above them; customers and partners do not.
local function is_nested(call, tenant, id)
  local tenants = call.state.tenants
  while tenant and tenant.id ~= id and (tenant.kind == "unit" or tenant.kind == "folder") do
    tenant = tenants.by_id[tenant.parent_id]
  end
  return tenant ~= nil and tenant.id == id
end

local function list_of_tenant(call)
  local arguments = call.arguments
  local tenant, refusal = tree.find(call, arguments.tenant_id, arguments.allow_deleted)
  if refusal then
    return refusal
  end
  local users = listing.filter(call.state.users, function(user)
    local home = call.state.tenants.by_id[user.tenant_id]
    return (home == tenant or arguments.include_grand_children and is_nested(call, home, tenant.id))
      and (arguments.include_hidden or not user.is_hidden) and shown(call, user, arguments)
  end)
  local sorted
  sorted, refusal = selection.sort(call, users, order_of, arguments.order)
  return refusal or respond.json(200, { items = selection.ids(sorted) })
end

return {
  ["tenant.list_users"] = list_of_tenant,
  ["user.get"] = get,
  ["user.get_current"] = get_current,
  ["user.list"] = list,
}
