-- SPDX-License-Identifier: MIT
-- The public addresses of a KakaoCloud instance's interfaces.

local access = require "instar.sandbox.kakaocloud.access"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local machine = require "instar.sandbox.kakaocloud.machine"
local network = require "instar.sandbox.kakaocloud.network"
local project = require "instar.sandbox.kakaocloud.project"
local respond = require "instar.sandbox.respond"

local function view(public_ip, private_ip)
  return {
    id = public_ip.id, description = public_ip.description, status = public_ip.status, project_id = project.id,
    public_ip = public_ip.public_ip, private_ip = private_ip or json.null, created_at = public_ip.created_at,
    updated_at = public_ip.updated_at,
  }
end

local function not_found(call)
  return errors.error(call, 404, "Public IP could not be found.")
end

local function bind(call, entry, interface, public_ip)
  network.bind(public_ip, interface, call.now)
  machine.show(entry, call.now)
  return respond.json(200, { public_ip = view(public_ip, interface.private_ip) })
end

local function has_one(call)
  return errors.error(call, 409, "The network interface has a public IP already.")
end

local function associate(call, entry, interface)
  local public_ip = call.state.network.public_ips[call.arguments.public_ip_id]
  if not public_ip then
    return not_found(call)
  elseif public_ip.interface then
    return errors.error(call, 409, "The public IP is in use.")
  end
  return interface.public_ip and has_one(call) or bind(call, entry, interface, public_ip)
end

local function associate_new(call, entry, interface)
  return interface.public_ip and has_one(call)
    or bind(call, entry, interface, network.add_public_ip(call.state, call.now))
end

local function remove(call, entry, interface)
  local public_ip = network.unbind(interface, call.now)
  if not public_ip then
    return not_found(call)
  end
  machine.show(entry, call.now)
  if call.arguments.is_delete then
    call.state.network.public_ips[public_ip.id], public_ip.status = nil, "deleting"
  end
  return respond.json(200, { public_ip = view(public_ip) })
end

return {
  ["instance_public_ip.associate"] = access.interface(associate, access.settled),
  ["instance_public_ip.associate_new"] = access.interface(associate_new, access.settled),
  ["instance_public_ip.remove"] = access.interface(remove, access.settled),
}
