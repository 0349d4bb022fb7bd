-- SPDX-License-Identifier: MIT
-- Losant's organizations of an instance.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local collection = require "instar.sandbox.losant.collection"
local consumption = require "instar.sandbox.losant.consumption"
local copy = require "instar.sandbox.losant.copy"
local counts = require "instar.sandbox.losant.counts"
local instance = require "instar.sandbox.losant.instance"
local json = require "instar.sandbox.json"
local query = require "instar.sandbox.losant.query"
local summary = require "instar.sandbox.losant.summary"
local users = require "instar.sandbox.losant.users"

local organization = {}

--- A member as the state has it.
function organization.member(user, given)
  return {
    userId = user.userId, role = given.role,
    applicationRoles = given.applicationRoles, dashboardRoles = given.dashboardRoles,
  }
end

-- Limits that were not given are the instance's defaults.
local function limits(parent, given)
  local all = copy.shallow(parent.orgDefaultLimitConfig)
  for name, value in pairs(given or {}) do
    all[name] = value
  end
  return all
end

--- Make an organization, with a shelf of its own.
-- @tparam table state
-- @tparam number now
-- @tparam table parent the instance
-- @tparam table given its data
-- @tparam[opt] string id
function organization.new(state, now, parent, given, id)
  id = id or state.ids:hex(24)
  local item = {
    id = id, orgId = id, instanceId = parent.id, creationDate = audit.time(now), lastUpdated = audit.time(now),
    description = "", iconColor = "#0288d1", whitelistedEmailDomains = json.array(), auditLogEnabled = false,
    isReadOnly = false, disabledAt = false, tags = json.array(), mfaMode = "notRequired", planId = "instance",
    subscriptionStatus = "active",
  }
  for name, value in pairs(given) do
    if not audit.is_null(value) then
      item[name] = value
    end
  end
  item.limits, item.members = limits(parent, given.limits), json.array()
  state.shelves[id] = { members = item.members, invites = json.array() }
  return item
end

local function add_members(call, item, rows)
  for _, row in ipairs(rows or {}) do
    local user = users.find(call.state.users, row)
    if not user then
      return "members: User was not found"
    elseif users.find(item.members, user) then
      return "members: User is a member twice"
    end
    item.members[#item.members + 1] = organization.member(user, row)
  end
end

-- A time, or whether it is so from now on.
local function problem_of(given)
  local disabled = given.disabledAt
  if disabled ~= nil and type(disabled) ~= "boolean" and not (type(disabled) == "string" and calendar.parse(disabled))
  then
    return "disabledAt must be a boolean or a valid date-time"
  end
end

local function set_disabled(call, item)
  if item.disabledAt == true then
    item.disabledAt = audit.time(call.now)
  end
end

local function create(call, given, parent)
  local fault = given.name and problem_of(given) or not given.name and "name is required"
  if fault then
    return nil, fault
  end
  local item = organization.new(call.state, call.now, parent, given)
  local problem = add_members(call, item, given.members)
  if problem then
    call.state.shelves[item.id] = nil
    return nil, problem
  end
  set_disabled(call, item)
  return item
end

local function change(call, item, given)
  local problem = problem_of(given)
  if problem then
    return problem
  end
  local merged = copy.shallow(given)
  merged.limits = nil
  collection.merge(call, item, merged)
  set_disabled(call, item)
  for name, value in pairs(given.limits or {}) do
    item.limits[name] = value
  end
end

-- What is consumed stops with the organization; what was consumed is still the instance's.
local function remove(call, item, items, position)
  table.remove(items, position)
  for _, consumer in ipairs(consumption.of(call.state, item.id)) do
    consumer.ended = call.now
  end
  call.state.shelves[item.id] = nil
end

local function show(call, item)
  local shown, shelf = copy.shallow(item), call.state.shelves[item.id]
  local start, finish = counts.period(call.now)
  shown.members = nil
  shown.summary = summary.of(call, item.id, { memberCount = #shelf.members, pendingInviteCount = #shelf.invites })
  shown.currentPeriodStart = calendar.format(start, 3)
  shown.currentPeriodEnd = calendar.format(finish - 0.001, 3)
  return shown
end

-- What an organization has in the answer to its making; members instead of tags and the like.
local own = {
  "id", "orgId", "creationDate", "lastUpdated", "name", "description", "limits", "summary", "planId",
  "subscriptionStatus", "currentPeriodStart", "currentPeriodEnd", "iconColor", "whitelistedEmailDomains",
  "disabledAt", "isReadOnly", "mfaMode", "banner",
}

local function answer(call, item)
  local full, shown = show(call, item), { isEnterprise = false, members = json.array() }
  for _, name in ipairs(own) do
    shown[name] = full[name]
  end
  for index, member in ipairs(item.members) do
    shown.members[index] = copy.shallow(users.find(call.state.users, member))
    shown.members[index].role = member.role
    shown.members[index].applicationRoles, shown.members[index].dashboardRoles =
      member.applicationRoles, member.dashboardRoles
  end
  return shown
end

-- A query document takes the place of the other filter.
local function selects(call)
  local document = call.arguments.query
  if not document then
    return nil
  end
  local problem = query.check(document)
  if problem then
    return nil, problem
  end
  call.arguments.filterField, call.arguments.filter = nil, nil
  return function(item) return query.matches(document, item) end
end

organization.kind = {
  title = "Organization", one = "instance_org", many = "instance_orgs",
  path = "/instances/{instanceId}/orgs/{orgId}", argument = "orgId",
  parent = instance.kind, shelf = "orgs", closed = true, limit = "organization",
  create = create, change = change, remove = remove, show = show, answer = answer, selects = selects,
  heading = function(call) return { instanceId = call.arguments.instanceId } end,
  targets = function(item) return audit.target("Organization", item) end,
}

return organization
