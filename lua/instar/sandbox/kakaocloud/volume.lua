-- SPDX-License-Identifier: MIT
-- The volumes of a KakaoCloud instance.

local access = require "instar.sandbox.kakaocloud.access"
local creation = require "instar.sandbox.kakaocloud.creation"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local machine = require "instar.sandbox.kakaocloud.machine"
local respond = require "instar.sandbox.respond"
local storage = require "instar.sandbox.kakaocloud.storage"

local function attach_problem(volume, entry)
  if not volume then
    return 404, "Volume could not be found."
  elseif entry.instance.instance_type == "bm" then
    return 400, "Invalid input: bare metal takes no volumes."
  elseif volume.status ~= "available" then
    return 409, "The volume is " .. volume.status .. "."
  elseif storage.is_full(entry.volumes) then
    return 403, "Quota exceeded for volumes of an instance."
  end
end

local function attach(call, entry)
  local volume = call.state.volumes[call.arguments.volume_id]
  local status, message = attach_problem(volume, entry)
  if status then
    return errors.error(call, status, message)
  end
  storage.attach(entry.volumes, volume, json.optional(call.arguments.volume.is_delete_on_termination) or false)
  machine.record(call.state, entry, "attach_volume", call.now)
  machine.show(entry, call.now)
  return respond.json(200, { volume = {
    id = volume.id, instance_id = entry.instance.id, mount_point = volume.mount_point,
    is_delete_on_termination = volume.is_delete_on_termination,
  } })
end

local function detach(call, entry, volume, position)
  if volume.is_root then
    return errors.error(call, 400, "Invalid input: the root volume cannot be detached.")
  end
  table.remove(entry.volumes, position)
  storage.release(volume)
  machine.record(call.state, entry, "detach_volume", call.now)
  machine.show(entry, call.now)
  return respond.empty(204)
end

-- Absent members stay; a null description is none, other nulls change nothing.
local function update(call, entry, volume)
  local changes = call.arguments.volume
  local message = creation.text_problem{ description = changes.description }
  if message then
    return errors.error(call, 400, message)
  end
  for _, name in ipairs{ "name", "is_delete_on_termination" } do
    if json.optional(changes[name]) ~= nil then
      volume[name] = changes[name]
    end
  end
  if changes.description ~= nil then
    volume.description = changes.description
  end
  machine.show(entry, call.now)
  return respond.json(200, { volume = {
    id = volume.id, name = volume.name, description = volume.description,
    is_delete_on_termination = volume.is_delete_on_termination,
  } })
end

return {
  ["instance_volume.attach"] = access.machine(attach, access.usable),
  ["instance_volume.detach"] = access.volume(detach, access.usable),
  ["instance_volume.update"] = access.volume(update, access.settled),
}
