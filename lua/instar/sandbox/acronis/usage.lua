-- SPDX-License-Identifier: MIT
-- What Acronis' tenants use: a tenant's usage is its own and that of all under it.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"
local selection = require "instar.sandbox.acronis.selection"
local times = require "instar.sandbox.acronis.times"
local tree = require "instar.sandbox.acronis.tree"

local usage = {}

local APPLICATION = "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb"
local STORAGE, DISASTER = "019097a6-114f-4418-bd54-e01ef049f209", "3b2f8c5a-7d41-4b9e-9f60-2a1c4e6d8b05"

--- What is counted; `each` is how much goes with one unit of a tenant's size.
usage.metrics = {
  { name = "storage", usage_name = "storage", edition = "standard", kind = "infra", unit = "bytes",
    infra_id = STORAGE, each = 5368709120 },
  { name = "vms", usage_name = "vms", edition = "standard", kind = "count", unit = "quantity", each = 1 },
  { name = "workstations", usage_name = "workstations", edition = "standard", kind = "count", unit = "quantity",
    each = 4 },
  { name = "vms_adv", usage_name = "vms", edition = "advanced", kind = "count", unit = "quantity", each = 2 },
  { name = "compute_points", usage_name = "compute_points", kind = "infra", unit = "seconds", infra_id = DISASTER,
    each = 7200 },
}

usage.APPLICATION = APPLICATION

--- How much of a metric a tenant uses, with all under it.
-- @tparam table tenants
-- @tparam string id of the tenant
-- @tparam table metric
-- @treturn number
function usage.value(tenants, id, metric)
  local size = 0
  for _, tenant in ipairs(tree.subtree(tenants, id)) do
    size = size + (tenant.size or 0)
  end
  return size * metric.each
end

local function is_wanted(metric, arguments)
  return (not arguments.usage_names or selection.contains(arguments.usage_names, metric.usage_name))
    and (not arguments.editions or selection.contains(arguments.editions, metric.edition))
end

local function view(call, tenant, metric)
  local value = usage.value(call.state.tenants, tenant.id, metric)
  return {
    application_id = APPLICATION, name = metric.name, usage_name = metric.usage_name,
    edition = metric.edition or json.null, type = metric.kind, measurement_unit = metric.unit,
    infra_id = metric.infra_id, value = value, absolute_value = value,
    range_start = times.plain(calendar.month_start(calendar.month(call.now))),
    offering_item = { status = 1, quota = { value = json.null, overage = json.null, version = 0 } },
  }
end

local function usages_of(call, tenant)
  local items = json.array()
  for _, metric in ipairs(usage.metrics) do
    if is_wanted(metric, call.arguments) then
      items[#items + 1] = view(call, tenant, metric)
    end
  end
  return items
end

-- Documented without a 404: a tenant that is not there cannot be seen either.
local function find(call, id)
  local tenant = tree.find(call, id)
  return tenant, not tenant and errors.platform("access_denied")
end

local function get(call)
  local tenant, refusal = find(call, call.arguments.tenant_id)
  return refusal or respond.json(200, { items = usages_of(call, tenant) })
end

local function list(call)
  local items = json.array()
  for index, id in ipairs(call.arguments.tenants) do
    local tenant, refusal = find(call, id)
    if refusal then
      return refusal
    end
    items[index] = { tenant = id, usages = usages_of(call, tenant) }
    for _, row in ipairs(items[index].usages) do
      row.tenant_id, row.tenant_uuid = tenant.number, id
    end
  end
  return respond.json(200, { items = items })
end

--- The operations.
usage.handlers = { ["usage.get"] = get, ["usage.list"] = list }

return usage
