-- SPDX-License-Identifier: MIT
-- Handlers for calls about one machine: they run only when it is there, and in a state that allows them.

local errors = require "instar.sandbox.kakaocloud.errors"
local machine = require "instar.sandbox.kakaocloud.machine"

local access = {}

--- States for what needs a machine that can work.
access.usable = { active = true, stopped = true }

--- States for what needs no more than a machine that does nothing else.
access.settled = { active = true, stopped = true, shelved_offloaded = true, error = true }

--- A handler for a call about a machine.
-- @tparam function handler gets the call and the machine's entry
-- @tparam[opt] table allowed true by vm_state; without it every state is fine
function access.machine(handler, allowed)
  return function(call)
    local entry = machine.find(call.state, call.arguments.instance_id, call.now)
    if not entry then
      return errors.error(call, 404, "Instance could not be found.")
    end
    local conflict = allowed and machine.conflict(entry, allowed)
    if conflict then
      return errors.error(call, 409, conflict)
    end
    return handler(call, entry)
  end
end

--- A handler for a call about an interface of a machine; it gets call, entry and interface.
function access.interface(handler, allowed)
  return access.machine(function(call, entry)
    local interface = call.state.network.interfaces[call.arguments.network_interface_id]
    if not interface or interface.entry ~= entry then
      return errors.error(call, 404, "Network interface could not be found.")
    end
    return handler(call, entry, interface)
  end, allowed)
end

--- A handler for a call about a volume of a machine; it gets call, entry, volume and its position.
function access.volume(handler, allowed)
  return access.machine(function(call, entry)
    for position, volume in ipairs(entry.volumes) do
      if volume.id == call.arguments.volume_id then
        return handler(call, entry, volume, position)
      end
    end
    return errors.error(call, 404, "Volume could not be found.")
  end, allowed)
end

return access
