-- SPDX-License-Identifier: MIT
-- Replays recorded exchanges: the call is made over a real socket, and what arrives and what comes back must be as
-- recorded. README.md in spec/vectors says what the members of a vector mean.

local compare = require "spec.support.compare"
local json = require "spec.support.json"

local replay = {}

-- Where each service's client is sent: what stands behind the server's root, and the option of a further base URL.
local SERVICES = {
  losant = { prefix = "" },
  kakaocloud = { prefix = "", root = "iam_url" },
  acronis = { prefix = "/api/2", root = "router_url" },
}

--- Reads a file of vectors.
-- @tparam string name of a service, or `written`, whose vectors say which service they belong to
-- @treturn table list of vectors
function replay.vectors(name)
  return json.read_file(("spec/vectors/%s.json"):format(name))
end

--- The Lua value that a caller would write for a JSON value: null is `instar.null`, `[]` is `instar.array{}`.
-- @param value as decoded by `json.decode`
-- @tparam table instar the library
function replay.argument(value, instar)
  if value == json.null then return instar.null end
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, member in pairs(value) do copy[key] = replay.argument(member, instar) end
  if json.is_array(value) and #value == 0 then return instar.array(copy) end
  return copy
end

local function client_options(service, vector, server)
  local options = { retries = 0 }
  for name, value in pairs(vector.client) do options[name] = value end
  options.trailing_slash = nil
  options.base_url = server:url("http") .. SERVICES[service].prefix .. (vector.client.trailing_slash and "/" or "")
  if SERVICES[service].root then options[SERVICES[service].root] = server:url("http") end
  return options
end

local function script_for(response)
  return {
    status = response.status, headers = response.headers, chunked = response.chunked,
    body = response.body, body_base64 = response.body_base64,
  }
end

local function find_operation(client, name)
  local resource, action = name:match("^(.-)%.(.+)$")
  return assert(client[resource][action], "the client has no operation " .. name)
end

local function check_returned(got, vector)
  local status = type(got[2]) == "table" and got[2].status or nil
  assert(got[1] ~= nil, ("the call failed: %s"):format(tostring(got[2])))
  assert(status == vector.response.status, ("response.status: expected %s, got %s"):format(
    tostring(vector.response.status), tostring(status)))
end

local function check_failed(got)
  local message, err = got[2], got[3]
  assert(got[1] == nil, "the call should have failed, it returned " .. json.show(got[1]))
  assert(type(message) == "string" and message ~= "", "the second value is not a message but " .. json.show(message))
  assert(err ~= nil, "there is no error object as third value")
  return err
end

local function check_field(err, name, expected)
  local ok = err[name] == expected
  assert(ok, ("err.%s: expected %s, got %s"):format(name, json.show(expected), json.show(err[name])))
end

-- A token endpoint that refuses the credentials may do so with any 4xx status.
local function check_error_kind(err, status, vector)
  if status == 401 or status == 403 then return check_field(err, "kind", "auth") end
  if vector.operation:find("^token%.") and err.kind == "auth" then return end
  check_field(err, "kind", "http")
end

-- What each kind of result demands of the values the call returned.
local results = {}

function results.json(expected, got, vector, _, instar)
  check_returned(got, vector)
  assert(compare.result(expected, got[1], instar.null))
end

function results.empty(_, got, vector)
  check_returned(got, vector)
  assert(got[1] == true, "an empty answer gives true, not " .. json.show(got[1]))
end

function results.text(expected, got, vector)
  check_returned(got, vector)
  assert(got[1] == expected, ("expected the text %s, got %s"):format(json.show(expected), json.show(got[1])))
end

function results.bytes(expected, got, vector, server)
  check_returned(got, vector)
  local length = type(got[1]) == "string" and #got[1]
  assert(length == expected.length, ("expected %d bytes, got %s"):format(expected.length, tostring(length)))
  assert(server:sha256(got[1]) == expected.sha256, "the bytes are not those expected")
end

function results.http_error(expected, got, vector)
  local err = check_failed(got)
  check_error_kind(err, expected.status, vector)
  check_field(err, "status", expected.status)
  check_field(err, "code", expected.code)
  check_field(err, "body", expected.body)
  check_field(err, "message", expected.message or err.message)
  assert(type(err.message) == "string" and err.message ~= "", "err.message is not a sentence")
end

function results.decode_error(_, got)
  check_field(check_failed(got), "kind", "decode")
end

local function result_kind(vector)
  local kind = next(vector.result)
  return assert(results[kind] and kind, ("%s: unknown kind of result: %s"):format(vector.id, tostring(kind)))
end

local function replay_exchange(instar, service, vector, server)
  server:queue(script_for(vector.response))
  local client = instar[service](client_options(service, vector, server))
  local call = find_operation(client, vector.operation)
  local got = { call(replay.argument(vector.args, instar)) }
  client:close()
  assert(compare.request(vector.request, server:only_request()))
  local kind = result_kind(vector)
  results[kind](vector.result[kind], got, vector, server, instar)
end

-- A refusal names what was wrong; a message of Lua's own would be a crash that only looks like one.
local function check_refusal(raised)
  assert(type(raised) == "string", "misuse raises a string, not " .. json.show(raised))
  assert(not raised:find("attempt to ", 1, true), "a crash, no refusal: " .. raised)
end

local function replay_refusal(instar, service, vector, server)
  local made, client = pcall(instar[service], client_options(service, vector, server))
  if not made then
    check_refusal(client)
  else
    local call = find_operation(client, vector.operation)
    local got = { pcall(call, replay.argument(vector.args, instar)) }
    if got[1] then
      check_field(check_failed { got[2], got[3], got[4] }, "kind", "auth")
    else
      check_refusal(got[2])
    end
    client:close()
  end
  assert(#server:requests() == 0, "something was sent although the call was refused")
end

--- Replays one vector; raises an error when anything differs.
-- @tparam table instar the library
-- @tparam string service
-- @tparam table vector
-- @tparam table server as from `spec.support.server`
function replay.run(instar, service, vector, server)
  server:reset()
  local replay_one = vector.result.refused and replay_refusal or replay_exchange
  replay_one(instar, service, vector, server)
end

return replay
