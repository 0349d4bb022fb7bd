-- SPDX-License-Identifier: MIT
-- What is there from the beginning: machines, and what can be attached to them.

local keypair = require "instar.sandbox.kakaocloud.keypair"
local machine = require "instar.sandbox.kakaocloud.machine"
local network = require "instar.sandbox.kakaocloud.network"
local storage = require "instar.sandbox.kakaocloud.storage"

local seeds = {}

local DAY = 86400
local FLAVOR, IMAGE = "22222222-2222-4222-8222-22222222222", "11111111-1111-4111-8111-11111111111"
local INTERFACE, VOLUME = "44444444-4444-4444-8444-44444444444", "55555555-5555-4555-8555-55555555555"
local PUBLIC_IP, GROUP = "77777777-7777-4777-8777-777777777777", "66666666-6666-4666-8666-66666666666"

-- By the last digits of their ids.
local groups = { [6] = "monitoring", [7] = "web", [8] = "default" }

-- Numbers of flavor, image, interfaces and known volumes are the last digits of their ids; `age` is in days, volumes
-- are sizes; interfaces of 0 have ids that nobody knows beforehand; `public_ip` is for the first.
local rows = {
  {
    id = "6f1c0e3a-8b52-4b5e-9c4d-0a1b2c3d4e5f", name = "web-01", flavor = 2, image = 1, zone = "a", age = 400,
    status = "active", public_ip = true, groups = { "default", "web" }, volumes = { 50 }, interfaces = { 4 },
  },
  {
    name = "web-02", flavor = 2, image = 1, zone = "b", age = 399, status = "active", public_ip = true,
    groups = { "default", "web" }, volumes = { 50 },
  },
  {
    id = "9c4f316d-be85-4e81-af70-3d4e5f607182", name = "db-primary", flavor = 3, image = 2, zone = "a", age = 380,
    status = "active", volumes = { 100, 2000 }, known_volumes = { [2] = 6 }, interfaces = { 7, 6 },
  },
  {
    id = "7a2d1f4b-9c63-4c6f-8d5e-1b2c3d4e5f60", name = "db-replica", flavor = 3, image = 2, zone = "c", age = 380,
    status = "stopped", last = "stop", volumes = { 100, 2000 },
  },
  {
    name = "결제-서버", flavor = 2, image = 2, zone = "b", age = 210, status = "active", volumes = { 50 },
    description = "결제 API",
  },
  {
    name = "office-desktop", flavor = 2, image = 3, zone = "a", age = 150, status = "stopped", last = "stop",
    volumes = { 120 },
  },
  {
    id = "8b3e205c-ad74-4d70-9e6f-2c3d4e5f6071", name = "batch-old", flavor = 4, image = 1, zone = "c", age = 120,
    status = "shelved_offloaded", last = "shelve", volumes = { 20 },
  },
  { name = "train-gpu-1", flavor = 5, image = 1, zone = "b", age = 60, status = "active", volumes = { 500 } },
  { name = "train-gpu-2", flavor = 5, image = 1, zone = "b", age = 60, status = "error", volumes = { 500 } },
  { name = "metal-1", flavor = 6, image = 1, zone = "c", age = 45, status = "active", volumes = {} },
  {
    name = "hadoop-worker-1", flavor = 3, image = 2, zone = "a", age = 30, status = "active", volumes = { 200 },
    is_hadoop = true,
  },
  {
    name = "k8s-pool-a1", flavor = 2, image = 1, zone = "c", age = 3, status = "active", volumes = { 50 },
    is_k8se = true, user_id = "0c1d2e3f4a5b4c6d8e7f9a0b1c2d3e4f",
  },
}

local function subnets_of(row)
  local subnets = {}
  for index, digit in ipairs(row.interfaces or { 0 }) do
    subnets[index] = { id = network.SUBNET, new_id = digit > 0 and INTERFACE .. digit or nil }
  end
  return subnets
end

local function volumes_of(row)
  local volumes = {}
  for index, size in ipairs(row.volumes) do
    local digit = (row.known_volumes or {})[index]
    volumes[index] = { size = size, new_id = digit and VOLUME .. digit }
  end
  return volumes
end

local function groups_of(row)
  local list = {}
  for index, name in ipairs(row.groups or { "default" }) do
    list[index] = { name = name }
  end
  return list
end

local function spec_of(row)
  return {
    id = row.id, description = row.description, key_name = "key-01",
    flavor_id = FLAVOR .. row.flavor, image_id = IMAGE .. row.image, availability_zone = "kr-central-2-" .. row.zone,
    subnets = subnets_of(row), volumes = volumes_of(row), security_groups = groups_of(row),
    is_hadoop = row.is_hadoop, is_k8se = row.is_k8se, user_id = row.user_id,
  }
end

local function add_machine(state, row, now)
  local created = now - row.age * DAY
  local entry = machine.add(state, spec_of(row), row.name, row.status, created)
  if row.last then
    machine.record(state, entry, row.last, created + 60)
  end
  if row.public_ip then
    network.bind(network.add_public_ip(state, created), entry.interfaces[1], created)
    machine.show(entry, created)
  end
end

--- Add all of it to a fresh state.
function seeds.add(state, now)
  local long_ago = now - 500 * DAY
  for digit, name in pairs(groups) do
    network.add_group(state, GROUP .. digit, name)
  end
  keypair.add(state, "key-01", nil, long_ago)
  keypair.add(state, "office-key", nil, now - 160 * DAY)
  for _, row in ipairs(rows) do
    add_machine(state, row, now)
  end
  network.add_public_ip(state, long_ago, PUBLIC_IP)
  network.add_interface(state, {
    id = INTERFACE .. 5, name = "nic-spare", groups = { state.network.groups.default },
  }, long_ago)
  storage.add(state, { id = VOLUME .. 5, name = "spare", size = 100 }, long_ago)
end

return seeds
