-- SPDX-License-Identifier: MIT
-- KakaoCloud's list of instances: filters, sorting, pages.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.kakaocloud.errors"
local listing = require "instar.sandbox.listing"
local machine = require "instar.sandbox.kakaocloud.machine"
local respond = require "instar.sandbox.respond"

local MAX_LIMIT = 1000

local function member(name)
  return function(instance) return instance[name] end
end

local function nested(name, inner)
  return function(instance) return instance[name][inner] end
end

local function first_address(name)
  return function(instance) return instance.addresses[1][name] end
end

-- What can be filtered and sorted by.
local fields = {
  availability_zone = member "availability_zone",
  created_at = member "created_at",
  flavor_name = nested("flavor", "name"),
  hostname = member "hostname",
  id = member "id",
  image_name = nested("image", "name"),
  instance_type = member "instance_type",
  is_hadoop = member "is_hadoop",
  is_k8se = member "is_k8se",
  name = member "name",
  os_type = nested("image", "os_type"),
  private_ip = first_address "private_ip",
  public_ip = first_address "public_ip",
  status = member "status",
  updated_at = member "updated_at",
  user_id = member "user_id",
  vm_state = member "vm_state",
}

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

local function same_moment(name)
  return function(instance, wanted)
    return calendar.parse(instance[name]) == calendar.parse(wanted)
  end
end

-- Filters that are not plain equality.
local special = {
  created_at = same_moment "created_at",
  name = function(instance, wanted) return instance.name:find(wanted, 1, true) ~= nil end,
  private_ip = any_address "private_ip",
  public_ip = any_address "public_ip",
  updated_at = same_moment "updated_at",
}

local function fits(instance, arguments)
  for name, value in pairs(fields) do
    local wanted, test = arguments[name], special[name]
    if wanted ~= nil and not (test and test(instance, wanted) or not test and value(instance) == wanted) then
      return false
    end
  end
  return true
end

local directions = { asc = false, desc = true }

-- Sort keys as listing wants them, or what is wrong with the request's.
local function sort_keys(arguments)
  local keys = {}
  for index, name in ipairs(arguments.sort_keys) do
    local descending = directions[arguments.sort_dirs[index] or "desc"]
    if not fields[name] then
      return nil, "sort_keys: unknown field " .. name
    elseif descending == nil then
      return nil, "sort_dirs: must be asc or desc"
    end
    keys[index] = { value = fields[name], descending = descending }
  end
  return keys
end

local function page_problem(arguments)
  return arguments.limit < 1 and "limit must be at least 1" or arguments.offset < 0 and "offset must not be negative"
end

local function instances_of(state)
  local instances = {}
  for index, entry in ipairs(state.instances) do
    instances[index] = entry.instance
  end
  return instances
end

--- instance.list
return function(call)
  local arguments = call.arguments
  local keys, problem = sort_keys(arguments)
  problem = problem or page_problem(arguments)
  if problem then
    return errors.error(call, 400, "Invalid input: " .. problem .. ".")
  end
  machine.advance(call.state, call.now)
  local found = listing.filter(instances_of(call.state), function(instance) return fits(instance, arguments) end)
  found = listing.sort(found, keys)
  local limit = math.min(arguments.limit, MAX_LIMIT)
  return respond.json(200, {
    instances = listing.slice(found, arguments.offset, limit),
    pagination = { total = #found, offset = arguments.offset, limit = limit },
  })
end
