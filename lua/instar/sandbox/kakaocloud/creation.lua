-- SPDX-License-Identifier: MIT
-- What KakaoCloud accepts for a new instance, beyond the shape of the request.

local catalogue = require "instar.sandbox.kakaocloud.catalogue"
local json = require "instar.sandbox.json"
local network = require "instar.sandbox.kakaocloud.network"

local creation = {}

local QUOTA = 500

local function characters(text)
  return select(2, text:gsub("[^\128-\191]", ""))
end

local function invalid(text)
  return "Invalid input: " .. text .. "."
end

--- What is wrong with a name or description, if anything.
-- @tparam table fields may hold name and description; absent and null ones are fine
-- @treturn ?string
function creation.text_problem(fields)
  local name, description = json.optional(fields.name), json.optional(fields.description)
  if name and (#name < 4 or #name > 63) then
    return invalid("name must be 4-63 characters")
  elseif name and (not name:find("^%w[%w_-]*%w$") or name:find("[_-][_-]")) then
    return invalid("name must be letters, digits and single - or _ between them")
  elseif description and characters(description) > 100 then
    return invalid("description must be at most 100 characters")
  end
end

local function check_text(_, spec)
  local message = creation.text_problem(spec)
  if message then
    return 400, message
  end
end

local function check_catalogue(_, spec)
  if not catalogue.flavors[spec.flavor_id] then
    return 404, "Flavor could not be found."
  elseif not catalogue.images[spec.image_id] then
    return 404, "Image could not be found."
  end
end

local function check_count(state, spec)
  local count, used = spec.count or 1, #state.instances
  if count < 1 then
    return 400, invalid("count must be at least 1")
  elseif used + count > QUOTA then
    return 403, ("Quota exceeded for instances: requested %.0f, used %d of %d."):format(count, used, QUOTA)
  end
end

local function subnet_problem(subnet)
  local address = json.optional(subnet.private_ip)
  if address and json.optional(subnet.network_interface_id) then
    return "private_ip and network_interface_id exclude each other"
  elseif address and not address:find("^%d+%.%d+%.%d+%.%d+$") then
    return "private_ip must be an IPv4 address"
  end
end

local function check_subnets(_, spec)
  local subnets = spec.subnets
  local problem = #subnets == 0 and "at least one subnet is needed"
  for _, subnet in ipairs(subnets) do
    problem = problem or subnet_problem(subnet)
  end
  if problem then
    return 400, invalid(problem)
  end
  local groups = json.optional(spec.security_groups) or {}
  if json.optional(subnets[1].network_interface_id) and #groups > 0 then
    return 400, invalid("an interface on the first subnet excludes security groups")
  end
end

-- Groups and the key pair go by name.
local function check_names(state, spec)
  for _, group in ipairs(json.optional(spec.security_groups) or {}) do
    if not state.network.groups[group.name] then
      return 404, "Security group could not be found."
    end
  end
  local key = json.optional(spec.key_name)
  if key and not state.keypairs[key] then
    return 404, "Keypair could not be found."
  end
end

-- Whether a thing that is wanted by id is there and free.
local function existing_problem(found, is_free, name)
  if not found then
    return 404, name .. " could not be found."
  elseif not is_free then
    return 409, name .. " is in use."
  end
end

local function check_addresses(state, spec)
  for _, subnet in ipairs(spec.subnets) do
    local address = json.optional(subnet.private_ip)
    if address and network.is_used(state, address) then
      return 409, ("The address %s is in use."):format(address)
    elseif address and (spec.count or 1) > 1 then
      return 400, invalid("several instances cannot have the same private_ip")
    end
  end
end

local function check_interfaces(state, spec)
  local flavor = catalogue.flavors[spec.flavor_id]
  if #spec.subnets > flavor.maximum_network_interfaces then
    return 400, invalid(("%s takes at most %d subnets"):format(flavor.name, flavor.maximum_network_interfaces))
  end
  for _, subnet in ipairs(spec.subnets) do
    local id = json.optional(subnet.network_interface_id)
    local interface = state.network.interfaces[id]
    local status, message = existing_problem(interface, interface and not interface.entry, "Network interface")
    if id and status then
      return status, message
    elseif id and (spec.count or 1) > 1 then
      return 400, invalid("several instances cannot have the same network interface")
    end
  end
end

local function check_existing_volumes(state, spec)
  for _, given in ipairs(json.optional(spec.volumes) or {}) do
    if given.source_type == "volume" then
      local volume = state.volumes[json.optional(given.uuid)]
      local status, message = existing_problem(volume, volume and volume.status == "available", "Volume")
      if status then
        return status, message
      elseif (spec.count or 1) > 1 then
        return 400, invalid("several instances cannot have the same volume")
      end
    end
  end
end

local function check_volumes(_, spec)
  local volumes, image = json.optional(spec.volumes) or {}, catalogue.images[spec.image_id]
  local is_metal = catalogue.kinds[spec.flavor_id] == "bm"
  if is_metal ~= (#volumes == 0) then
    return 400, invalid(is_metal and "bare metal takes no volumes" or "at least one volume is needed")
  end
  local largest = image.is_windows and 2048 or 16384
  for index, volume in ipairs(volumes) do
    local least = index == 1 and volume.source_type ~= "volume" and image.min_disk or 1
    if volume.size < least or volume.size > largest then
      return 400, invalid(("volumes[%d].size must be %d-%d"):format(index - 1, least, largest))
    end
  end
end

local checks = { check_text, check_catalogue, check_count, check_subnets, check_volumes, check_names, check_addresses,
  check_interfaces, check_existing_volumes }

--- Why an instance cannot be created, if it cannot.
-- @tparam table state
-- @tparam table spec of the right shape
-- @treturn ?number status
-- @treturn ?string message
function creation.refusal(state, spec)
  for _, check in ipairs(checks) do
    local status, message = check(state, spec)
    if status then
      return status, message
    end
  end
end

return creation
