-- SPDX-License-Identifier: MIT
-- Losant's logins: password, GitHub, SAML; and who a token speaks for.

local credentials = require("instar.sandbox.credentials").losant
local errors = require "instar.sandbox.losant.errors"
local respond = require "instar.sandbox.respond"
local scopes = require "instar.sandbox.losant.scopes"
local users = require "instar.sandbox.losant.users"

local auth = {}

local GITHUB_TOKEN = "sandbox-github-token"
local SAML_DOMAIN, SAML_RESPONSE = "example.com", "c2FuZGJveC1zYW1sLXJlc3BvbnNl"
local SAML_REQUEST = "https://sso.example.com/saml?SAMLRequest=c2FuZGJveC1zYW1sLXJlcXVlc3Q%3D"

--- Who the login's user is, as holder of a token and as actor of changes.
-- @tparam table list the users
-- @tparam[opt] table requested scopes
function auth.login_user(list, requested)
  local user = users.find(list, { userId = users.LOGIN })
  return { type = "User", id = user.userId, name = users.full_name(user), scope = requested }
end

-- The service does not say what unit tokenTTL has; here it is seconds, and 0 means no end.
local function lifetime(call, given)
  local ttl = given.tokenTTL or 0
  return ttl > 0 and ttl or call.box.token_seconds
end

local function login(argument, refusal, is_known)
  return function(call)
    local given = call.arguments[argument]
    if not is_known(given) then
      return errors.error(call, 401, refusal)
    end
    local token, seconds = call.state.ids:text(64), lifetime(call, given)
    call.state.tokens:add(token, seconds and call.now + seconds,
      auth.login_user(call.state.users, given.requestedScopes))
    return respond.json(200, { userId = users.LOGIN, token = token, needsToVerifyEmail = false })
  end
end

--- auth.authenticate_user
auth.password = login("credentials", "Incorrect email or password", function(given)
  return given.email == credentials.email and given.password == credentials.password
end)

--- auth.authenticate_user_github
auth.github = login("oauth", "GitHub does not accept this access token", function(given)
  return given.accessToken == GITHUB_TOKEN
end)

--- auth.authenticate_user_saml
auth.saml = login("saml", "The SAML response is not valid for this domain", function(given)
  return given.SAMLDomain == SAML_DOMAIN and given.SAMLResponse == SAML_RESPONSE
end)

--- auth.sso_domain
function auth.sso_domain(call)
  if call.arguments.email:lower():match("@(.*)$") ~= SAML_DOMAIN then
    return respond.empty(204)
  end
  return respond.json(200, { ssoType = "SAML", ssoRequest = SAML_REQUEST })
end

-- The holder of an API token is the token as it is listed, so that what is changed there counts at once.
local function actor_of(holder)
  if holder.apiTokenId then
    return { type = "ApiToken", id = holder.id, name = holder.name }
  end
  return holder
end

local function is_allowed(call, holder)
  local instance_id = call.path_values.instanceId
  return scopes.allow(holder.scope, call.operation)
    and (not holder.ownerId or not instance_id or holder.ownerId == instance_id)
end

--- Refuse calls without a good token; those with one get their `actor`.
function auth.authenticate(call)
  local token = (call.request.headers.authorization or ""):match("^Bearer (.+)$")
  local holder = call.state.tokens:holder(token, call.now)
  if not holder or holder.status == "inactive" then
    return errors.error(call, 401, "Unauthorized")
  elseif not is_allowed(call, holder) then
    return errors.error(call, 403, "The token's scopes do not allow this")
  end
  call.actor = actor_of(holder)
end

return auth
