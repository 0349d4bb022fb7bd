-- SPDX-License-Identifier: MIT
-- What the resources of Losant's instance use, month by month: computed, so that any month has the same answer again.

local calendar = require "instar.sandbox.calendar"

local usage = {}

local MONTHS, RESOURCES = 24, 240

-- What a resource of size 1 uses in its first month. Counts are whole, sizes have two decimals.
local counts = {
  applicationCount = 0.1, userCount = 0.2, apiTokenCount = 0.3, applicationKeyCount = 0.5,
  certificateAuthorityCount = 0.05, certificateCount = 0.4, credentialCount = 0.2, dashboardCount = 0.3,
  dataTableCount = 0.2, dataTableRowCount = 80, deviceCount = 5, deviceRecipeCount = 0.1, eventCount = 12,
  experienceDomainCount = 0.05, experienceEndpointCount = 2, experienceGroupCount = 0.3, experienceSlugCount = 0.1,
  experienceUserCount = 4, experienceVersionCount = 0.2, experienceViewCount = 2, fileCount = 6,
  integrationCount = 0.1, notebookCount = 0.2, resourceJobCount = 0.1, notebookRunCount = 3,
  notebookMinutesCount = 9, privateFileCount = 2, webhookCount = 0.4, workflowCount = 3,
}
local sizes = { dataTableTotalSizeMb = 0.3, fileTotalSizeMb = 14.2, privateFileTotalSizeMb = 5.1 }
local prorated = { "applicationCount", "userCount", "dashboardCount", "deviceCount" }

--- Payloads of size 1 in a month by kind, source and whether they are billed, with megabytes for each.
usage.payloads = {
  { "mqttIn", "device.mqtt", 4300, true, 0.0004 },
  { "deviceState", "device.rest", 900, true, 0.0005 },
  { "webhook", "webhook.rest", 120, true, 0.0011 },
  { "dataTable", "flow.flow", 260, false, 0.0002 },
  { "timer", "flow.timer", 700, false, 0.0001 },
}

local kinds = { "application", "application", "organization", "application", "whitelabel" }

local function owner(ids, index)
  local is_organization = index % 3 ~= 0
  return {
    id = ids:hex(24),
    type = is_organization and "organization" or "user",
    name = is_organization and ("Plant %d, Inc."):format(index) or ("Jürgen %d"):format(index),
  }
end

--- The resources of a fresh state; they appear one after the other over two years, up to this month.
function usage.seed(ids, now, instance_id)
  local first, owners, resources = calendar.month(now) - MONTHS + 1, {}, {}
  for index = 1, 12 do
    owners[index] = owner(ids, index)
  end
  for index = 1, RESOURCES do
    local kind = kinds[index % #kinds + 1]
    resources[index] = {
      id = ids:hex(24), type = kind, name = ("%s line %d"):format(kind, index), owner = owners[ids:number(#owners) + 1],
      size = ids:number(40) + 1, born = first + math.floor(index * index / RESOURCES / RESOURCES * (MONTHS - 1)),
      birthday = ids:number(28), instance = instance_id,
    }
  end
  return resources
end

local function round(value)
  return math.floor(value * 100 + 0.5) / 100
end

local function add_payloads(item, scale)
  local totals = { count = { 0, 0 }, size = { 0, 0 } }
  for _, row in ipairs(usage.payloads) do
    local kind, source, count, side = row[1], row[2], math.floor(row[3] * scale), row[4] and 1 or 2
    local size = round(count * row[5])
    item.payloadCountDetails[kind], item.payloadSizeDetails[kind] = { [source] = count }, { [source] = size }
    totals.count[side], totals.size[side] = totals.count[side] + count, totals.size[side] + size
  end
  item.payloadBillableCount, item.payloadNonbillableCount = totals.count[1], totals.count[2]
  item.payloadBillableSizeMb, item.payloadNonbillableSizeMb = round(totals.size[1]), round(totals.size[2])
end

local function add_usage(item, scale, proration)
  for name, factor in pairs(counts) do
    item[name] = math.floor(factor * scale)
  end
  for name, factor in pairs(sizes) do
    item[name] = round(factor * scale)
  end
  for _, name in ipairs(prorated) do
    item[name .. "Prorated"] = round(item[name] * proration)
  end
  add_payloads(item, scale)
end

--- What a resource used in a month. In the month of its birth it counts from its birthday on; it grows by a
-- twentieth each month.
-- @tparam table resource
-- @tparam number month as `calendar.month` counts, not before `resource.born`
-- @tparam table limits
-- @treturn table an item of historicalSummaries
function usage.summary(resource, month, limits)
  local from, to = calendar.month_start(month), calendar.month_start(month + 1)
  local start = month == resource.born and from + resource.birthday * 86400 or from
  local item = {
    resourceType = resource.type, resourceId = resource.id, resourceName = resource.name,
    resourceProration = round((to - start) / (to - from)),
    ownerType = resource.owner.type, ownerId = resource.owner.id, ownerName = resource.owner.name,
    limits = limits, currentPeriodStart = calendar.format(start, 3), currentPeriodEnd = calendar.format(to - 0.001, 3),
    payloadCountDetails = {}, payloadSizeDetails = {},
  }
  add_usage(item, resource.size * (1 + (month - resource.born) / 20), item.resourceProration)
  return item
end

return usage
