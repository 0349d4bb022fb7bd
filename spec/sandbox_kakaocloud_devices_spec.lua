-- SPDX-License-Identifier: MIT
-- The sandbox's KakaoCloud: volumes, interfaces, addresses and groups come to instances and leave them.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

local WEB, PRIMARY = bench.MACHINE, bench.MACHINES .. "/9c4f316d-be85-4e81-af70-3d4e5f607182"
local SHELVED = bench.MACHINES .. "/8b3e205c-ad74-4d70-9e6f-2c3d4e5f6071"
local FREE_VOLUME, SECOND_VOLUME = "/volumes/55555555-5555-4555-8555-555555555555",
  "/volumes/55555555-5555-4555-8555-555555555556"
local NICS = "/network-interfaces"
local FIRST_NIC, FREE_NIC = NICS .. "/44444444-4444-4444-8444-444444444444", NICS
  .. "/44444444-4444-4444-8444-444444444445"
local SECOND_NIC, PRIMARY_NIC = NICS .. "/44444444-4444-4444-8444-444444444446", NICS
  .. "/44444444-4444-4444-8444-444444444447"
local PUBLIC_IP = "/public-ips/77777777-7777-4777-8777-777777777777"
local MONITORING, WEB_GROUP = "66666666-6666-4666-8666-666666666666", "66666666-6666-4666-8666-666666666667"
local DEFAULT = "66666666-6666-4666-8666-666666666668"

local function get(machine)
  return select(2, bench.send("GET", machine)).instance
end

local function pick(items, name)
  local values = {}
  for index, item in ipairs(items) do values[index] = item[name] end
  return values
end

local function interfaces(machine)
  return select(2, bench.send("GET", machine .. NICS)).network_interfaces
end

local function newest_action(machine)
  return select(2, bench.send("GET", machine .. "/action-logs")).actions[1].action
end

