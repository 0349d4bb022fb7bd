-- SPDX-License-Identifier: MIT
-- A client's credentials: from options and the environment, and into its calls.

local core = require "instar.core"
local events = require "instar.events"
local scheduler = require "instar.scheduler"

local credentials = {}

local function getenv(variable)
  local value = variable and os.getenv(variable)
  if value ~= "" then return value end
end

--- The names of the options that make a login, the required ones first.
local function login_names(facts)
  local names = {}
  for _, list in ipairs{facts.login.required, facts.login.optional or {}} do
    for _, name in ipairs(list) do names[#names + 1] = name end
  end
  return names
end

local function has_credential(facts, options)
  if options.token ~= nil then return true end
  for _, name in ipairs(login_names(facts)) do
    if options[name] ~= nil then return true end
  end
  return false
end

--- Fills in from the environment what the options leave open. Explicit credentials, or a base URL, switch its
-- credentials off.
local function complete(facts, given)
  local options = {}
  for name, value in pairs(given) do options[name] = value end
  local own = given.base_url ~= nil or has_credential(facts, given)
  if options.base_url == nil then options.base_url = getenv(facts.variables.base_url) end
  if own then return options end
  options.token = getenv(facts.variables.token)
  for _, name in ipairs(login_names(facts)) do options[name] = getenv(facts.variables[name]) end
  return options
end

local function first_missing(facts, options)
  for _, name in ipairs(facts.login.required) do
    if options[name] == nil then return name end
  end
end

--- Half a login in the options is a mistake of the program's.
local function check_whole(facts, given)
  for _, name in ipairs(login_names(facts)) do
    local missing = given[name] ~= nil and first_missing(facts, given)
    if missing then
      core.misuse(("instar.%s: option '%s' needs option '%s' too"):format(facts.name, name, missing))
    end
  end
end

local function check_basic(facts, options)
  local user = options[facts.basic_user]
  if type(user) == "string" and user:find(":", 1, true) then
    core.misuse(("instar.%s: option '%s' must not hold a colon"):format(facts.name, facts.basic_user))
  end
end

--- A new client.
-- @tparam table facts the service's, from core.service
-- @tparam[opt] table given the options
function credentials.client(facts, given)
  if given ~= nil and type(given) ~= "table" then
    core.misuse(("instar.%s: the options must be a table (got %s)"):format(facts.name, type(given)))
  end
  given = given or {}
  check_whole(facts, given)
  local options = complete(facts, given)
  check_basic(facts, options)
  local client = core.client(facts.name, options)
  local environment = core.environment(client)
  environment.facts = facts
  if type(options.tls) == "table" and options.tls.verify == false then
    events.emit(environment, "insecure_tls", {service = facts.name})
  end
  return client
end

--- True inside of what fetches the client's token.
function credentials.is_fetching(environment)
  return environment.fetching ~= nil and scheduler.is_within(environment.fetching)
end

local function is_fresh(environment)
  local current = environment.current
  if not current then return false end
  return not current.renew_at or os.time() < current.renew_at
end

--- Keeps a token, which is renewed some time before it ends.
-- @param environment
-- @tparam string token
-- @tparam[opt] number expires epoch seconds
-- @tparam[opt] boolean is_new issued just now: one that lives shortly is renewed when half of its life is over
function credentials.keep(environment, token, expires, is_new)
  local early = environment.facts.login.renew_before
  if expires and is_new then early = math.min(early, (expires - os.time()) / 2) end
  environment.current = {token = token, renew_at = expires and expires - early}
end

local function missing_credential(facts, environment)
  local names = {}
  for _, name in ipairs(login_names(facts)) do
    local variable = facts.variables[name]
    if environment[name] and variable then
      local missing = first_missing(facts, environment)
      return ("option '%s' (%s) is not set"):format(missing, facts.variables[missing] or "no variable")
    end
  end
  for _, name in ipairs(facts.login.required) do names[#names + 1] = name end
  return ("the client has no credentials: it needs 'token', or '%s'"):format(table.concat(names, "' and '"))
end

--- The token to send, from wherever the client has it. Without one the call has failed, or message and error say why.
local function token_for(environment, call)
  local facts = environment.facts
  if type(environment.token) == "string" then return environment.token end
  if environment.token == nil and not is_fresh(environment) and first_missing(facts, environment) then
    core.fail(call, "auth", missing_credential(facts, environment))
  elseif environment.token == false then
    core.fail(call, "auth", "the client was made without credentials (token = false)")
  elseif is_fresh(environment) then
    return environment.current.token
  else -- which most programs never come to: it is loaded then
    local token, cause, err = require("instar.login").fetch(environment, call)
    return token, cause, err
  end
end

local function authorize_basic(environment, call)
  local facts = environment.facts
  local user, password = environment[facts.basic_user], environment[facts.basic_password]
  if not user or not password then
    core.fail(call, "auth", ("the client has no '%s' and '%s'"):format(facts.basic_user, facts.basic_password))
    return
  end
  core.authorize_basic(call, user, password)
end

--- Puts the credential into a call that has been begun.
-- A call that cannot have one has failed afterwards, or the failure of the login is returned.
-- @return the cause of a failure that lies in a function of the program's, or the login's message
-- @treturn ?table the login's error
function credentials.authorize(environment, call)
  local kind = core.auth(call)
  if kind == "basic" then
    authorize_basic(environment, call)
  elseif kind == "token" then
    local token, cause, err = token_for(environment, call)
    if not token then return cause, err end
    environment.used_token = token
    if not core.authorize(call, token) then
      core.fail(call, "aborted", "the token cannot be sent in a header: it holds CR, LF or NUL")
    end
  end
end

--- True when tokens come from a login or a function: a new one may be had.
function credentials.may_renew(environment)
  return type(environment.token) ~= "string"
end

--- Forgets a token that was refused, unless a newer one has taken its place.
function credentials.forget(environment, token)
  local current = environment.current
  if current and current.token == token then environment.current = nil end
end

return credentials
