-- SPDX-License-Identifier: MIT
-- Losant in small: what the core needs to know of it, and its operations.

local accounts = require "instar.sandbox.losant.accounts"
local api_tokens = require "instar.sandbox.losant.api_tokens"
local audit_logs = require "instar.sandbox.losant.audit_logs"
local auth = require "instar.sandbox.losant.auth"
local collection = require "instar.sandbox.losant.collection"
local counts = require "instar.sandbox.losant.counts"
local credentials = require "instar.sandbox.credentials"
local custom_nodes = require "instar.sandbox.losant.custom_nodes"
local errors = require "instar.sandbox.losant.errors"
local instance = require "instar.sandbox.losant.instance"
local invites = require "instar.sandbox.losant.invites"
local members = require "instar.sandbox.losant.members"
local organization = require "instar.sandbox.losant.organization"
local rules = require "instar.sandbox.losant.rules"
local seeds = require "instar.sandbox.losant.seeds"
local sequence = require "instar.sandbox.sequence"
local summaries = require "instar.sandbox.losant.summaries"
local tokens = require "instar.sandbox.tokens"
local users = require "instar.sandbox.losant.users"

-- Handlers that are not the same for every kind.
local handlers = {
  ["auth.authenticate_user"] = auth.password,
  ["auth.authenticate_user_github"] = auth.github,
  ["auth.authenticate_user_saml"] = auth.saml,
  ["auth.sso_domain"] = auth.sso_domain,
  ["instance.generate_report"] = instance.generate_report,
  ["instance.historical_summaries"] = summaries.list,
  ["instance_custom_node.errors"] = custom_nodes.errors,
  ["instance_custom_node.stats"] = custom_nodes.stats,
  ["instance_notification_rule.evaluate"] = rules.evaluate,
  ["instance_notification_rule.logs"] = rules.logs,
  ["instance_org_invite.resend_invite"] = invites.resend,
  ["instance_sandbox.undelete"] = accounts.undelete,
}

for _, kind in ipairs{
  instance.kind, members.instance, organization.kind, members.organization, invites.kind, api_tokens.kind,
  custom_nodes.kind, rules.kind, accounts.kind, audit_logs,
} do
  collection.add(handlers, kind)
end

for _, kind in ipairs{ instance.kind, organization.kind, accounts.kind } do
  counts.add(handlers, kind, collection.reading)
end

local losant = {
  name = "losant",
  error = errors.error,
  refuse = errors.refuse,
  policy = {},
  handlers = handlers,
  authenticate = auth.authenticate,
}

--- Whatever belongs to no other service is Losant's.
function losant.owns()
  return true
end

--- The path on the wire.
function losant.path_of(operation)
  return operation.path
end

--- The first state of a box. What lies in an instance or in an organization is on its shelf.
function losant.new_state(box)
  local known = users.seed()
  local state = {
    ids = sequence.new(1001), users = known,
    tokens = tokens.new(credentials.losant.token, auth.login_user(known)),
    instances = {}, shelves = {}, consumers = {}, deliveries = {}, busy_until = {},
  }
  seeds.add(state, box.clock())
  return state
end

return losant
