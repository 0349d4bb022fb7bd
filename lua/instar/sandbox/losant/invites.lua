-- SPDX-License-Identifier: MIT
-- Losant's invitations to organizations.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local collection = require "instar.sandbox.losant.collection"
local copy = require "instar.sandbox.losant.copy"
local json = require "instar.sandbox.json"
local organization = require "instar.sandbox.losant.organization"
local users = require "instar.sandbox.losant.users"

local invites = {}

-- The service does not say what unit ttl has; here it is seconds.
local LIFETIME = 7 * 86400

--- An invitation.
-- @tparam string id
-- @tparam number now
-- @tparam table given
function invites.new(id, now, given)
  return {
    id = id, email = given.email, role = given.role, inviteDate = audit.time(now), ttl = LIFETIME,
    applicationRoles = given.applicationRoles or json.array(), dashboardRoles = given.dashboardRoles or json.array(),
    disallowTransfer = given.disallowTransfer or false,
  }
end

local function with_email(list, email)
  for _, item in ipairs(list) do
    if item.email == email then
      return item
    end
  end
end

local function is_welcome(parent, email)
  for _, domain in ipairs(parent.whitelistedEmailDomains) do
    if email:lower():sub(-#domain - 1) == "@" .. domain:lower() then
      return true
    end
  end
  return #parent.whitelistedEmailDomains == 0
end

local function create(call, given, parent, items)
  local user = users.find(call.state.users, { email = given.email })
  if with_email(items, given.email) then
    return nil, given.email .. " is already invited"
  elseif user and users.find(parent.members, user) then
    return nil, given.email .. " is already a member"
  elseif not is_welcome(parent, given.email) then
    return nil, "The organization takes no members of this e-mail domain"
  end
  return invites.new(call.state.ids:hex(24), call.now, given)
end

local function show(call, item)
  local shown = copy.shallow(item)
  shown.hasExpired = call.now >= calendar.parse(item.inviteDate) + item.ttl
  return shown
end

invites.kind = {
  title = "Invite", one = "instance_org_invite", many = "instance_org_invites",
  path = "/instances/{instanceId}/orgs/{orgId}/invites/{inviteId}", argument = "inviteId",
  parent = organization.kind, shelf = "invites", style = "whole",
  create = create, remove = collection.drop, show = show,
  heading = function(call) return { instanceId = call.arguments.instanceId, orgId = call.arguments.orgId } end,
  targets = function(item, parent)
    return audit.target("Organization", parent), audit.target("OrgInvite", item)
  end,
}

--- What inviting answers: all invitations, as a list without arguments has them.
function invites.kind.answer(call, _, items)
  call.arguments.sortField, call.arguments.sortDirection = "inviteDate", "desc"
  return (collection.list(call, invites.kind, items))
end

--- instance_org_invite.resend_invite
invites.resend = collection.action(invites.kind, function(call, item)
  for name, value in pairs(call.arguments.roleInfo) do
    item[name] = value
  end
  item.inviteDate = audit.time(call.now)
  return collection.show(call, invites.kind, item)
end)

return invites
