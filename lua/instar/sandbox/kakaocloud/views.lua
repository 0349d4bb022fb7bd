-- SPDX-License-Identifier: MIT
-- The other shapes in which KakaoCloud shows an instance: of instance.create, instance.update and instance.rebuild.

local json = require "instar.sandbox.json"

local views = {}

local SAME = { "id", "name", "project_id", "user_id", "created_at", "updated_at", "availability_zone", "key_name",
  "task_state", "vm_state", "power_state", "hostname" }

local function group_names(instance)
  local groups = json.array()
  for index, group in ipairs(instance.security_groups) do
    groups[index] = { name = group.name }
  end
  return groups
end

--- What instance.create answers.
function views.created(instance)
  return {
    id = instance.id, security_groups = group_names(instance), admin_pass = json.null, disk_config = "MANUAL",
  }
end

local function addresses(instance)
  local list = json.array()
  for index, address in ipairs(instance.addresses) do
    list[index] = { addr = address.private_ip, version = "4" }
  end
  return list
end

local function volumes(instance, id_name)
  local list = json.array()
  for index, volume in ipairs(instance.attached_volumes) do
    list[index] = { [id_name] = volume.id, is_delete_on_termination = volume.is_delete_on_termination }
  end
  return list
end

local function changed(instance, volume_id_name)
  local view = {
    metadata = {},
    flavor = {
      vcpus = instance.flavor.vcpus, ram = instance.flavor.memory_mb, disk = instance.flavor.root_gb,
      original_name = instance.flavor.name,
    },
    addresses = addresses(instance),
    attached_volumes = volumes(instance, volume_id_name),
    security_groups = group_names(instance),
    description = json.optional(instance.description) or "",
    terminated_at = json.null,
  }
  for _, name in ipairs(SAME) do
    view[name] = instance[name]
  end
  return view
end

--- What instance.update answers.
function views.updated(instance)
  return changed(instance, "id")
end

--- What instance.rebuild answers: the ids of volumes have another name.
function views.rebuilt(instance)
  return changed(instance, "volume_id")
end

return views
