-- SPDX-License-Identifier: MIT
-- What can be done with a KakaoCloud instance as a whole, and the log of it.

local access = require "instar.sandbox.kakaocloud.access"
local catalogue = require "instar.sandbox.kakaocloud.catalogue"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local machine = require "instar.sandbox.kakaocloud.machine"
local respond = require "instar.sandbox.respond"
local views = require "instar.sandbox.kakaocloud.views"

local function is_metal(entry)
  return entry.instance.instance_type == "bm"
end

local function refuse_metal(_, entry)
  if is_metal(entry) then
    return nil, 400, "Invalid input: bare metal cannot be shelved."
  end
  return {}
end

local function resized(call, entry)
  local id = call.arguments.flavor.id
  if not catalogue.flavors[id] then
    return nil, 404, "Flavor could not be found."
  elseif is_metal(entry) then
    return nil, 400, "Invalid input: bare metal cannot be resized."
  elseif catalogue.kinds[id] ~= entry.instance.instance_type then
    return nil, 400, "Invalid input: the flavor is for another type of instance."
  elseif id == entry.instance.flavor.id then
    return nil, 400, "Invalid input: the instance has this flavor already."
  end
  return { flavor = catalogue.flavors[id] }
end

local function rebuilt(call, entry)
  local wanted, root = call.arguments.rebuild, entry.volumes[1]
  local image, key = catalogue.images[wanted.image_id], json.optional(wanted.key_name)
  if not image then
    return nil, 404, "Image could not be found."
  elseif key and not call.state.keypairs[key] then
    return nil, 404, "Keypair could not be found."
  elseif root and root.size < image.min_disk then
    return nil, 400, ("Invalid input: the image needs a root volume of %d GB."):format(image.min_disk)
  end
  entry.password = nil
  return { image = image, key_name = key or entry.instance.key_name }
end

local function rebuilt_answer(_, entry)
  return respond.json(200, { instance = views.rebuilt(entry.instance) })
end

local function accepted()
  return respond.empty(202)
end

-- `statuses` are those on the way, and the last one; `prepare` gives what changes on the way, or what forbids it.
local rows = {
  start = { from = { stopped = true }, statuses = { "powering-on", "active" } },
  stop = { from = { active = true }, statuses = { "powering-off", "stopped" } },
  soft_reboot = { from = { active = true }, statuses = { "rebooting", "active" }, log = "reboot" },
  hard_reboot = {
    from = access.usable, statuses = { "rebooting_hard", "rebooting_started_hard", "active" }, log = "reboot",
  },
  shelve = {
    from = access.usable, statuses = { "shelving", "shelving_offloading", "shelved_offloaded" },
    prepare = refuse_metal,
  },
  unshelve = { from = { shelved_offloaded = true }, statuses = { "unshelving", "active" } },
  resize = {
    from = { stopped = true }, statuses = { "resize_prep", "resize_migrating", "stopped" }, prepare = resized,
  },
  rebuild = {
    from = { active = true, stopped = true, error = true }, statuses = { "rebuilding", "rebuild_spawning", "active" },
    prepare = rebuilt, answer = rebuilt_answer,
  },
}

local function handler_of(name, row)
  return access.machine(function(call, entry)
    local changes, status, message = {}, nil, nil
    if row.prepare then
      changes, status, message = row.prepare(call, entry)
    end
    if not changes then
      return errors.error(call, status, message)
    end
    machine.record(call.state, entry, row.log or name, call.now)
    machine.schedule(entry, row.statuses, call.now, call.box.build_seconds, changes)
    return (row.answer or accepted)(call, entry)
  end, row.from)
end

local handlers = {
  ["instance.list_actions"] = access.machine(function(_, entry)
    return respond.json(200, { actions = json.array(entry.actions) })
  end),
}

for name, row in pairs(rows) do
  handlers["instance." .. name] = handler_of(name, row)
end

return handlers
