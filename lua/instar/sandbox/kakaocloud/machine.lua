-- SPDX-License-Identifier: MIT
-- A machine: making and dropping one, its states, and what the clock does to it.

local calendar = require "instar.sandbox.calendar"
local catalogue = require "instar.sandbox.kakaocloud.catalogue"
local json = require "instar.sandbox.json"
local network = require "instar.sandbox.kakaocloud.network"
local project = require "instar.sandbox.kakaocloud.project"
local storage = require "instar.sandbox.kakaocloud.storage"

local machine = {}

-- What goes with each status; that of a task is the task's name.
local states = {
  active = { "active", "RUNNING", "in_use" },
  stopped = { "stopped", "SHUTDOWN", "in_use" },
  shelved_offloaded = { "shelved_offloaded", "SHUTDOWN", "reserved" },
  error = { "error", "NOSTATE", "error" },
  spawning = { "building", "NOSTATE", "creating", task = true },
  ["powering-on"] = { "stopped", "SHUTDOWN", "in_use", task = true },
  ["powering-off"] = { "active", "RUNNING", "in_use", task = true },
  rebooting = { "active", "RUNNING", "in_use", task = true },
  rebooting_hard = { "active", "RUNNING", "in_use", task = true },
  rebooting_started_hard = { "active", "SHUTDOWN", "in_use", task = true },
  shelving = { "active", "RUNNING", "in_use", task = true },
  shelving_offloading = { "shelved", "SHUTDOWN", "in_use", task = true },
  unshelving = { "shelved_offloaded", "SHUTDOWN", "reserved", task = true },
  resize_prep = { "stopped", "SHUTDOWN", "in_use", task = true },
  resize_migrating = { "stopped", "SHUTDOWN", "in_use", task = true },
  rebuilding = { "active", "RUNNING", "in_use", task = true },
  rebuild_spawning = { "active", "RUNNING", "in_use", task = true },
}

local VOLUME_MEMBERS = { "id", "name", "status", "mount_point", "type", "size", "is_delete_on_termination",
  "created_at", "is_root" }

local function show_addresses(entry)
  local addresses = json.array()
  for index, interface in ipairs(entry.interfaces) do
    addresses[index] = {
      private_ip = interface.private_ip, network_interface_id = interface.id,
      public_ip = interface.public_ip and interface.public_ip.public_ip or json.null,
    }
  end
  return addresses
end

local function show_volumes(entry)
  local volumes = json.array()
  for index, volume in ipairs(entry.volumes) do
    volumes[index] = {}
    for _, name in ipairs(VOLUME_MEMBERS) do
      volumes[index][name] = volume[name]
    end
  end
  return volumes
end

