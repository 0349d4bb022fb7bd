-- SPDX-License-Identifier: MIT
-- KakaoCloud's list of instances.

local machine = require "instar.sandbox.kakaocloud.machine"
local pages = require "instar.sandbox.kakaocloud.pages"

local function nested(name, inner)
  return function(instance) return instance[name][inner] end
end

local function first_address(name)
  return function(instance) return instance.addresses[1][name] end
end

local function any_address(name)
  return function(instance, wanted)
    for _, address in ipairs(instance.addresses) do
      if address[name] == wanted then
        return true
      end
    end
    return false
  end
end

local fields = pages.members{ "availability_zone", "created_at", "hostname", "id", "instance_type", "is_hadoop",
  "is_k8se", "name", "status", "updated_at", "user_id", "vm_state" }
fields.flavor_name = nested("flavor", "name")
fields.image_name = nested("image", "name")
fields.os_type = nested("image", "os_type")
fields.private_ip = first_address "private_ip"
fields.public_ip = first_address "public_ip"

--- instance.list
return pages.handler{
  name = "instances",
  fields = fields,
  filters = {
    created_at = pages.same_moment "created_at",
    name = function(instance, wanted) return instance.name:find(wanted, 1, true) ~= nil end,
    private_ip = any_address "private_ip",
    public_ip = any_address "public_ip",
    updated_at = pages.same_moment "updated_at",
  },
  items = function(call)
    machine.advance(call.state, call.now)
    local instances = {}
    for index, entry in ipairs(call.state.instances) do
      instances[index] = entry.instance
    end
    return instances
  end,
}
