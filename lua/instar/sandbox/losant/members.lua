-- SPDX-License-Identifier: MIT
-- Losant's members: users with a role in an instance or in an organization.

local audit = require "instar.sandbox.losant.audit"
local collection = require "instar.sandbox.losant.collection"
local instance = require "instar.sandbox.losant.instance"
local organization = require "instar.sandbox.losant.organization"
local users = require "instar.sandbox.losant.users"

local members = {}

local function read(call, item, name)
  return item[name] or users.find(call.state.users, item)[name]
end

-- The user's own data with the role; roles in applications and dashboards are not among a member's answers.
local function show(call, item)
  local shown = { instanceId = call.arguments.instanceId, orgId = call.arguments.orgId, role = item.role }
  for name, value in pairs(users.find(call.state.users, item)) do
    shown[name] = value
  end
  return shown
end

local function create(call, given, _, items)
  if not (given.userId or given.email) then
    return nil, "userId or email is required"
  end
  local user = users.find(call.state.users, given)
  if not user then
    return nil, "User was not found", 404
  elseif users.find(items, user) then
    return nil, "User is already a member"
  end
  return organization.member(user, given)
end

local function change(_, item, given)
  for name, value in pairs(given) do
    item[name] = value
  end
end

-- Changing a member answers the role alone.
members.instance = {
  title = "Member", one = "instance_member", many = "instance_members",
  path = "/instances/{instanceId}/members/{userId}", argument = "userId", key = "userId",
  parent = instance.kind, shelf = "members", style = "whole", closed = true,
  create = create, change = change, changed = function(_, item) return { role = item.role } end,
  remove = collection.drop, show = show, read = read,
  heading = function(call) return { instanceId = call.arguments.instanceId } end,
  targets = function(item) return audit.target("User", item) end,
}

members.organization = {
  title = "Member", one = "instance_org_member", many = "instance_org_members",
  path = "/instances/{instanceId}/orgs/{orgId}/members/{userId}", argument = "userId", key = "userId",
  parent = organization.kind, shelf = "members", style = "whole", closed = true,
  create = create, change = change, remove = collection.drop, show = show, read = read,
  heading = function(call) return { instanceId = call.arguments.instanceId, orgId = call.arguments.orgId } end,
  targets = function(_, parent) return audit.target("Organization", parent) end,
}

return members
