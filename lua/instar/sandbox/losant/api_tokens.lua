-- SPDX-License-Identifier: MIT
-- Losant's API tokens of an instance.

local audit = require "instar.sandbox.losant.audit"
local calendar = require "instar.sandbox.calendar"
local collection = require "instar.sandbox.losant.collection"
local instance = require "instar.sandbox.losant.instance"
local json = require "instar.sandbox.json"

local api_tokens = {}

--- An API token as answers show it, without its secret.
-- @tparam string id
-- @tparam table parent the instance
-- @tparam table actor who makes it
-- @tparam number now
-- @tparam table given
function api_tokens.new(id, parent, actor, now, given)
  return {
    id = id, apiTokenId = id, ownerId = parent.id, creatorId = actor.id, creatorName = actor.name,
    creatorType = actor.type == "User" and "user" or "apiToken",
    creationDate = audit.time(now), lastUpdated = audit.time(now), expirationDate = given.expirationDate,
    name = given.name, description = given.description or "", scope = given.scope or json.array{ "all.Instance" },
    status = given.status or "active",
  }
end

local function create(call, given, parent)
  local expires = given.expirationDate and calendar.parse(given.expirationDate)
  if expires and expires <= call.now then
    return nil, "expirationDate must be in the future"
  end
  local item = api_tokens.new(call.state.ids:hex(24), parent, call.actor, call.now, given)
  return item
end

-- The secret is in this answer only.
local function answer(call, item)
  local shown, secret = collection.show(call, api_tokens.kind, item), call.state.ids:text(64)
  call.state.tokens:add(secret, item.expirationDate and calendar.parse(item.expirationDate), item)
  shown.token = secret
  return shown
end

local function remove(call, item, items, position)
  collection.drop(call, item, items, position)
  call.state.tokens:drop(item)
end

api_tokens.kind = {
  title = "API token", one = "instance_api_token", many = "instance_api_tokens",
  path = "/instances/{instanceId}/tokens/{apiTokenId}", argument = "apiTokenId",
  parent = instance.kind, shelf = "api_tokens", limit = "instanceApiToken",
  create = create, change = collection.merge, remove = remove, answer = answer,
  heading = function(call) return { ownerId = call.arguments.instanceId } end,
  targets = function(item) return audit.target("ApiToken", item) end,
}

return api_tokens
