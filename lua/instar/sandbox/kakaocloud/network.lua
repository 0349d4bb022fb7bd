-- SPDX-License-Identifier: MIT
-- Network interfaces, public addresses and security groups: the records, and what binds them to each other.

local calendar = require "instar.sandbox.calendar"
local json = require "instar.sandbox.json"

local network = {}

--- The subnet that is there from the beginning.
network.SUBNET = "33333333-3333-4333-8333-333333333333"

--- Empty stores.
function network.new_state()
  return { interfaces = {}, public_ips = {}, groups = {}, hosts = 0, addresses = 9 }
end

--- Add a security group; groups are found by id and by name.
function network.add_group(state, id, name)
  state.network.groups[id] = { id = id, name = name }
  state.network.groups[name] = state.network.groups[id]
end

--- Whether an interface has a private address.
function network.is_used(state, address)
  for _, interface in pairs(state.network.interfaces) do
    if interface.private_ip == address then
      return true
    end
  end
  return false
end

local function next_address(state)
  local address
  repeat
    local hosts = state.network.hosts + 1
    state.network.hosts = hosts
    address = ("10.0.%d.%d"):format(math.floor(hosts / 250), hosts % 250 + 3)
  until not network.is_used(state, address)
  return address
end

local function mac_address(state)
  local digits = state.ids:hex(6)
  return "fa:16:3e:" .. digits:gsub("(%x%x)", "%1:", 2)
end

--- Add a free interface.
-- @tparam table state
-- @tparam table given `id`, `name`, `subnet_id`, `private_ip` and `groups` (records), each of them or not
-- @tparam number now epoch seconds
function network.add_interface(state, given, now)
  local id, time = given.id or state.ids:uuid(), calendar.format(now)
  local interface = {
    id = id, name = given.name or "nic-" .. id:sub(1, 8), status = "available",
    subnet_id = given.subnet_id or network.SUBNET, private_ip = given.private_ip or next_address(state),
    mac_address = mac_address(state), groups = json.array(given.groups or {}), allowed = json.array(),
    created_at = time, updated_at = time,
  }
  state.network.interfaces[id] = interface
  return interface
end

--- Add a free public address.
function network.add_public_ip(state, now, id)
  local time = calendar.format(now)
  state.network.addresses = state.network.addresses + 1
  local public_ip = {
    id = id or state.ids:uuid(), description = "", status = "available",
    public_ip = ("210.109.%d.%d"):format(math.floor(state.network.addresses / 250), state.network.addresses % 250),
    created_at = time, updated_at = time,
  }
  state.network.public_ips[public_ip.id] = public_ip
  return public_ip
end

--- Bind a public address to an interface.
function network.bind(public_ip, interface, now)
  interface.public_ip, public_ip.interface, public_ip.status = public_ip, interface, "in_use"
  public_ip.updated_at, interface.updated_at = calendar.format(now), calendar.format(now)
end

--- Take the public address off an interface that may have one.
-- @treturn ?table the address, free again
function network.unbind(interface, now)
  local public_ip = interface.public_ip
  if public_ip then
    interface.public_ip, public_ip.interface, public_ip.status = nil, nil, "available"
    public_ip.updated_at, interface.updated_at = calendar.format(now), calendar.format(now)
  end
  return public_ip
end

--- Position of a group on an interface.
-- @treturn ?number nil when it is not there
function network.position(interface, group)
  for index, other in ipairs(interface.groups) do
    if other == group then
      return index
    end
  end
end

return network
