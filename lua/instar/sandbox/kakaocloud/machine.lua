-- SPDX-License-Identifier: MIT
-- A machine: making one, its states, and what the clock does to it.

local calendar = require "instar.sandbox.calendar"
local catalogue = require "instar.sandbox.kakaocloud.catalogue"
local json = require "instar.sandbox.json"
local project = require "instar.sandbox.kakaocloud.project"

local machine = {}

-- What goes with each status.
local states = {
  active = { vm_state = "active", power_state = "RUNNING", volumes = "in_use" },
  stopped = { vm_state = "stopped", power_state = "SHUTDOWN", volumes = "in_use" },
  shelved_offloaded = { vm_state = "shelved_offloaded", power_state = "SHUTDOWN", volumes = "reserved" },
  error = { vm_state = "error", power_state = "NOSTATE", volumes = "error" },
  spawning = { vm_state = "building", power_state = "NOSTATE", task_state = "spawning", volumes = "creating" },
}

local function enter(instance, status, now)
  local state = states[status]
  instance.status = status
  instance.vm_state, instance.power_state = state.vm_state, state.power_state
  instance.task_state = state.task_state or json.null
  for _, volume in ipairs(instance.attached_volumes) do
    volume.status = state.volumes
  end
  instance.updated_at = calendar.format(now)
end

local function next_address(state)
  state.hosts = state.hosts + 1
  return ("10.0.%d.%d"):format(math.floor(state.hosts / 250), state.hosts % 250 + 3)
end

local function value_or(value, default)
  value = json.optional(value)
  if value == nil then
    return default
  end
  return value
end

local function addresses_of(state, subnets)
  local addresses = json.array()
  for index, subnet in ipairs(subnets) do
    addresses[index] = {
      private_ip = json.optional(subnet.private_ip) or next_address(state),
      public_ip = subnet.public_ip or json.null,
      network_interface_id = json.optional(subnet.network_interface_id) or state.ids:uuid(),
    }
  end
  return addresses
end

local function volumes_of(state, spec, name, created_at)
  local volumes = json.array()
  for index, volume in ipairs(value_or(spec.volumes, {})) do
    local is_existing = volume.source_type == "volume"
    volumes[index] = {
      id = is_existing and json.optional(volume.uuid) or state.ids:uuid(),
      name = ("%s-%d"):format(name, index - 1),
      mount_point = "/dev/vd" .. ("abcdefghijklmnopqrstuvwxyz"):sub(index, index),
      type = "SSD",
      size = volume.size,
      is_delete_on_termination = value_or(volume.is_delete_on_termination, index == 1 and not is_existing),
      created_at = created_at,
      is_root = index == 1,
    }
  end
  return volumes
end

local function groups_of(state, wanted)
  local groups = json.array()
  for index, group in ipairs(value_or(wanted, {})) do
    local id = state.groups[group.name] or state.ids:uuid()
    state.groups[group.name] = id
    groups[index] = { id = id, name = group.name }
  end
  return groups
end

--- Make a machine and add it to the state.
-- @tparam table state
-- @tparam table spec as instance.create takes it; further: subnets[].public_ip, is_hadoop, is_k8se, user_id
-- @tparam string name
-- @tparam string status
-- @tparam number created epoch seconds
-- @treturn table entry of the state; its `instance` has the shape that instance.get answers
function machine.add(state, spec, name, status, created)
  local created_at = calendar.format(created)
  local instance = {
    id = spec.id or state.ids:uuid(), name = name, description = spec.description or json.null,
    flavor = catalogue.flavors[spec.flavor_id], image = catalogue.images[spec.image_id],
    instance_type = catalogue.kinds[spec.flavor_id],
    availability_zone = value_or(spec.availability_zone, "kr-central-2-a"),
    addresses = addresses_of(state, spec.subnets), attached_volumes = volumes_of(state, spec, name, created_at),
    security_groups = groups_of(state, spec.security_groups), key_name = spec.key_name or json.null,
    is_hyper_threading = not value_or(spec.is_disable_hyper_threading, false),
    is_hadoop = spec.is_hadoop or false, is_k8se = spec.is_k8se or false,
    user_id = spec.user_id or project.user_id, project_id = project.id, created_at = created_at,
  }
  instance.hostname = "host-" .. instance.addresses[1].private_ip:gsub("%.", "-")
  instance.attached_volume_count = #instance.attached_volumes
  instance.security_group_count = #instance.security_groups
  enter(instance, status, created)
  local entry = { instance = instance }
  state.instances[#state.instances + 1] = entry
  return entry
end

--- Let a machine become something else later.
function machine.schedule(entry, status, at)
  entry.next = { status = status, at = at }
end

--- Let all machines be what the clock says they are by now.
function machine.advance(state, now)
  for _, entry in ipairs(state.instances) do
    if entry.next and now >= entry.next.at then
      enter(entry.instance, entry.next.status, entry.next.at)
      entry.next = nil
    end
  end
end

return machine