describe("sandbox KakaoCloud devices", function()
  it("are volumes that move from one instance to the other", function()
    local response, body = bench.send("POST", WEB .. FREE_VOLUME, '{"volume":{}}')
    assert.equal(200, response.status)
    assert.same({ id = FREE_VOLUME:sub(10), instance_id = WEB:sub(-36), mount_point = "/dev/vdb",
      is_delete_on_termination = false }, body.volume)
    local found = get(WEB)
    assert.same({ 2, { "/dev/vda", "/dev/vdb" }, { true, false }, { "in_use", "in_use" } },
      { found.attached_volume_count, pick(found.attached_volumes, "mount_point"),
        pick(found.attached_volumes, "is_root"), pick(found.attached_volumes, "status") })
    assert.equal("attach_volume", newest_action(WEB))
    assert.equal(409, bench.status("POST", PRIMARY .. FREE_VOLUME, '{"volume":{}}'))
    assert.equal(204, bench.status("DELETE", WEB .. FREE_VOLUME))
    assert.equal("detach_volume", newest_action(WEB))
    assert.same({ 1, 404 }, { get(WEB).attached_volume_count, bench.status("DELETE", WEB .. FREE_VOLUME) })
    assert.equal(200, bench.status("POST", PRIMARY .. FREE_VOLUME, '{"volume":{"is_delete_on_termination":null}}'))
    assert.equal("/dev/vdc", get(PRIMARY).attached_volumes[3].mount_point)
  end)

  it("are volumes that get the first free place", function()
    bench.send("POST", PRIMARY .. FREE_VOLUME, '{"volume":{}}')
    bench.send("DELETE", PRIMARY .. SECOND_VOLUME)
    local _, body = bench.send("POST", PRIMARY .. SECOND_VOLUME, '{"volume":{"is_delete_on_termination":true}}')
    assert.same({ "/dev/vdb", true }, { body.volume.mount_point, body.volume.is_delete_on_termination })
  end)

  it("are volumes that change each member for itself", function()
    assert.equal(200, bench.status("PUT", PRIMARY .. SECOND_VOLUME, '{"volume":{"is_delete_on_termination":true}}'))
    local _, body = bench.send("PUT", PRIMARY .. SECOND_VOLUME, '{"volume":{"name":"데이터","description":"old"}}')
    assert.same({ "데이터", "old", true },
      { body.volume.name, body.volume.description, body.volume.is_delete_on_termination })
    _, body = bench.send("PUT", PRIMARY .. SECOND_VOLUME, '{"volume":{"name":null,"description":null}}')
    assert.same({ "데이터", cjson.null }, { body.volume.name, body.volume.description })
    local second = get(PRIMARY).attached_volumes[2]
    assert.same({ "데이터", true }, { second.name, second.is_delete_on_termination })
    assert.equal(422, bench.status("PUT", PRIMARY .. SECOND_VOLUME, "{}"))
  end)

  it("survive their instance unless they go with it", function()
    bench.send("POST", WEB .. FREE_VOLUME, '{"volume":{}}')
    bench.send("POST", WEB .. FREE_NIC)
    local root = get(WEB).attached_volumes[1].id
    bench.send("DELETE", WEB)
    assert.equal(200, bench.status("POST", PRIMARY .. FREE_VOLUME, '{"volume":{}}'))
    assert.equal(404, bench.status("POST", PRIMARY .. "/volumes/" .. root, '{"volume":{}}'))
    assert.equal(200, bench.status("POST", PRIMARY .. FREE_NIC))
    assert.equal(404, bench.status("POST", PRIMARY .. FIRST_NIC))
  end)

  it("are interfaces that come and go", function()
    local response, body = bench.send("POST", WEB .. FREE_NIC)
    assert.equal(200, response.status)
    local made = body.network_interface
    assert.same({ FREE_NIC:sub(21), "in_use", 1 }, { made.id, made.status, #made.private_ips })
    local _, list = bench.send("GET", WEB .. NICS)
    assert.same({ total = 2, offset = 0, limit = 20 }, list.pagination)
    local second = list.network_interfaces[2]
    assert.same({ made.id, made.mac_address, made.private_ips[1].ip_address, "in_use", WEB:sub(-36) },
      { second.id, second.mac_address, second.private_ip, second.status, second.device_id })
    assert.equal(second.private_ip, get(WEB).addresses[2].private_ip)
    assert.equal("attach_interface", newest_action(WEB))
    assert.equal(409, bench.status("POST", PRIMARY .. FREE_NIC))
    assert.equal(204, bench.status("DELETE", WEB .. FREE_NIC))
    assert.same({ 1, "detach_interface" }, { #get(WEB).addresses, newest_action(WEB) })
    assert.equal(200, bench.status("POST", PRIMARY .. FREE_NIC))
    assert.equal(3, #interfaces(PRIMARY))
  end)

  it("are as many interfaces as the flavor takes", function()
    bench.send("POST", PRIMARY .. FREE_NIC)
    bench.send("DELETE", PRIMARY .. SECOND_NIC)
    bench.send("POST", PRIMARY .. SECOND_NIC)
    assert.equal(3, #interfaces(PRIMARY))
    local _, made = bench.send("POST", bench.MACHINES, cjson.encode{ instance = { name = "three",
      image_id = "11111111-1111-4111-8111-111111111111", flavor_id = "22222222-2222-4222-8222-222222222222",
      subnets = { { id = "s" }, { id = "s" }, { id = "s" } }, volumes = { { size = 20 } }, security_groups = {} } })
    bench.at(2)
    bench.send("DELETE", PRIMARY .. FREE_NIC)
    local response, body = bench.send("POST", bench.MACHINES .. "/" .. made.instance.id .. FREE_NIC)
    assert.equal(400, response.status)
    assert.equal("Invalid input: m2a.large takes at most 3 network interfaces.", body.error.message)
  end)

  it("are interfaces with allowed addresses", function()
    local allowed = WEB .. FIRST_NIC .. "/allowed-address-pairs"
    local response, body = bench.send("PUT", allowed,
      '{"allowed_address_pairs":[{"ip_address":"10.0.0.100"},{"ip_address":"10.0.1.0/24"}]}')
    assert.equal(200, response.status)
    assert.same({ DEFAULT, WEB_GROUP }, body.network_interface.security_groups)
    assert.same({ "10.0.0.100", "10.0.1.0/24" }, pick(interfaces(WEB)[1].allowed_address_pairs, "ip_address"))
    for _, address in ipairs{ "x", "10.0.0.256", "10.0.0.1/33", "10.0.0.1/", "1.2.3" } do
      local wanted = cjson.encode{ allowed_address_pairs = { { ip_address = address } } }
      assert.equal(400, bench.status("PUT", allowed, wanted))
    end
    assert.equal(422, bench.status("PUT", allowed, '{"allowed_address_pairs":[{}]}'))
    assert.equal(2, #interfaces(WEB)[1].allowed_address_pairs)
    bench.send("PUT", allowed, '{"allowed_address_pairs":[]}')
    assert.equal(0, #interfaces(WEB)[1].allowed_address_pairs)
  end)

  it("are public addresses that are bound, freed, bound again", function()
    local response, body = bench.send("PUT", PRIMARY .. PRIMARY_NIC .. PUBLIC_IP)
    assert.equal(200, response.status)
    local first = get(PRIMARY).addresses[1]
    assert.same({ "in_use", first.public_ip, first.private_ip },
      { body.public_ip.status, body.public_ip.public_ip, body.public_ip.private_ip })
    local _, found = bench.send("GET", bench.MACHINES .. "?public_ip=" .. first.public_ip)
    assert.equal("db-primary", found.instances[1].name)
    assert.equal(409, bench.status("PUT", PRIMARY .. SECOND_NIC .. PUBLIC_IP))
    assert.equal(409, bench.status("POST", PRIMARY .. PRIMARY_NIC .. "/public-ips"))
    local _, removed = bench.send("DELETE", PRIMARY .. PRIMARY_NIC .. "/public-ips?is_delete=false")
    assert.same({ "available", cjson.null }, { removed.public_ip.status, removed.public_ip.private_ip })
    assert.equal(cjson.null, get(PRIMARY).addresses[1].public_ip)
    assert.equal(404, bench.status("DELETE", PRIMARY .. PRIMARY_NIC .. "/public-ips"))
    assert.equal(200, bench.status("PUT", PRIMARY .. SECOND_NIC .. PUBLIC_IP))
  end)

  it("are public addresses that can be given up for good", function()
    bench.send("PUT", PRIMARY .. PRIMARY_NIC .. PUBLIC_IP)
    local _, body = bench.send("DELETE", PRIMARY .. PRIMARY_NIC .. "/public-ips?is_delete=true")
    assert.equal("deleting", body.public_ip.status)
    assert.equal(404, bench.status("PUT", PRIMARY .. PRIMARY_NIC .. PUBLIC_IP))
  end)

  it("are new public addresses", function()
    local _, body = bench.send("POST", PRIMARY .. PRIMARY_NIC .. "/public-ips")
    local _, other = bench.send("POST", PRIMARY .. SECOND_NIC .. "/public-ips")
    assert.are_not.equal(body.public_ip.public_ip, other.public_ip.public_ip)
    assert.same({ body.public_ip.public_ip, other.public_ip.public_ip }, pick(get(PRIMARY).addresses, "public_ip"))
    bench.send("DELETE", PRIMARY .. PRIMARY_NIC .. "/public-ips")
    assert.equal(200, bench.status("PUT", PRIMARY .. PRIMARY_NIC .. "/public-ips/" .. body.public_ip.id))
  end)

  it("are security groups of an interface", function()
    local groups = WEB .. FIRST_NIC .. "/security-groups/"
    local _, body = bench.send("POST", groups .. MONITORING)
    assert.same({ DEFAULT, WEB_GROUP, MONITORING }, body.security_group.ids)
    assert.same({ "default", "web", "monitoring" }, pick(get(WEB).security_groups, "name"))
    assert.equal(409, bench.status("POST", groups .. MONITORING))
    _, body = bench.send("DELETE", groups .. WEB_GROUP)
    assert.same({ DEFAULT, MONITORING }, body.security_group.ids)
    assert.equal(404, bench.status("DELETE", groups .. WEB_GROUP))
    bench.send("DELETE", groups .. DEFAULT)
    local response = bench.send("DELETE", groups .. MONITORING)
    assert.equal('{"security_group":{"ids":[]}}', response.body)
    assert.equal(0, get(WEB).security_group_count)
    assert.equal(404, bench.status("POST", groups .. "nothing"))
  end)

  for _, row in ipairs{
    { "DELETE", PRIMARY .. PRIMARY_NIC, nil, 400, "the primary network interface cannot be detached" },
    { "DELETE", WEB .. SECOND_NIC, nil, 404, "Network interface could not be found." },
    { "POST", WEB .. NICS .. "/nothing", nil, 404, "Network interface could not be found." },
    { "POST", SHELVED .. FREE_NIC, nil, 409, "vm_state shelved_offloaded" },
    { "POST", SHELVED .. FREE_VOLUME, '{"volume":{}}', 409, "vm_state shelved_offloaded" },
    { "POST", WEB .. "/volumes/nothing", '{"volume":{}}', 404, "Volume could not be found." },
    { "PUT", WEB .. SECOND_VOLUME, '{"volume":{}}', 404, "Volume could not be found." },
    { "PUT", PRIMARY .. SECOND_VOLUME, cjson.encode{ volume = { description = ("가"):rep(101) } }, 400,
      "description must be at most 100 characters" },
    { "PUT", PRIMARY .. PRIMARY_NIC .. "/public-ips/nothing", nil, 404, "Public IP could not be found." },
  } do
    it(("refuse %s %s: %s"):format(row[1], row[2]:sub(19), row[5]), function()
      local response, body = bench.send(row[1], row[2], row[3])
      assert.equal(row[4], response.status)
      assert.truthy(body.error.message:find(row[5], 1, true), body.error.message)
    end)
  end

  it("refuse to lose the root volume", function()
    local root = get(WEB).attached_volumes[1].id
    assert.equal(400, bench.status("DELETE", WEB .. "/volumes/" .. root))
  end)

  for _, row in ipairs{ { "POST", FREE_VOLUME, '{"volume":{}}' }, { "POST", FREE_NIC },
    { "DELETE", FIRST_NIC .. "/public-ips" }, { "POST", FIRST_NIC .. "/security-groups/" .. MONITORING } } do
    it(("wait for the instance's task: %s %s"):format(row[1], row[2]), function()
      bench.send("POST", WEB .. "/soft-reboot")
      local response, body = bench.send(row[1], WEB .. row[2], row[3])
      assert.equal(409, response.status)
      assert.equal("Cannot do this while the instance is in task_state rebooting.", body.error.message)
      bench.at(2)
      assert.equal(200, bench.status(row[1], WEB .. row[2], row[3]))
    end)
  end
end)
