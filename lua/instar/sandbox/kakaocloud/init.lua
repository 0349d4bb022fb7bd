-- SPDX-License-Identifier: MIT
-- KakaoCloud in small: what the core needs to know of it, and its operations.

local credentials = require "instar.sandbox.credentials"
local errors = require "instar.sandbox.kakaocloud.errors"
local instance = require "instar.sandbox.kakaocloud.instance"
local keypair = require "instar.sandbox.kakaocloud.keypair"
local network = require "instar.sandbox.kakaocloud.network"
local seeds = require "instar.sandbox.kakaocloud.seeds"
local sequence = require "instar.sandbox.sequence"
local token = require "instar.sandbox.kakaocloud.token"
local tokens = require "instar.sandbox.tokens"

local kakaocloud = {
  name = "kakaocloud",
  error = errors.error,
  refuse = errors.refuse,
  policy = {},
  handlers = {
    ["instance.create"] = instance.create,
    ["instance.delete"] = instance.delete,
    ["instance.get"] = instance.get,
    ["instance.list"] = require "instar.sandbox.kakaocloud.list",
    ["instance.update"] = instance.update,
    ["token.issue"] = token.issue,
    ["token.validate"] = token.validate,
  },
}

for _, handlers in ipairs{
  keypair.handlers,
  require "instar.sandbox.kakaocloud.action",
  require "instar.sandbox.kakaocloud.flavor",
  require "instar.sandbox.kakaocloud.guest",
  require "instar.sandbox.kakaocloud.interface",
  require "instar.sandbox.kakaocloud.public_ip",
  (require "instar.sandbox.kakaocloud.volume"),
} do
  for name, handler in pairs(handlers) do
    kakaocloud.handlers[name] = handler
  end
end

--- Whether a path is BCS's or IAM's.
function kakaocloud.owns(path)
  return path:find("^/api/v1/") ~= nil or path:find("^/identity/") ~= nil
end

--- The path on the wire.
function kakaocloud.path_of(operation)
  return operation.path
end

--- The first state of a box.
function kakaocloud.new_state(box)
  local state = {
    ids = sequence.new(2002),
    tokens = tokens.new(credentials.kakaocloud.token),
    issued = {},
    instances = {},
    network = network.new_state(),
    volumes = {},
    keypairs = {},
    keys = 0,
  }
  seeds.add(state, box.clock())
  token.seed(state, box.clock())
  return state
end

--- Refuse calls without a good token.
function kakaocloud.authenticate(call)
  if not call.state.tokens:accepts(call.request.headers["x-auth-token"], call.now) then
    return errors.error(call, 401, "The request you have made requires authentication.")
  end
end

return kakaocloud
