-- SPDX-License-Identifier: MIT
-- The tree of Acronis' tenants: what is in it, and who sees which part.

local errors = require "instar.sandbox.acronis.errors"
local listing = require "instar.sandbox.listing"

local tree = {}

--- The tenant of the client that is known from the beginning.
tree.ROOT = "ede9f834-70b3-476c-83d9-736f9f8c7dae"

local ABOVE = "fa6859a9-f5e1-4faf-a56c-5a0ae866dc4f"
local RESELLER, ACME = "95303d96-628c-4265-9afa-07bee3fccf39", "3e1f7c1a-5d0e-4b7f-9a57-4c6f1b2d3e40"
local FOLDER = "c2b60d5e-1f0a-4d3c-9b7e-5a4f3e2d1c0b"

-- `size` is how much a tenant uses by itself.
local rows = {
  { id = tree.ROOT, name = "The Qwerty Tenant", kind = "partner", parent_id = ABOVE },
  { id = RESELLER, name = "Northwind Resellers", kind = "partner", parent_id = tree.ROOT },
  { id = "5138b44f-2d05-422f-8c5e-340332a76597", name = "JohnDoe", kind = "customer", parent_id = tree.ROOT, size = 1 },
  { id = ACME, name = "Acme Corporation", kind = "customer", parent_id = tree.ROOT, size = 40 },
  { id = "0fcd4a69-8a40-4de8-b711-d9c83dc000f7", name = "Acme Research", kind = "unit", parent_id = ACME, size = 6 },
  { id = FOLDER, name = "Europe", kind = "folder", parent_id = tree.ROOT },
  { id = "d8515984-648a-4a38-9aeb-c91ec704ccda", name = "Café Zürich, Bäckerei", kind = "customer", parent_id = FOLDER,
    size = 9 },
  { id = "6838f6a2-42b4-44a3-8c7f-2a796185951c", name = "New Shop", kind = "customer", parent_id = tree.ROOT, size = 3,
    pricing_mode = "trial" },
  { id = "e5f4d3c2-b1a0-4f9e-8d7c-6b5a49382716", name = "Gone Ltd", kind = "customer", parent_id = tree.ROOT,
    is_deleted = true },
}

for number = 1, 12 do
  rows[#rows + 1] = {
    id = ("b7a1c0de-5b3f-4c1d-8e2a-0000000000%02d"):format(number), name = ("Branch %02d"):format(number),
    kind = "customer", parent_id = RESELLER, size = number == 12 and 0 or number,
  }
end

--- The tenants of a fresh state: a list, parents first.
function tree.seed()
  local tenants = { by_id = {} }
  for index, row in ipairs(rows) do
    local tenant = { number = 1326400 + index }
    for name, value in pairs(row) do
      tenant[name] = value
    end
    tenants[index], tenants.by_id[row.id] = tenant, tenant
  end
  return tenants
end

--- Whether a tenant is another one, or under it.
function tree.is_inside(tenants, tenant, id)
  while tenant and tenant.id ~= id do
    tenant = tenants.by_id[tenant.parent_id]
  end
  return tenant ~= nil
end

--- Whether the caller's token reaches a tenant.
function tree.sees(call, tenant)
  return tree.is_inside(call.state.tenants, tenant, call.grant.tenant_id)
end

--- Find a tenant for the caller.
-- @tparam table call
-- @tparam string id
-- @tparam[opt] boolean allow_deleted
-- @treturn ?table the tenant
-- @treturn ?table the response, when there is none
function tree.find(call, id, allow_deleted)
  local tenant = call.state.tenants.by_id[id]
  if not tenant or tenant.is_deleted and not allow_deleted then
    return nil, errors.platform("no_tenant")
  elseif not tree.sees(call, tenant) then
    return nil, errors.platform("access_denied")
  end
  return tenant
end

--- The direct children of a tenant.
function tree.children(tenants, id, allow_deleted)
  return listing.filter(tenants, function(tenant)
    return tenant.parent_id == id and (allow_deleted or not tenant.is_deleted)
  end)
end

--- A tenant and all under it.
function tree.subtree(tenants, id, allow_deleted)
  return listing.filter(tenants, function(tenant)
    return tree.is_inside(tenants, tenant, id) and (allow_deleted or not tenant.is_deleted)
  end)
end

--- Names from the top that the caller sees to a tenant.
-- @treturn table a list
function tree.path(call, tenant)
  local names = {}
  while tenant and tree.sees(call, tenant) do
    table.insert(names, 1, tenant.name)
    tenant = call.state.tenants.by_id[tenant.parent_id]
  end
  return names
end

return tree
