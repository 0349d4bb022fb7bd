-- SPDX-License-Identifier: MIT
-- Takes a client's secrets out of what people get to see, also where a service repeats them.

local core = require "instar.core"

local redact = {}

local SHORTEST = 4 -- a shorter one would take every other word along, and is none

local PLACEHOLDER = "<secret>"

local function escape_magic(text)
  return (text:gsub("%W", "%%%0"))
end

local function percent_encode(text)
  return (text:gsub("[^%w%-._~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

--- The client's secrets: the token that a call has or the last one used, and the options of a login. The first of them
-- says who logs in.
local function secrets_of(environment, call)
  local token = call and core.credential(call)
  local list = {token or environment.used_token or environment.token or nil}
  local login = environment.facts.login
  for i, names in ipairs{login.required, login.optional or {}} do
    for j = i == 1 and 2 or 1, #names do list[#list + 1] = environment[names[j]] end
  end
  return list
end

local function take_out(text, secret)
  if type(secret) ~= "string" or #secret < SHORTEST then return text end
  text = text:gsub(escape_magic(secret), PLACEHOLDER)
  return (text:gsub(escape_magic(percent_encode(secret)), PLACEHOLDER))
end

--- A text without the client's secrets; other values stay as they are.
-- @param environment
-- @param value
-- @param[opt] call whose text it is
function redact.text(environment, value, call)
  if type(value) ~= "string" then return value end
  for _, secret in ipairs(secrets_of(environment, call)) do value = take_out(value, secret) end
  return value
end

--- Redacts an error's texts. The answer itself stays as it came.
-- @treturn string its sentence
-- @treturn table the same error
function redact.failure(environment, err, call)
  for _, name in ipairs{"message", "text", "url", "code"} do err[name] = redact.text(environment, err[name], call) end
  return err.text, err
end

return redact
