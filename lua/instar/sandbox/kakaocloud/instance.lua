-- SPDX-License-Identifier: MIT
-- KakaoCloud's instance: create, get, update, delete.

local access = require "instar.sandbox.kakaocloud.access"
local calendar = require "instar.sandbox.calendar"
local creation = require "instar.sandbox.kakaocloud.creation"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local machine = require "instar.sandbox.kakaocloud.machine"
local respond = require "instar.sandbox.respond"
local views = require "instar.sandbox.kakaocloud.views"

local instance = {}

--- instance.get
instance.get = access.machine(function(_, entry)
  return respond.json(200, { instance = entry.instance })
end)

--- instance.delete
instance.delete = access.machine(function(call, entry)
  machine.drop(call.state, entry, call.now)
  return respond.empty(204)
end)

local function numbered(spec, index)
  return (spec.count or 1) > 1 and ("%s-%d"):format(spec.name, index) or spec.name
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
    machine.schedule(entry, { "spawning", "active" }, call.now, call.box.build_seconds)
    first = first or entry.instance
  end
  return respond.json(200, { instance = views.created(first) })
end

--- instance.update: absent members stay, a null description is none.
instance.update = access.machine(function(call, entry)
  local found, changes = entry.instance, call.arguments.instance
  local message = creation.text_problem(changes)
  if message then
    return errors.error(call, 400, message)
  end
  found.name = json.optional(changes.name) or found.name
  if changes.description ~= nil then
    found.description = changes.description
  end
  found.updated_at = calendar.format(call.now)
  return respond.json(200, { instance = views.updated(found) })
end)

return instance
