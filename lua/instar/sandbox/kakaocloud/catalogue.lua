-- SPDX-License-Identifier: MIT
-- The flavors, images and zones of the sandbox's KakaoCloud.

local calendar = require "instar.sandbox.calendar"
local json = require "instar.sandbox.json"

local catalogue = {}

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
    memory_mb = 196608, manufacturer = "Intel", hw_type = "gpu", hw_count = 1,
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

local function flavor_of(row)
  local flavor = complete(row, {
    root_gb = 0, disk_type = json.null, hw_type = json.null, hw_count = 0, is_burstable = false,
    instance_family = row.group, os_distro = json.array{ "ubuntu", "rocky", "windows" },
    maximum_network_interfaces = row.kind == "bm" and 1 or 3, is_hyper_threading_supported = row.kind ~= "bm",
    real_vcpus = row.vcpus,
  })
  flavor.kind = nil
  return flavor
end

local function image_of(row)
  local made = calendar.format(1735786800)
  return complete(row, {
    description = json.null, owner = "f0f0f0f0f0f04f0f8f0ff0f0f0f0f0f0", is_windows = false, status = "active",
    image_type = "snapshot", disk_format = "raw", instance_type = "vm", member_status = json.null, min_disk = 20,
    min_memory = 0, os_type = "linux", os_architecture = "x86_64", created_at = made, updated_at = made,
  })
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

--- `vm`, `gpu` or `bm`, by flavor id.
catalogue.kinds = index(flavors, function(row) return row.kind end)

--- Images by id, as instances show them.
catalogue.images = index(images, image_of)

return catalogue
