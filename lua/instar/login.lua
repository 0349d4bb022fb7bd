-- SPDX-License-Identifier: MIT
-- Fetches tokens: by a login, or from the program's own function.

local core = require "instar.core"
local credentials = require "instar.credentials"
local events = require "instar.events"
local failure = require "instar.failure"
local member = require "instar.member"
local run = require "instar.run"
local scheduler = require "instar.scheduler"
local times = require "instar.times"

local unpack = require("instar.tuple").unpack

local login = {}

--- The arguments of the login, with "$name" replaced by the option of that name.
local function fill(template, environment)
  if type(template) == "string" then
    local name = template:match("^%$([%w_]+)$")
    if name then return environment[name] end
    return template
  elseif type(template) ~= "table" then
    return template
  end
  local filled = {}
  for key, value in pairs(template) do filled[key] = fill(value, environment) end
  return filled
end

--- When the token of a login's answer ends, in epoch seconds; nil when the answer does not say.
local function expiry(facts, body)
  local at = facts.expires_at and times.epoch(member(body, facts.expires_at))
  local on = facts.expires_on and tonumber(member(body, facts.expires_on))
  local span = facts.expires_in and tonumber(member(body, facts.expires_in))
  return at or on or (span and os.time() + span)
end

local function token_of(facts, body, response)
  local token = facts.token_header and response.headers[facts.token_header] or member(body, facts.token_member)
  if type(token) == "string" and token ~= "" then return token end
end

--- The failure of a login, as that of the calls that needed it: nothing of them was sent.
local function refuse_login(err)
  if err.status == 400 or err.status == 401 or err.status == 403 then err.kind = "auth" end
  err.sent = "no"
  return nil, err
end

local function login_call(environment)
  local facts = environment.facts.login
  local resource, action = facts.operation:match("^(.-)%.(.+)$")
  local operation = environment.client[resource][action]
  local arguments = fill(require("cjson.safe").decode(facts.arguments), environment)
  local inner = core.begin(operation, arguments)
  core.hurry(inner)
  return inner
end

--- A one-time code has been used up by the first login.
local function is_used_up(environment)
  local once = environment.facts.login.once
  return once and environment[once] and environment.logged_in
end

--- Logs in and keeps the token. Fetching functions give the token; or nil, kind, text and cause; or nil and the error.
local function log_in(environment)
  local facts = environment.facts.login
  if is_used_up(environment) then
    return nil, "auth", ("the token has ended and '%s' was used already: make a new client"):format(facts.once)
  end
  events.emit(environment, "refresh", {service = environment.facts.name, operation = facts.operation})
  local body, response, err = run.call(login_call(environment))
  if err then return refuse_login(err) end
  local token = token_of(facts, body, response)
  if not token then return nil, "decode", "the answer of " .. facts.operation .. " holds no token" end
  credentials.keep(environment, token, expiry(facts, body), true)
  environment.logged_in = true
  return token
end

--- Asks the program's own function. Without an expiry it is asked again for the next call.
local function ask(environment)
  local ok, token, expires, err = scheduler.protect(environment.token)
  if not ok then
    return nil, "aborted", "the token function failed: " .. failure.text(token), token
  elseif token == nil and expires ~= nil then -- nil and a reason, as instar's own functions give it
    return nil, "aborted", "the token function failed: " .. failure.text(expires), err or expires
  elseif type(token) ~= "string" or token == "" or (expires ~= nil and type(expires) ~= "number") then
    return nil, "aborted", "the token function must return a string that is not empty and, if it likes, epoch seconds"
  end
  if expires then credentials.keep(environment, token, expires) else environment.current = nil end
  return token
end

--- What a fetch gave, for one of the calls that waited for it: each has an error of its own.
local function take(call, token, kind, text, cause)
  if token then return token end
  if type(kind) == "table" then
    local own = {}
    for name, value in pairs(kind) do own[name] = value end
    return nil, own.text, core.error(own)
  end
  core.fail(call, kind, text)
  return nil, cause
end

--- One fetch at a time, however many calls wait for it. It is a task of its own: none of them can take it along.
-- @treturn[1] string the token
-- @treturn[2] nil the call has failed, or message and error follow
-- @return[2] the cause of a failure that lies in the program's own function, or the login's message
-- @treturn[2] ?table the login's error
function login.fetch(environment, call)
  local task = environment.fetching
  if credentials.is_fetching(environment) then
    core.fail(call, "auth", "the token is being fetched by a function that needs it itself")
    return nil
  elseif not task then
    task = scheduler.spawn(environment.token and ask or log_in, environment)
    environment.fetching = task
    table.insert(task.watchers, function() environment.fetching = nil end)
  end
  if not scheduler.join(task, core.remaining(call)) then
    if scheduler.is_cancelled() then call:cancel() end
    core.fail(call, "timeout", "timed out while waiting for a token")
    return nil
  end
  if not task.ok then error(task.results[1], 0) end
  return take(call, unpack(task.results, 1, 4))
end

return login
