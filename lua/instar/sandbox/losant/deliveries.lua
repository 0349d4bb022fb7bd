-- SPDX-License-Identifier: MIT
-- What Losant's notification rules deliver: for each organization that has passed the threshold, as often as allowed.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local consumption = require "instar.sandbox.losant.consumption"
local counts = require "instar.sandbox.losant.counts"
local json = require "instar.sandbox.json"
local query = require "instar.sandbox.losant.query"
local users = require "instar.sandbox.losant.users"

local deliveries = {}

local requesters = { User = "user", ApiToken = "apiToken" }

-- What is measured, and the limit it is measured against.
local measures = {
  payloadUsage = {
    limit = "payload",
    value = function(consumers, from, now) return counts.payload_total(consumers, from, now) end,
  },
  notebookMinuteUsage = {
    limit = "notebookMinutesPerMonth",
    value = function(consumers, from, now) return counts.notebook_amount(consumers, "minutes", from, now) end,
  },
}

-- Since when an earlier delivery stands against another one.
local function quiet_since(frequency, now)
  return frequency == "daily" and math.floor(now / 86400) * 86400 or (counts.period(now))
end

local function is_quiet(call, rule, target)
  local since = quiet_since(rule.ruleConfig.maxFrequency, call.now)
  for _, delivery in ipairs(call.state.deliveries[rule.id]) do
    if delivery.targetId == target.id and calendar.parse(delivery.sentAt) >= since then
      return true
    end
  end
  return false
end

local function evaluation(call, rule, target)
  local config = rule.ruleConfig
  local measure = measures[config.ruleType]
  local consumers = consumption.of(call.state, target.id)
  return {
    value = measure.value(consumers, counts.period(call.now), call.now), limit = target.limits[measure.limit],
    ruleType = config.ruleType, thresholdType = config.thresholdType, threshold = config.threshold,
    maxFrequency = config.maxFrequency or "billingCycle",
  }
end

local function has_passed(result)
  return result.value * 100 >= result.limit * result.threshold
end

local function add_addresses(call, addresses, group, members)
  for _, member in ipairs(members) do
    if group == "members" or (group == "admins" and member.role == "admin") then
      addresses[#addresses + 1] = users.find(call.state.users, member).email
    end
  end
end

local function render(template, target)
  return (template:gsub("{{%s*organization%.(%w+)%s*}}", function(name)
    return tostring(target[name])
  end))
end

local function email(call, config, target, parent)
  local addresses = json.array()
  add_addresses(call, addresses, config.sendToTarget, target.members)
  add_addresses(call, addresses, config.sendToOwner, parent.members)
  for _, address in ipairs(config.sendToAddresses or {}) do
    addresses[#addresses + 1] = address
  end
  return {
    subject = render(config.subjectTemplate, target), body = render(config.bodyTemplate, target),
    addresses = addresses,
  }
end

local function deliver(call, rule, target, parent, result)
  local id, sent = call.state.ids:hex(24), call.state.deliveries[rule.id]
  sent[#sent + 1] = {
    id = id, notificationRuleDeliveryId = id, notificationRuleId = rule.id, ownerId = parent.id,
    ownerType = "instance", requestedById = call.actor.id, requestedByType = requesters[call.actor.type],
    sentAt = audit.time(call.now), targetType = rule.targetType, targetId = target.id, targetName = target.name,
    callbackUrl = rule.callbackUrl, evaluation = result,
    email = rule.emailConfig and email(call, rule.emailConfig, target, parent),
  }
end

--- Evaluate a rule; one that is not enabled delivers nothing.
-- @tparam table call
-- @tparam table rule
-- @tparam table parent the instance
-- @tparam ?boolean at_once however much was delivered already
function deliveries.evaluate(call, rule, parent, at_once)
  local document = query.read(rule.targetQueryJson)
  for _, target in ipairs(rule.enabled and call.state.shelves[parent.id].orgs or {}) do
    local result = query.matches(document, target) and evaluation(call, rule, target)
    if result and has_passed(result) and (at_once or not is_quiet(call, rule, target)) then
      deliver(call, rule, target, parent, result)
    end
  end
end

return deliveries
