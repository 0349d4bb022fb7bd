-- SPDX-License-Identifier: MIT
-- Losant's scopes: which operations a token may call.

local audit = require "instar.sandbox.losant.audit"

local scopes = {}

-- Which operations only read, beside those that are GET; and GET ones for which a scope to read is not enough.
local reads = { ["instance.generate_report"] = true, ["instance_notification_rule.logs"] = false }

-- Listing instances is a user's matter.
local families = { ["instances.get"] = { "all.User" } }
local usual = { "all.Instance", "all.User" }

local function is_reading(operation)
  if reads[operation.name] ~= nil then
    return reads[operation.name]
  end
  return operation.method == "GET"
end

local function sufficient(operation)
  local resource, action = audit.names(operation)
  local set = { [resource .. ".*"] = true, [resource .. "." .. action] = true }
  for _, family in ipairs(families[operation.name] or usual) do
    set[family] = true
    set[family .. ".read"] = is_reading(operation)
  end
  return set
end

--- Whether scopes allow an operation.
-- @tparam ?table list scopes; everything is allowed without it
-- @tparam table operation
function scopes.allow(list, operation)
  local enough = sufficient(operation)
  for _, scope in ipairs(list or {}) do
    if enough[scope] then
      return true
    end
  end
  return not list
end

return scopes
