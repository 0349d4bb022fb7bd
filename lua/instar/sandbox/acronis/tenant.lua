-- SPDX-License-Identifier: MIT
-- Acronis' tenants: get, list, children.

local json = require "instar.sandbox.json"
local listing = require "instar.sandbox.listing"
local pages = require "instar.sandbox.acronis.pages"
local respond = require "instar.sandbox.respond"
local selection = require "instar.sandbox.acronis.selection"
local times = require "instar.sandbox.acronis.times"
local tree = require "instar.sandbox.acronis.tree"
local usage = require "instar.sandbox.acronis.usage"

local LARGEST_PAGE, CHILDREN_PAGE = 5000, 10

local STAMPS = { "id", "version", "created_at", "updated_at", "deleted_at" }
local levels = {
  stamps = STAMPS,
  basic = { "id", "version", "name", "kind", "parent_id", "customer_type", "enabled", "has_children", "pricing_mode",
    "created_at", "updated_at", "deleted_at" },
}

local function contact_of(tenant)
  return {
    id = tenant.id, types = json.array(), email = "office@" .. tenant.name:lower():gsub("%W", "") .. ".example",
    country = "KR", city = "Seoul", organization_size = "", email_confirmed = false,
    created_at = times.plain(times.SEEDED), updated_at = times.plain(times.SEEDED),
  }
end

local function view(call, tenant)
  local seeded = times.plain(times.SEEDED)
  return {
    id = tenant.id, version = 2, name = tenant.name, kind = tenant.kind, parent_id = tenant.parent_id,
    customer_type = "default", enabled = not tenant.is_deleted, customer_id = json.null, internal_tag = json.null,
    has_children = #tree.children(call.state.tenants, tenant.id) > 0, language = "en", owner_id = json.null,
    brand_id = 3579, brand_uuid = "14dc11ca-2b16-43bb-8ba4-2a3545c214a0", brand_enabled = false,
    ancestral_access = true, mfa_status = "disabled", pricing_mode = tenant.pricing_mode or "production",
    production_start_date = json.null, update_lock = { enabled = false, owner_id = json.null },
    contact = contact_of(tenant), created_at = seeded, updated_at = seeded,
    deleted_at = tenant.is_deleted and seeded or json.null,
  }
end

local function get(call)
  local arguments = call.arguments
  local tenant, refusal = tree.find(call, arguments.tenant_id, arguments.allow_deleted)
  if refusal then
    return refusal
  end
  local whole = view(call, tenant)
  whole.contacts = json.array()
  whole.path = arguments.embed_path and json.array(tree.path(call, tenant)) or nil
  return respond.json(200, whole)
end

-- What each of the exclusive arguments selects; nil and a response, when that cannot be.
local selectors = {
  uuids = function(call, arguments)
    return selection.by_ids(call.state.tenants, arguments.uuids, function(tenant)
      return tree.sees(call, tenant) and (arguments.allow_deleted or not tenant.is_deleted)
    end)
  end,
  parent_id = function(call, arguments)
    local parent, refusal = tree.find(call, arguments.parent_id)
    return parent and tree.children(call.state.tenants, parent.id, arguments.allow_deleted), refusal
  end,
  subtree_root_id = function(call, arguments)
    local root, refusal = tree.find(call, arguments.subtree_root_id)
    return root and tree.subtree(call.state.tenants, root.id, arguments.allow_deleted), refusal
  end,
}

-- Every offering item that there is counts, and is used in proportion to the tenant's size.
local function with_items(call, tenants, arguments)
  if not (arguments.with_offering_items or arguments.with_infra_offering_items) then
    return tenants
  end
  return listing.filter(tenants, function(tenant)
    return usage.value(call.state.tenants, tenant.id, usage.metrics[1]) > 0
  end)
end

local function select_tenants(call, arguments)
  local name, refusal = selection.only(call, { "uuids", "parent_id", "subtree_root_id" }, arguments)
  if refusal then
    return nil, refusal
  end
  local tenants
  tenants, refusal = selectors[name](call, arguments)
  if refusal then
    return nil, refusal
  end
  local views = {}
  for index, tenant in ipairs(with_items(call, tenants, arguments)) do
    local whole = view(call, tenant)
    whole.contacts = arguments.with_contacts and json.array{ whole.contact } or nil
    views[index] = selection.detail(whole, levels, arguments.lod)
  end
  return selection.since(views, arguments.updated_since, times.SEEDED)
end

local function list(call)
  local items, paging = pages.read(call, LARGEST_PAGE, function(arguments)
    return select_tenants(call, arguments)
  end)
  return not items and paging
    or respond.json(200, { items = items, paging = paging, timestamp = times.plain(call.now) })
end

local orders = {
  as_is = function() return 0 end,
  name = function(tenant) return tenant.name:lower() end,
  status = function(tenant) return tenant.is_deleted or false end,
}

-- Orders by name; "usage.storage" is one too, and an infrastructure's id may follow.
local function order_of(tenants)
  return function(name)
    local wanted, infra_id = name:match("^usage%.([^.]+)%.?(.*)$")
    for _, metric in ipairs(usage.metrics) do
      if metric.name == wanted and (infra_id == "" or infra_id == metric.infra_id) then
        return function(tenant) return usage.value(tenants, tenant.id, metric) end
      end
    end
    return orders[name]
  end
end

local function select_children(call, arguments)
  local parent, refusal = tree.find(call, arguments.tenant_id, arguments.allow_deleted)
  if refusal then
    return nil, refusal
  end
  local tenants = call.state.tenants
  local children = tree.children(tenants, parent.id, arguments.allow_deleted)
  local sorted
  sorted, refusal = selection.sort(call, children, order_of(tenants), arguments.order)
  if refusal or not arguments.include_details then
    return sorted and selection.ids(sorted), refusal
  end
  for index, tenant in ipairs(sorted) do
    sorted[index] = view(call, tenant)
  end
  return sorted
end

local function list_children(call)
  local items, paging = pages.read(call, CHILDREN_PAGE, function(arguments)
    return select_children(call, arguments)
  end)
  return not items and paging or respond.json(200, { items = items, paging = paging })
end

return {
  ["tenant.get"] = get,
  ["tenant.list"] = list,
  ["tenant.list_children"] = list_children,
}
