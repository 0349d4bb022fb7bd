-- SPDX-License-Identifier: MIT
-- Losant's sandbox accounts of an instance. Deleting marks an account; some time later it is gone.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local collection = require "instar.sandbox.losant.collection"
local copy = require "instar.sandbox.losant.copy"
local counts = require "instar.sandbox.losant.counts"
local instance = require "instar.sandbox.losant.instance"
local summary = require "instar.sandbox.losant.summary"

local accounts = {}

local DATA_DELETION, PERMANENT_DELETION = 7 * 86400, 30 * 86400

-- Accounts have the limits of organizations, but no members.
local function limits(parent)
  local own = copy.shallow(parent.orgDefaultLimitConfig)
  own.member = nil
  return own
end

--- A sandbox account.
-- @tparam string id
-- @tparam table parent the instance
-- @tparam number now
-- @tparam table given firstName, lastName, email and the like
function accounts.new(id, parent, now, given)
  local item = {
    id = id, instanceSandboxId = id, instanceId = parent.id, lastUpdated = audit.time(now),
    fullName = given.firstName .. " " .. given.lastName, failedLoginCount = 0, emailVerified = true,
    needsToVerifyEmail = false, twoFactorAuthEnabled = false, ssoLinked = false, limits = limits(parent),
    avatarUrl = "https://example.com/avatars/" .. id .. ".png",
  }
  for name, value in pairs(given) do
    item[name] = value
  end
  return item
end

--- Mark an account for deletion.
function accounts.mark(item, now)
  item.dataDeletion = audit.time(now + DATA_DELETION)
  item.permanentDeletion = audit.time(now + PERMANENT_DELETION)
end

-- Deleting again does not put the deletion off.
local function remove(call, item)
  if not item.permanentDeletion then
    accounts.mark(item, call.now)
    audit.touch(call, item)
  end
end

local function purge(call, items)
  for position = #items, 1, -1 do
    local gone = items[position].permanentDeletion
    if gone and calendar.parse(gone) <= call.now then
      table.remove(items, position)
    end
  end
end

local function show(call, item)
  local shown = copy.shallow(item)
  local start, finish = counts.period(call.now)
  shown.summary = summary.of(call, item.id, { orgCount = 0, instanceCount = 0 })
  shown.currentPeriodStart, shown.currentPeriodEnd = audit.time(start), audit.time(finish - 0.001)
  return shown
end

local function selects(call)
  local with_deleted = call.arguments.includeDeleted == "true"
  return function(item) return with_deleted or not item.permanentDeletion end
end

accounts.kind = {
  title = "Sandbox account", one = "instance_sandbox", many = "instance_sandboxes",
  path = "/instances/{instanceId}/sandboxes/{instanceSandboxId}", argument = "instanceSandboxId",
  parent = instance.kind, shelf = "accounts", style = "cursor",
  remove = remove, show = show, selects = selects, purge = purge,
  targets = function(item) return audit.target("User", item) end,
}

--- instance_sandbox.undelete
accounts.undelete = collection.action(accounts.kind, function(call, item)
  if not item.permanentDeletion then
    return nil, "The account is not marked for deletion"
  end
  item.dataDeletion, item.permanentDeletion = nil, nil
  audit.touch(call, item)
  return collection.show(call, accounts.kind, item)
end)

return accounts
