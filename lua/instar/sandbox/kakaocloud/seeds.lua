-- SPDX-License-Identifier: MIT
-- The machines that are there from the beginning.

local machine = require "instar.sandbox.kakaocloud.machine"

local seeds = {}

local DAY = 86400
local FLAVOR, IMAGE = "22222222-2222-4222-8222-22222222222", "11111111-1111-4111-8111-11111111111"
local SUBNET = "33333333-3333-4333-8333-333333333333"

-- Numbers of flavor and image are the last digits of their ids; `age` is in days.
local rows = {
  {
    id = "6f1c0e3a-8b52-4b5e-9c4d-0a1b2c3d4e5f", name = "web-01", flavor = 2, image = 1, zone = "a", age = 400,
    status = "active", public_ip = "210.109.0.10", groups = { "default", "web" }, volumes = { 50 },
  },
  {
    name = "web-02", flavor = 2, image = 1, zone = "b", age = 399, status = "active", public_ip = "210.109.0.11",
    groups = { "default", "web" }, volumes = { 50 },
  },
  { name = "db-primary", flavor = 3, image = 2, zone = "a", age = 380, status = "active", volumes = { 100, 2000 } },
  { name = "db-replica", flavor = 3, image = 2, zone = "c", age = 380, status = "stopped", volumes = { 100, 2000 } },
  { name = "결제-서버", flavor = 2, image = 2, zone = "b", age = 210, status = "active", volumes = { 50 },
    description = "결제 API", },
  { name = "office-desktop", flavor = 2, image = 3, zone = "a", age = 150, status = "stopped", volumes = { 120 } },
  { name = "batch-old", flavor = 4, image = 1, zone = "c", age = 120, status = "shelved_offloaded", volumes = { 20 } },
  { name = "train-gpu-1", flavor = 5, image = 1, zone = "b", age = 60, status = "active", volumes = { 500 } },
  { name = "train-gpu-2", flavor = 5, image = 1, zone = "b", age = 60, status = "error", volumes = { 500 } },
  { name = "metal-1", flavor = 6, image = 1, zone = "c", age = 45, status = "active", volumes = {} },
  { name = "hadoop-worker-1", flavor = 3, image = 2, zone = "a", age = 30, status = "active", volumes = { 200 },
    is_hadoop = true, },
  { name = "k8s-pool-a1", flavor = 2, image = 1, zone = "c", age = 3, status = "active", volumes = { 50 },
    is_k8se = true, user_id = "0c1d2e3f4a5b4c6d8e7f9a0b1c2d3e4f", },
}

local function wrap(values, name)
  local list = {}
  for index, value in ipairs(values) do
    list[index] = { [name] = value }
  end
  return list
end

local function spec_of(row)
  return {
    id = row.id, description = row.description, key_name = "key-01",
    flavor_id = FLAVOR .. row.flavor, image_id = IMAGE .. row.image, availability_zone = "kr-central-2-" .. row.zone,
    subnets = { { id = SUBNET, public_ip = row.public_ip } }, volumes = wrap(row.volumes, "size"),
    security_groups = wrap(row.groups or { "default" }, "name"),
    is_hadoop = row.is_hadoop, is_k8se = row.is_k8se, user_id = row.user_id,
  }
end

--- Add the machines to a fresh state.
function seeds.add(state, now)
  for _, row in ipairs(rows) do
    machine.add(state, spec_of(row), row.name, row.status, now - row.age * DAY)
  end
end

return seeds
