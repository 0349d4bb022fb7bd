-- SPDX-License-Identifier: MIT
-- KakaoCloud's key pairs: create or import, get, list, delete.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local pages = require "instar.sandbox.kakaocloud.pages"
local project = require "instar.sandbox.kakaocloud.project"
local respond = require "instar.sandbox.respond"
local sequence = require "instar.sandbox.sequence"

local keypair = {}

local MODULUS = 2147483647

-- Sixteen bytes that depend on the key's text alone, as a fingerprint does.
local function fingerprint_of(public_key)
  local sum = 7
  for index = 1, #public_key do
    sum = (sum * 31 + public_key:byte(index)) % MODULUS
  end
  return (sequence.new(sum + 1):hex(32):gsub("%x%x", "%0:"):sub(1, -2))
end

--- Add a key pair to the state.
-- @tparam table state
-- @tparam string name
-- @tparam ?string public_key a new one by default
-- @tparam number now epoch seconds
function keypair.add(state, name, public_key, now)
  public_key = public_key or ("ssh-rsa AAAAB3NzaC1yc2E%s %s"):format(state.ids:text(348), name)
  state.keys = state.keys + 1
  state.keypairs[name] = {
    id = ("%d"):format(state.keys), name = name, user_id = project.user_id, fingerprint = fingerprint_of(public_key),
    public_key = public_key, type = "ssh", created_at = calendar.format(now),
  }
  return state.keypairs[name]
end

local function problem_of(state, wanted)
  local name, public_key = wanted.name, json.optional(wanted.public_key)
  if #name < 4 or #name > 250 then
    return 400, "Invalid input: name must be 4-250 characters."
  elseif not name:find("^%w[%w_-]*%w$") or name:find("[_-][_-]") then
    return 400, "Invalid input: name must be letters, digits and single - or _ between them."
  elseif public_key and not public_key:find("^%l[%w-]+ [%w+/]+=*") then
    return 400, "Invalid input: public_key must be an OpenSSH public key."
  elseif state.keypairs[name] then
    return 409, ("Key pair '%s' already exists."):format(name)
  end
end

-- Random text in the shape of a private key: nothing can be signed with it.
local function private_key(state)
  local lines = { "-----BEGIN RSA PRIVATE KEY-----" }
  for _ = 1, 24 do
    lines[#lines + 1] = state.ids:text(64)
  end
  return table.concat(lines, "\n") .. "\n-----END RSA PRIVATE KEY-----\n"
end

-- The private key of a new pair is in this answer only; an imported one has none.
local function create(call)
  local wanted = call.arguments.keypair
  local status, message = problem_of(call.state, wanted)
  if status then
    return errors.error(call, status, message)
  end
  local public_key = json.optional(wanted.public_key)
  local made = keypair.add(call.state, wanted.name, public_key, call.now)
  return respond.json(public_key and 201 or 200, { keypair = {
    name = made.name, user_id = made.user_id, fingerprint = made.fingerprint, public_key = made.public_key,
    type = made.type, private_key = not public_key and private_key(call.state) or nil,
  } })
end

local function on_keypair(handler)
  return function(call)
    local found = call.state.keypairs[call.arguments.keypair_name]
    return found and handler(call, found) or errors.error(call, 404, "Keypair could not be found.")
  end
end

local function get(_, found)
  return respond.json(200, { keypair = found })
end

local function delete(call, found)
  call.state.keypairs[found.name] = nil
  return respond.empty(204)
end

-- Oldest first, for a list that is not sorted by anything else.
local function in_order(call)
  local items = {}
  for _, item in pairs(call.state.keypairs) do
    items[#items + 1] = item
  end
  table.sort(items, function(a, b) return tonumber(a.id) < tonumber(b.id) end)
  return items
end

--- The operations.
keypair.handlers = {
  ["keypair.create"] = create,
  ["keypair.delete"] = on_keypair(delete),
  ["keypair.get"] = on_keypair(get),
  ["keypair.list"] = pages.handler{
    name = "keypairs",
    fields = pages.members{ "id", "name", "type", "fingerprint", "created_at" },
    filters = { created_at = pages.same_moment "created_at" },
    items = in_order,
  },
}

return keypair
