-- SPDX-License-Identifier: MIT
-- The flavors, images and zones of the sandbox's KakaoCloud.

local calendar = require "instar.sandbox.calendar"
local json = require "instar.sandbox.json"

local catalogue = {}

local DISTRIBUTIONS = { "ubuntu", "rocky", "windows" }
local OFFERED = 1735786800 -- 2025-01-02T03:00:00Z

local flavors = {
  {
    id = "22222222-2222-4222-8222-222222222222", kind = "vm", name = "m2a.large", group = "m2a", vcpus = 2,
    memory_mb = 8192, manufacturer = "AMD",
  },
  {
    id = "22222222-2222-4222-8222-222222222223", kind = "vm", name = "c2a.2xlarge", group = "c2a", vcpus = 8,
    memory_mb = 16384, manufacturer = "AMD",
  },
  {
    id = "22222222-2222-4222-8222-222222222224", kind = "vm", name = "t1i.small", group = "t1i", vcpus = 2,
    memory_mb = 2048, manufacturer = "Intel", is_burstable = true,
  },
  {
    id = "22222222-2222-4222-8222-222222222225", kind = "gpu", name = "p2i.6xlarge", group = "p2i", vcpus = 24,
    memory_mb = 196608, manufacturer = "Intel", hw_type = "gpu", hw_count = 1, hw_name = "A100",
  },
  {
    id = "22222222-2222-4222-8222-222222222226", kind = "bm", name = "m2a.baremetal", group = "m2a", vcpus = 128,
    memory_mb = 524288, root_gb = 960, disk_type = "SSD", manufacturer = "AMD",
  },
}

local images = {
  {
    id = "11111111-1111-4111-8111-111111111111", name = "Ubuntu 24.04", os_distro = "ubuntu", os_admin = "ubuntu",
    size = 3221225472,
  },
  {
    id = "11111111-1111-4111-8111-111111111112", name = "Rocky Linux 9", os_distro = "rocky", os_admin = "rocky",
    size = 2147483648,
  },
  {
    id = "11111111-1111-4111-8111-111111111113", name = "Windows Server 2022", os_distro = "windows",
    os_admin = "administrator", os_type = "windows", is_windows = true, min_disk = 100, size = 12884901888,
  },
}

local function complete(row, defaults)
  local whole = {}
  for name, value in pairs(defaults) do
    whole[name] = value
  end
  for name, value in pairs(row) do
    whole[name] = value
  end
  return whole
end

local function interfaces_of(row)
  return row.kind == "bm" and 1 or 3
end

local function flavor_of(row)
  local flavor = complete(row, {
    root_gb = 0, disk_type = json.null, hw_type = json.null, hw_count = 0, is_burstable = false,
    instance_family = row.group, os_distro = json.array(DISTRIBUTIONS),
    maximum_network_interfaces = interfaces_of(row), is_hyper_threading_supported = row.kind ~= "bm",
    real_vcpus = row.vcpus,
  })
  flavor.kind, flavor.hw_name = nil, nil
  return flavor
end

local function image_of(row)
  local made = calendar.format(OFFERED)
  return complete(row, {
    description = json.null, owner = "f0f0f0f0f0f04f0f8f0ff0f0f0f0f0f0", is_windows = false, status = "active",
    image_type = "snapshot", disk_format = "raw", instance_type = "vm", member_status = json.null, min_disk = 20,
    min_memory = 0, os_type = "linux", os_architecture = "x86_64", created_at = made, updated_at = made,
  })
end

-- What flavor.get tells of a flavor: more, and some of it in other shapes than inside an instance.
local function offer_of(row)
  local is_small = row.kind == "vm"
  return {
    id = row.id, name = row.name, vcpus = row.vcpus, description = json.null, is_burstable = row.is_burstable or false,
    architecture = "x86_64", manufacturer = row.manufacturer, group = row.group, instance_type = row.kind,
    processor = row.manufacturer == "AMD" and "EPYC" or "Xeon", memory_mb = row.memory_mb,
    created_at = calendar.format(OFFERED), updated_at = json.null,
    availability_zone = json.array{ "kr-central-2-a", "kr-central-2-b", "kr-central-2-c" },
    available = { ["kr-central-2-a"] = is_small and 10 or 1, ["kr-central-2-b"] = 3, ["kr-central-2-c"] = 0 },
    instance_family = row.group, instance_size = row.name:match("%.(.+)$"), disk_type = row.disk_type or json.null,
    root_gb = row.root_gb or 0, os_distro = table.concat(DISTRIBUTIONS, ","), hw_count = row.hw_count or 0,
    hw_type = row.hw_type or json.null, hw_name = row.hw_name or json.null,
    maximum_network_interfaces = interfaces_of(row), is_hyper_threading_disabled = false,
    is_hyper_threading_supported = row.kind ~= "bm", is_hyper_threading_disable_supported = row.kind ~= "bm",
  }
end

local function index(rows, build)
  local by_id = {}
  for _, row in ipairs(rows) do
    by_id[row.id] = build(row)
  end
  return by_id
end

--- Flavors by id, as instances show them.
catalogue.flavors = index(flavors, flavor_of)

--- Flavors as flavor.list shows them, in order.
catalogue.offers = {}
for position, row in ipairs(flavors) do
  catalogue.offers[position] = offer_of(row)
end

--- `vm`, `gpu` or `bm`, by flavor id.
catalogue.kinds = index(flavors, function(row) return row.kind end)

--- Images by id, as instances show them.
catalogue.images = index(images, image_of)

return catalogue
