-- SPDX-License-Identifier: MIT
-- KakaoCloud's token from an application credential.

local calendar = require "instar.sandbox.calendar"
local credentials = require("instar.sandbox.credentials").kakaocloud
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local project = require "instar.sandbox.kakaocloud.project"
local respond = require "instar.sandbox.respond"

local LIFETIME = 43200

local function is_known(given)
  return given ~= nil
    and given.id == credentials.application_credential_id
    and given.secret == credentials.application_credential_secret
end

local function token_body(call, expires)
  return {
    audit_ids = json.array{ call.state.ids:text(22) },
    methods = json.array{ "application_credential" },
    issued_at = calendar.format(call.now, 6),
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

--- token.issue: the token itself is in a header.
return function(call)
  local identity = (call.arguments.auth or {}).identity or {}
  if not is_known(identity.application_credential) then
    return errors.error(call, 401, "The request you have made requires authentication.")
  end
  local token, expires = "gAAAAA" .. call.state.ids:text(120), call.now + (call.box.token_seconds or LIFETIME)
  call.state.tokens:add(token, expires)
  return respond.json(201, { token = token_body(call, expires) }, { ["x-subject-token"] = token })
end