local function show_groups(entry)
  local groups, seen = json.array(), {}
  for _, interface in ipairs(entry.interfaces) do
    for _, group in ipairs(interface.groups) do
      if not seen[group.id] then
        groups[#groups + 1], seen[group.id] = { id = group.id, name = group.name }, true
      end
    end
  end
  return groups
end

--- Bring what instance.get answers up to date with what the machine has.
function machine.show(entry, now)
  local instance = entry.instance
  instance.addresses, instance.attached_volumes = show_addresses(entry), show_volumes(entry)
  instance.security_groups = show_groups(entry)
  instance.attached_volume_count = #instance.attached_volumes
  instance.security_group_count = #instance.security_groups
  instance.updated_at = calendar.format(now)
end

local function enter(entry, status, now)
  local instance, state = entry.instance, states[status]
  instance.status, instance.vm_state, instance.power_state = status, state[1], state[2]
  instance.task_state = state.task and status or json.null
  for _, volume in ipairs(entry.volumes) do
    volume.status = state[3]
  end
  entry.boots = entry.boots + (status == "active" and 1 or 0)
  machine.show(entry, now)
end

local function value_or(value, default)
  value = json.optional(value)
  if value == nil then
    return default
  end
  return value
end

local function groups_of(state, wanted)
  local groups = json.array()
  for index, group in ipairs(value_or(wanted, {})) do
    groups[index] = state.network.groups[group.name]
  end
  return groups
end

local function add_interfaces(state, entry, spec, now)
  for _, subnet in ipairs(spec.subnets) do
    local interface = state.network.interfaces[json.optional(subnet.network_interface_id)]
    if not interface then
      interface = network.add_interface(state, {
        id = subnet.new_id, subnet_id = subnet.id, private_ip = json.optional(subnet.private_ip),
        groups = groups_of(state, spec.security_groups),
      }, now)
      interface.goes_with_machine = true
    end
    machine.add_interface(entry, interface, now)
  end
end

local function add_volumes(state, entry, spec, now)
  for index, given in ipairs(value_or(spec.volumes, {})) do
    local is_existing = given.source_type == "volume"
    local volume = is_existing and state.volumes[given.uuid]
      or storage.add(state, { id = given.new_id, size = given.size,
        name = ("%s-%d"):format(entry.instance.name, index - 1) }, now)
    local is_delete = value_or(given.is_delete_on_termination, index == 1 and not is_existing)
    storage.attach(entry.volumes, volume, is_delete)
  end
end

--- Put an interface behind the others of a machine.
function machine.add_interface(entry, interface, now)
  interface.status, interface.entry, interface.updated_at = "in_use", entry, calendar.format(now)
  entry.interfaces[#entry.interfaces + 1] = interface
end

--- Make a machine and add it to the state.
-- @tparam table state
-- @tparam table spec as instance.create takes it; further: id, subnets[].new_id, volumes[].new_id, is_hadoop,
--   is_k8se, user_id
-- @tparam string name
-- @tparam string status
-- @tparam number created epoch seconds
-- @treturn table entry of the state; its `instance` has the shape that instance.get answers
function machine.add(state, spec, name, status, created)
  local instance = {
    id = spec.id or state.ids:uuid(), name = name, description = spec.description or json.null,
    flavor = catalogue.flavors[spec.flavor_id], image = catalogue.images[spec.image_id],
    instance_type = catalogue.kinds[spec.flavor_id],
    availability_zone = value_or(spec.availability_zone, "kr-central-2-a"), key_name = spec.key_name or json.null,
    is_hyper_threading = not value_or(spec.is_disable_hyper_threading, false),
    is_hadoop = spec.is_hadoop or false, is_k8se = spec.is_k8se or false,
    user_id = spec.user_id or project.user_id, project_id = project.id, created_at = calendar.format(created),
  }
  local entry = { instance = instance, interfaces = {}, volumes = {}, actions = {}, steps = {}, boots = 0 }
  add_interfaces(state, entry, spec, created)
  add_volumes(state, entry, spec, created)
  instance.hostname = "host-" .. entry.interfaces[1].private_ip:gsub("%.", "-")
  machine.record(state, entry, "create", created)
  enter(entry, status, created)
  state.instances[#state.instances + 1] = entry
  return entry
end

local function drop_volume(state, volume)
  if volume.is_delete_on_termination then
    state.volumes[volume.id] = nil
  else
    storage.release(volume)
  end
end

--- Forget a machine; what did not come with it stays, and is free.
function machine.drop(state, entry, now)
  for _, interface in ipairs(entry.interfaces) do
    network.unbind(interface, now)
    interface.entry, interface.status = nil, "available"
    if interface.goes_with_machine then
      state.network.interfaces[interface.id] = nil
    end
  end
  for _, volume in ipairs(entry.volumes) do
    drop_volume(state, volume)
  end
  for position, other in ipairs(state.instances) do
    if other == entry then
      table.remove(state.instances, position)
    end
  end
end

--- Note an action, the newest first. It ends now, or with the steps that are scheduled for it.
function machine.record(state, entry, action, now)
  table.insert(entry.actions, 1, {
    action = action, request_id = "req-" .. state.ids:uuid(), user_id = project.user_id,
    start_time = calendar.format(now), message = json.null, updated_at = calendar.format(now),
  })
end

--- Let a machine go through statuses, of which it takes the last when the time is over.
-- @tparam table entry
-- @tparam table statuses the first one is entered now, the others in equal steps
-- @tparam number now epoch seconds
-- @tparam number seconds how long all of it takes
-- @tparam[opt] table changes members of the instance that are new in the end
function machine.schedule(entry, statuses, now, seconds, changes)
  local count = #statuses
  for index = 2, count do
    entry.steps[index - 1] = { status = statuses[index], at = now + seconds * (index - 1) / (count - 1) }
  end
  entry.steps[count - 1].changes = changes or {}
  enter(entry, statuses[1], now)
end

local function step(entry)
  local at = table.remove(entry.steps, 1)
  for name, value in pairs(at.changes or {}) do
    entry.instance[name] = value
  end
  enter(entry, at.status, at.at)
  entry.actions[1].updated_at = calendar.format(at.at)
end

--- Let all machines be what the clock says they are by now.
function machine.advance(state, now)
  for _, entry in ipairs(state.instances) do
    while entry.steps[1] and now >= entry.steps[1].at do
      step(entry)
    end
  end
end

--- Find a machine as it is now.
-- @treturn ?table entry
function machine.find(state, id, now)
  machine.advance(state, now)
  for _, entry in ipairs(state.instances) do
    if entry.instance.id == id then
      return entry
    end
  end
end

--- Why a machine cannot be worked on, if it cannot.
-- @tparam table entry
-- @tparam table allowed true by vm_state
-- @treturn ?string
function machine.conflict(entry, allowed)
  local instance = entry.instance
  if instance.task_state ~= json.null then
    return ("Cannot do this while the instance is in task_state %s."):format(instance.task_state)
  elseif not allowed[instance.vm_state] then
    return ("Cannot do this while the instance is in vm_state %s."):format(instance.vm_state)
  end
end

return machine
