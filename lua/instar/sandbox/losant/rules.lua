-- SPDX-License-Identifier: MIT
-- Losant's notification rules of an instance: the rules, evaluating them, their deliveries.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local collection = require "instar.sandbox.losant.collection"
local counts = require "instar.sandbox.losant.counts"
local deliveries = require "instar.sandbox.losant.deliveries"
local instance = require "instar.sandbox.losant.instance"
local listing = require "instar.sandbox.listing"
local paging = require "instar.sandbox.losant.paging"
local query = require "instar.sandbox.losant.query"

local rules = {}

local MAX_LOGS = 1000

--- A rule as the state has it.
function rules.new(id, parent, now, given)
  local item = {
    id = id, notificationRuleId = id, ownerId = parent.id, ownerType = "instance", description = "", enabled = true,
    creationDate = audit.time(now), lastUpdated = audit.time(now),
  }
  for name, value in pairs(given) do
    if not audit.is_null(value) then
      item[name] = value
    end
  end
  return item
end

local function target_problem(given)
  local _, problem = query.read(given.targetQueryJson or "{}")
  return problem and "targetQueryJson: " .. problem
end

local function create(call, given, parent)
  local problem = target_problem(given)
  if problem then
    return nil, problem
  end
  local item = rules.new(call.state.ids:hex(24), parent, call.now, given)
  audit.sign(call, item)
  call.state.deliveries[item.id] = {}
  return item
end

local function change(call, item, given)
  local problem = target_problem(given)
  if problem then
    return problem
  end
  collection.merge(call, item, given)
end

local function remove(call, item, items, position)
  collection.drop(call, item, items, position)
  call.state.deliveries[item.id] = nil
end

rules.kind = {
  title = "Notification rule", one = "instance_notification_rule", many = "instance_notification_rules",
  path = "/instances/{instanceId}/notification-rules/{notificationRuleId}", argument = "notificationRuleId",
  parent = instance.kind, shelf = "rules", limit = "instanceNotificationRule",
  create = create, change = change, remove = remove,
  heading = function(call) return { ownerId = call.arguments.instanceId, ownerType = "instance" } end,
  targets = function(item) return audit.target("NotificationRule", item) end,
}

--- instance_notification_rule.evaluate
rules.evaluate = collection.action(rules.kind, function(call, item, parent)
  deliveries.evaluate(call, item, parent, call.arguments.evaluationOptions.ignoreFrequencyCheck)
  return { jobQueued = true, jobId = call.state.ids:text(21), success = true }
end)

--- instance_notification_rule.logs: the newest first.
rules.logs = collection.reading(rules.kind, function(call, item)
  local limit = paging.natural(call.arguments.limit, 1)
  local since, problem = counts.moment(call.arguments, "since")
  if problem or not limit then
    return nil, problem or "limit is not a valid number"
  end
  local found = listing.filter(call.state.deliveries[item.id], function(delivery)
    return not since or calendar.parse(delivery.sentAt) > since
  end)
  found = listing.sort(found, { { value = function(delivery) return delivery.sentAt end, descending = true } })
  return listing.slice(found, 0, math.min(limit, MAX_LOGS))
end)

return rules
