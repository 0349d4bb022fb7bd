-- SPDX-License-Identifier: MIT
-- Volumes: the records, and where machines have them.

local calendar = require "instar.sandbox.calendar"
local json = require "instar.sandbox.json"

local storage = {}

local LETTERS = "abcdefghijklmnopqrstuvwxyz"

--- Add a free volume.
-- @tparam table state
-- @tparam table given `size`, `name`, `id` or not
-- @tparam number now epoch seconds
function storage.add(state, given, now)
  local id = given.id or state.ids:uuid()
  state.volumes[id] = {
    id = id, name = given.name, description = json.null, type = "SSD", size = given.size, status = "available",
    is_delete_on_termination = false, is_root = false, created_at = calendar.format(now),
  }
  return state.volumes[id]
end

local function is_taken(volumes, mount_point)
  for _, volume in ipairs(volumes) do
    if volume.mount_point == mount_point then
      return true
    end
  end
  return false
end

local function free_mount_point(volumes)
  for letter in LETTERS:gmatch(".") do
    if not is_taken(volumes, "/dev/vd" .. letter) then
      return "/dev/vd" .. letter
    end
  end
end

--- Put a volume behind the others of a machine.
-- @tparam table volumes the machine's
-- @tparam table volume
-- @tparam boolean is_delete whether it goes with the machine
function storage.attach(volumes, volume, is_delete)
  volume.mount_point = free_mount_point(volumes)
  volume.is_root, volume.is_delete_on_termination, volume.status = #volumes == 0, is_delete, "in_use"
  volumes[#volumes + 1] = volume
end

--- Whether a machine has all the volumes it can have.
function storage.is_full(volumes)
  return #volumes >= #LETTERS
end

--- Free a volume.
function storage.release(volume)
  volume.mount_point, volume.is_root, volume.status = nil, false, "available"
end

return storage
