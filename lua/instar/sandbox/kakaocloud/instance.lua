-- SPDX-License-Identifier: MIT
-- KakaoCloud's instance: create, get, update, delete.

local calendar = require "instar.sandbox.calendar"
local creation = require "instar.sandbox.kakaocloud.creation"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local machine = require "instar.sandbox.kakaocloud.machine"
local respond = require "instar.sandbox.respond"

local instance = {}

local function find(call)
  machine.advance(call.state, call.now)
  for position, entry in ipairs(call.state.instances) do
    if entry.instance.id == call.arguments.instance_id then
      return entry.instance, position
    end
  end
end

local function not_found(call)
  return errors.error(call, 404, "Instance could not be found.")
end

--- instance.get
function instance.get(call)
  local found = find(call)
  return found and respond.json(200, { instance = found }) or not_found(call)
end

--- instance.delete
function instance.delete(call)
  local found, position = find(call)
  if not found then
    return not_found(call)
  end
  table.remove(call.state.instances, position)
  return respond.empty(204)
end

local function numbered(spec, index)
  return (spec.count or 1) > 1 and ("%s-%d"):format(spec.name, index) or spec.name
end

local function created_view(made)
  local groups = json.array()
  for index, group in ipairs(made.security_groups) do
    groups[index] = { name = group.name }
  end
  return { id = made.id, security_groups = groups, admin_pass = json.null, disk_config = "MANUAL" }
end

--- instance.create: may make several, answers the first.
function instance.create(call)
  local spec = call.arguments.instance
  local status, message = creation.refusal(call.state, spec)
  if status then
    return errors.error(call, status, message)
  end
  local first
  for index = 1, spec.count or 1 do
    local entry = machine.add(call.state, spec, numbered(spec, index), "spawning", call.now)
    machine.schedule(entry, "active", call.now + call.box.build_seconds)
    first = first or entry.instance
  end
  return respond.json(200, { instance = created_view(first) })
end

local function updated_addresses(found)
  local addresses = json.array()
  for index, address in ipairs(found.addresses) do
    addresses[index] = { addr = address.private_ip, version = "4" }
  end
  return addresses
end

local function updated_volumes(found)
  local volumes = json.array()
  for index, volume in ipairs(found.attached_volumes) do
    volumes[index] = { id = volume.id, is_delete_on_termination = volume.is_delete_on_termination }
  end
  return volumes
end

-- The answer to an update has members and shapes of its own.
local function updated_view(found)
  local view = {
    metadata = {},
    flavor = {
      vcpus = found.flavor.vcpus, ram = found.flavor.memory_mb, disk = found.flavor.root_gb,
      original_name = found.flavor.name,
    },
    addresses = updated_addresses(found),
    attached_volumes = updated_volumes(found),
    security_groups = created_view(found).security_groups,
    description = json.optional(found.description) or "",
    terminated_at = json.null,
  }
  for _, name in ipairs{ "id", "name", "project_id", "user_id", "created_at", "updated_at", "availability_zone",
    "key_name", "task_state", "vm_state", "power_state", "hostname" } do
    view[name] = found[name]
  end
  return view
end

--- instance.update: absent members stay, a null description is none.
function instance.update(call)
  local found, changes = find(call), call.arguments.instance
  if not found then
    return not_found(call)
  end
  local message = creation.text_problem(changes)
  if message then
    return errors.error(call, 400, message)
  end
  found.name = json.optional(changes.name) or found.name
  if changes.description ~= nil then
    found.description = changes.description
  end
  found.updated_at = calendar.format(call.now)
  return respond.json(200, { instance = updated_view(found) })
end

return instance
