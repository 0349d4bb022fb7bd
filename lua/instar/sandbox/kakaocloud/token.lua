-- SPDX-License-Identifier: MIT
-- KakaoCloud's tokens: issued for an application credential, and validated.

local calendar = require "instar.sandbox.calendar"
local credentials = require("instar.sandbox.credentials").kakaocloud
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local project = require "instar.sandbox.kakaocloud.project"
local respond = require "instar.sandbox.respond"

local LIFETIME = 43200
local FOREVER = 253402300799 -- 9999-12-31T23:59:59Z

local token = {}

local function is_known(given)
  return given ~= nil
    and given.id == credentials.application_credential_id
    and given.secret == credentials.application_credential_secret
end

local function describe(state, issued, expires)
  return {
    audit_ids = json.array{ state.ids:text(22) },
    methods = json.array{ "application_credential" },
    issued_at = calendar.format(issued, 6),
    expires_at = calendar.format(expires, 6),
    is_domain = false,
    application_credential = {
      id = credentials.application_credential_id, name = "sandbox", project_id = project.id, restricted = true,
    },
    project = { id = project.id, name = project.name, domain = project.domain },
    user = { id = project.user_id, name = project.user_name, domain = project.domain, password_expires_at = json.null },
    roles = json.array{ { id = project.role_id, name = "member" } },
    catalog = json.array(),
  }
end

--- Describe the token that is good from the beginning.
function token.seed(state, now)
  state.issued[credentials.token] = describe(state, now, FOREVER)
end

--- token.issue: the token itself is in a header.
function token.issue(call)
  local identity = (call.arguments.auth or {}).identity or {}
  if not is_known(identity.application_credential) then
    return errors.error(call, 401, "The request you have made requires authentication.")
  end
  local state = call.state
  local issued, expires = "gAAAAA" .. state.ids:text(120), call.now + (call.box.token_seconds or LIFETIME)
  state.tokens:add(issued, expires)
  state.issued[issued] = describe(state, call.now, expires)
  return respond.json(201, { token = state.issued[issued] }, { ["x-subject-token"] = issued })
end

--- token.validate: an expired token is as unknown as one that never was.
function token.validate(call)
  local subject = call.arguments["X-Subject-Token"]
  if not call.state.tokens:accepts(subject, call.now) then
    return errors.error(call, 404, "Could not find token.")
  end
  return respond.json(200, { token = call.state.issued[subject] }, { ["x-subject-token"] = subject })
end

return token
