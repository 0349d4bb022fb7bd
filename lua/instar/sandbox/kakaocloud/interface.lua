-- SPDX-License-Identifier: MIT
-- The network interfaces of a KakaoCloud instance, and their security groups.

local access = require "instar.sandbox.kakaocloud.access"
local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local machine = require "instar.sandbox.kakaocloud.machine"
local network = require "instar.sandbox.kakaocloud.network"
local project = require "instar.sandbox.kakaocloud.project"
local respond = require "instar.sandbox.respond"

local VPC = "88888888-8888-4888-8888-888888888888"
local LIMIT = 20

local function pick(list, member)
  local values = json.array()
  for index, item in ipairs(list) do
    values[index] = item[member]
  end
  return values
end

local function common_view(interface, entry)
  return {
    id = interface.id, name = interface.name, status = interface.status, description = json.null,
    project_id = project.id, mac_address = interface.mac_address, device_id = entry.instance.id,
    secondary_ips = json.array(), private_ip = interface.private_ip, is_network_interface_security_enabled = true,
    security_groups = pick(interface.groups, "id"),
    created_at = interface.created_at, updated_at = interface.updated_at,
  }
end

local function allowed_pairs(interface)
  local pairs_of = json.array()
  for index, address in ipairs(interface.allowed) do
    pairs_of[index] = { mac_address = interface.mac_address, ip_address = address }
  end
  return pairs_of
end

local function view(interface, entry)
  local whole = common_view(interface, entry)
  whole.vpc_id, whole.subnet_id, whole.project_name = VPC, interface.subnet_id, project.name
  whole.device_owner = "compute:" .. entry.instance.availability_zone
  whole.public_ip = interface.public_ip and interface.public_ip.public_ip or json.null
  whole.allowed_address_pairs, whole.security_groups = allowed_pairs(interface), json.array(interface.groups)
  return whole
end

local function list(_, entry)
  local interfaces = json.array()
  for index, interface in ipairs(entry.interfaces) do
    interfaces[index] = view(interface, entry)
  end
  return respond.json(200, {
    network_interfaces = interfaces, pagination = { total = #interfaces, offset = 0, limit = LIMIT },
  })
end

local function attach_problem(interface, entry)
  local flavor = entry.instance.flavor
  if not interface then
    return 404, "Network interface could not be found."
  elseif interface.entry then
    return 409, "The network interface is in use."
  elseif #entry.interfaces >= flavor.maximum_network_interfaces then
    return 400, ("Invalid input: %s takes at most %d network interfaces."):format(flavor.name,
      flavor.maximum_network_interfaces)
  end
end

local function attach(call, entry)
  local interface = call.state.network.interfaces[call.arguments.network_interface_id]
  local status, message = attach_problem(interface, entry)
  if status then
    return errors.error(call, status, message)
  end
  machine.add_interface(entry, interface, call.now)
  machine.record(call.state, entry, "attach_interface", call.now)
  machine.show(entry, call.now)
  return respond.json(200, { network_interface = {
    id = interface.id, status = interface.status, mac_address = interface.mac_address,
    private_ips = json.array{ { ip_address = interface.private_ip, subnet_id = interface.subnet_id } },
  } })
end

local function remove(interfaces, interface)
  for position, other in ipairs(interfaces) do
    if other == interface then
      return table.remove(interfaces, position)
    end
  end
end

local function detach(call, entry, interface)
  if entry.interfaces[1] == interface then
    return errors.error(call, 400, "Invalid input: the primary network interface cannot be detached.")
  end
  remove(entry.interfaces, interface)
  interface.entry, interface.status, interface.updated_at = nil, "available", calendar.format(call.now)
  interface.goes_with_machine = nil
  machine.record(call.state, entry, "detach_interface", call.now)
  machine.show(entry, call.now)
  return respond.empty(204)
end

-- An address, or a range such as 10.0.1.0/24.
local function is_address(text)
  local first, second, third, fourth, rest = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)(.*)$")
  for _, number in ipairs{ first or 256, second, third, fourth } do
    if tonumber(number) > 255 then
      return false
    end
  end
  return rest == "" or (tonumber(rest:match("^/(%d%d?)$")) or 33) <= 32
end

local function update_allowed(call, entry, interface)
  local addresses = pick(call.arguments.allowed_address_pairs, "ip_address")
  for index, address in ipairs(addresses) do
    if not is_address(address) then
      return errors.error(call, 400,
        ("Invalid input: allowed_address_pairs[%d].ip_address must be an IPv4 address or range."):format(index - 1))
    end
  end
  interface.allowed, interface.updated_at = addresses, calendar.format(call.now)
  return respond.json(200, { network_interface = common_view(interface, entry) })
end

-- Handlers about a group; `change` gets the interface, the group and the group's position on it.
local function on_group(change)
  return access.interface(function(call, entry, interface)
    local group = call.state.network.groups[call.arguments.security_group_id]
    if not group then
      return errors.error(call, 404, "Security group could not be found.")
    end
    local status, message = change(interface, group, network.position(interface, group))
    if status then
      return errors.error(call, status, message)
    end
    interface.updated_at = calendar.format(call.now)
    machine.show(entry, call.now)
    return respond.json(200, { security_group = { ids = pick(interface.groups, "id") } })
  end, access.settled)
end

local function attach_group(interface, group, position)
  if position then
    return 409, "The security group is attached already."
  end
  table.insert(interface.groups, group)
end

local function detach_group(interface, _, position)
  if not position then
    return 404, "Security group could not be found."
  end
  table.remove(interface.groups, position)
end

return {
  ["instance_network_interface.attach"] = access.machine(attach, access.usable),
  ["instance_network_interface.detach"] = access.interface(detach, access.usable),
  ["instance_network_interface.list"] = access.machine(list),
  ["instance_network_interface.update_allowed_addresses"] = access.interface(update_allowed, access.settled),
  ["instance_security_group.attach"] = on_group(attach_group),
  ["instance_security_group.detach"] = on_group(detach_group),
}
