-- SPDX-License-Identifier: MIT
-- The first state of Losant: two instances, and what lies in the first of them.

local accounts = require "instar.sandbox.losant.accounts"
local api_tokens = require "instar.sandbox.losant.api_tokens"
local audit = require "instar.sandbox.losant.audit"
local auth = require "instar.sandbox.losant.auth"
local consumption = require "instar.sandbox.losant.consumption"
local custom_nodes = require "instar.sandbox.losant.custom_nodes"
local instance = require "instar.sandbox.losant.instance"
local invites = require "instar.sandbox.losant.invites"
local json = require "instar.sandbox.json"
local organization = require "instar.sandbox.losant.organization"
local rules = require "instar.sandbox.losant.rules"
local usage = require "instar.sandbox.losant.usage"
local users = require "instar.sandbox.losant.users"

local seeds = {}

local DAY = 86400
local OPS, VIEWER, SHIFT = users.LOGIN, "5ff89ff825013dc6c2856185", "5ff89ff825013dc6c2856187"

-- Id or false for any, name, size, days since it was made, region.
local organizations = {
  { "575ed6e87ae143cd83dc4aa8", "Plant Ulsan", 12, 800, "kr" },
  { false, "Plant Graz", 7, 620, "at" },
  { false, "Plant Porto", 4, 410, "pt" },
  { false, "Warehouse Rotterdam", 9, 350, "nl" },
  { false, "Test field", 1, 90, "at" },
}

-- Id or false, first and last name, size, days since it was made, and whether it is marked for deletion.
local sandboxes = {
  { "575ed78e7ae143cd83dc4aab", "Ada", "Adler", 3, 500 },
  { "575ed78e7ae143cd83dc4aae", "Dora", "Dunkel", 1, 450, true },
  { false, "Bruno", "Berg", 2, 300 },
  { false, "Chiara", "Conti", 5, 220 },
  { false, "Emre", "Eker", 1, 120 },
  { false, "Freya", "Falk", 2, 60 },
}

local nodes = {
  {
    "575ed7f27ae143cd83dc4aac", 4, 200,
    { name = "Unit converter", category = "data", description = "Turns a number from one unit into another." },
  },
  { false, 1, 30, { name = "Retry gate", category = "logic", description = "Lets a payload through a few times." } },
}

local function flow()
  return json.array{ { key = "start", type = "customNodeStart", outputIds = json.array{ json.array{ "scale" } } } },
    json.array{ { id = "scale", type = "MathNode", outputIds = json.array{ json.array() } } }
end

local function add_organizations(state, now, parent, shelf)
  for index, row in ipairs(organizations) do
    local born = now - row[4] * DAY
    local item = organization.new(state, born, parent, {
      name = row[2], description = "Made " .. row[4] .. " days ago", auditLogEnabled = true,
      tags = json.array{ { key = "region", value = row[5] } },
    }, row[1] or nil)
    item.members[1] = { userId = OPS, role = "admin" }
    item.members[2] = index == 1 and { userId = VIEWER, role = "view" } or nil
    item.members[3] = index == 1 and { userId = SHIFT, role = "edit" } or nil
    shelf.orgs[index] = item
    local consumer = consumption.new(item.id, row[3], born)
    state.consumers[item.id] = { consumer }
    state.consumers[parent.id][index] = consumer
  end
  state.shelves[shelf.orgs[1].id].invites[1] = invites.new("575ed71e7ae143cd83dc4aaa", now - 2 * DAY,
    { email = "invited@example.com", role = "view" })
end

local function add_accounts(state, now, parent, shelf)
  for index, row in ipairs(sandboxes) do
    local born, id = now - row[5] * DAY, row[1] or state.ids:hex(24)
    shelf.accounts[index] = accounts.new(id, parent, born, {
      firstName = row[2], lastName = row[3], email = row[2]:lower() .. "@example.org",
      creationDate = audit.time(born), passwordLastUpdated = audit.time(born),
      lastSuccessfulLogin = audit.time(now - index * DAY),
    })
    state.consumers[id] = { consumption.new(id, row[4], born) }
    if row[6] then
      accounts.mark(shelf.accounts[index], now - DAY)
    end
  end
end

local function add_nodes(state, now, parent, shelf, call)
  for index, row in ipairs(nodes) do
    local born, id = now - row[3] * DAY, row[1] or state.ids:hex(24)
    local given = {}
    for name, value in pairs(row[4]) do
      given[name] = value
    end
    given.triggers, given.nodes = flow()
    shelf.custom_nodes[index] = custom_nodes.new(id, parent, born, given)
    audit.sign(call, shelf.custom_nodes[index])
    state.consumers[id] = { consumption.new(id, row[2], born) }
  end
end

local function add_rule(state, now, parent, shelf, call)
  local item = rules.new("575ed8367ae143cd83dc4aad", parent, now - 100 * DAY, {
    name = "Notebook usage of plants", targetType = "organization",
    targetQueryJson = '{"name":{"$startsWith":"Plant"}}', callbackUrl = "https://example.com/usage",
    emailConfig = {
      subjectTemplate = "Notebooks of {{organization.name}}",
      bodyTemplate = "{{organization.name}} has used half of its notebook minutes.", sendToTarget = "admins",
    },
    ruleConfig = {
      ruleType = "notebookMinuteUsage", thresholdType = "percentOfLimit", threshold = 50,
      maxFrequency = "billingCycle",
    },
  })
  audit.sign(call, item)
  shelf.rules[1], state.deliveries[item.id] = item, {}
end

local function add_log(now, shelf, call)
  local id, first = "57955788124b37010084c053", shelf.orgs[1]
  shelf.audit_logs[1] = {
    id = id, instanceAuditLogId = id, creationDate = audit.time(now - 40 * DAY), instanceId = first.instanceId,
    primaryTargetId = first.id, primaryTargetType = "Organization", primaryTargetName = first.name,
    actorId = call.actor.id, actorType = call.actor.type, actorName = call.actor.name,
    requestResource = "instanceOrg", requestAction = "patch", requestQueryParams = {},
    requestPathParams = { instanceId = first.instanceId, orgId = first.id },
    requestBody = { auditLogEnabled = true }, responseStatus = 200, responseBody = { id = first.id },
  }
end

local function new_shelf(item)
  return {
    members = item.members, orgs = {}, api_tokens = {}, custom_nodes = {}, rules = {}, accounts = {}, audit_logs = {},
  }
end

local function add_instance(state, now, id, name, members)
  local item = instance.new(state.ids, now, id, name, members)
  state.instances[#state.instances + 1] = item
  state.shelves[id], state.consumers[id] = new_shelf(item), {}
  return item, state.shelves[id]
end

--- Fill a state that has `ids`, `users` and empty tables.
function seeds.add(state, now)
  local call = { actor = auth.login_user(state.users) }
  local first, shelf = add_instance(state, now, "575ec8687ae143cd83dc4a97", "Factory floor",
    { { userId = OPS, role = "admin" }, { userId = VIEWER, role = "view" } })
  state.resources = usage.seed(state.ids, now, first.id)
  add_organizations(state, now, first, shelf)
  add_accounts(state, now, first, shelf)
  add_nodes(state, now, first, shelf, call)
  add_rule(state, now, first, shelf, call)
  add_log(now, shelf, call)
  shelf.api_tokens[1] = api_tokens.new("575ec7417ae143cd83dc4a95", first, call.actor, now - 200 * DAY,
    { name = "Usage export", scope = json.array{ "all.Instance.read" } })
  add_instance(state, now, "575ec8687ae143cd83dc4a98", "Research", { { userId = OPS, role = "admin" } })
end

return seeds
