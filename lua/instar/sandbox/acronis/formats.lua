-- SPDX-License-Identifier: MIT
-- The files of a usage report, by format.

local calendar = require "instar.sandbox.calendar"
local json = require "instar.sandbox.json"
local tree = require "instar.sandbox.acronis.tree"
local usage = require "instar.sandbox.acronis.usage"

local formats = {}

-- Which tenants a level is about, beside the tenant's own place in the tree.
local levels = {
  itself = function(tenant, root) return tenant == root end,
  direct_partners = function(tenant, root) return tenant.parent_id == root.id and tenant.kind == "partner" end,
  all_partners = function(tenant, root) return tenant ~= root and tenant.kind == "partner" end,
  all_customers = function(tenant) return tenant.kind == "customer" end,
  accounts = function(tenant, root) return tenant.parent_id == root.id end,
}

-- One row for each tenant and metric; tenants on trial are in no report.
local function rows_of(tenants, parameters)
  local rows, root = {}, tenants.by_id[parameters.tenant_id]
  for _, tenant in ipairs(tree.subtree(tenants, root.id)) do
    local is_meant = levels[parameters.level](tenant, root) and tenant.pricing_mode ~= "trial"
    for _, metric in ipairs(is_meant and usage.metrics or {}) do
      local value = usage.value(tenants, tenant.id, metric)
      if value > 0 or not parameters.hide_zero_usage then
        rows[#rows + 1] = { tenant = tenant, metric = metric, value = value }
      end
    end
  end
  return rows
end

local function days(period)
  local first, last = calendar.parse(period.start .. "T00:00:00Z"), calendar.parse(period["end"] .. "T00:00:00Z")
  return (last - first) / 86400 + 1
end

-- What came in the period: a daily share of what there is.
local function delta(row, period)
  return math.floor(row.value * days(period) / 365)
end

local function columns_of(row, parameters)
  local metric, value, change = row.metric, row.value, delta(row, parameters.period)
  return {
    usage.APPLICATION, metric.edition or "standard", metric.infra_id and "acronis" or "", metric.infra_id or "",
    metric.infra_id and tree.ROOT or "", metric.name, row.tenant.id, row.tenant.kind,
    value, value, 0, change, change, 0, value, value, 0, "SKU-" .. metric.name:upper(),
  }
end

local HEADER = { "application.id", "edition", "infra.backend_type", "infra.id", "infra.owner_id", "name", "tenant.id",
  "tenant.kind", "usage.absolute.production", "usage.absolute.total", "usage.absolute.trial", "usage.delta.production",
  "usage.delta.total", "usage.delta.trial", "usage.effective.production", "usage.effective.total",
  "usage.effective.trial", "sku" }

local function csv_field(value)
  if type(value) == "number" then
    return ("%.0f"):format(value)
  end
  return value:find('[,"\r\n]') and '"' .. value:gsub('"', '""') .. '"' or value
end

local function csv_line(values, count)
  local fields = {}
  for index = 1, count or #values do
    fields[index] = csv_field(values[index])
  end
  return table.concat(fields, ",") .. "\r\n"
end

-- For programs: the SKU is the last column, when it is wanted.
local function csv_v2(rows, parameters)
  local count = #HEADER - (parameters.show_skus and 0 or 1)
  local lines = { csv_line(HEADER, count) }
  for index, row in ipairs(rows) do
    lines[index + 1] = csv_line(columns_of(row, parameters), count)
  end
  return table.concat(lines)
end

-- Bytes as people read them.
local function readable(row)
  if row.metric.unit == "bytes" then
    return ("%.2f"):format(row.value / 1073741824), "GB"
  end
  return ("%.0f"):format(row.value), row.metric.unit
end

local function csv(rows)
  local lines = { csv_line{ "Tenant", "Kind", "Metric", "Usage", "Unit" } }
  for index, row in ipairs(rows) do
    lines[index + 1] = csv_line{ row.tenant.name, row.tenant.kind, row.metric.name, readable(row) }
  end
  return table.concat(lines)
end

local function html(rows, parameters)
  local lines = {}
  for index, row in ipairs(rows) do
    lines[index] = ("<tr><td>%s</td><td>%s</td><td>%s %s</td></tr>\n"):format(row.tenant.name, row.metric.name,
      readable(row))
  end
  return ("<!DOCTYPE html>\n<title>Usage %s to %s</title>\n<table>\n%s</table>\n"):format(parameters.period.start,
    parameters.period["end"], table.concat(lines))
end

local level_numbers = { direct_partners = 1, all_customers = 2, accounts = 3, all_partners = 4 }
local type_numbers = { usage_daily = 4, usage_summary = 5, usage_current = 8 }

local function seconds(day)
  return calendar.parse(day .. "T00:00:00Z")
end

local function item_of(row)
  return {
    application_id = usage.APPLICATION, edition = row.metric.edition or json.null, name = row.metric.name,
    infra_id = row.metric.infra_id or json.null, absolute = row.value, effective = row.value,
  }
end

local function json_v2(rows, parameters, made)
  local tenants, last = json.array(), nil
  for _, row in ipairs(rows) do
    if not last or last.id ~= row.tenant.id then
      last = { id = row.tenant.id, name = row.tenant.name, kind = row.tenant.kind, usages = json.array() }
      tenants[#tenants + 1] = last
    end
    table.insert(last.usages, item_of(row))
  end
  return json.encode{ tenants = tenants, params = {
    kind = parameters.kind, gen_date = math.floor(made), begin_date = seconds(parameters.period.start),
    end_date = seconds(parameters.period["end"]), group_id = parameters.tenant_id, name = "Usage report",
    report_level = level_numbers[parameters.level], report_type = type_numbers[parameters.kind],
  } }
end

local writers = { csv = csv, csv_v2_0 = csv_v2, html = html, json_v1 = json_v2, json_v2_0 = json_v2 }

--- Write a report.
-- @tparam table tenants
-- @tparam table parameters of the report
-- @tparam string format
-- @tparam number made epoch seconds
-- @treturn string the file, not compressed
function formats.write(tenants, parameters, format, made)
  return writers[format](rows_of(tenants, parameters), parameters, made)
end

return formats
