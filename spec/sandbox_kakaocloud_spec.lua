-- SPDX-License-Identifier: MIT
-- The sandbox's KakaoCloud: instances that build, lists, validation.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

local function names_of(items)
  local names = {}
  for index, item in ipairs(items) do
    names[index] = item.name
  end
  return table.concat(names, " ")
end

describe("sandbox KakaoCloud", function()
  local IMAGE, FLAVOR = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
  local WINDOWS, METAL = "11111111-1111-4111-8111-111111111113", "22222222-2222-4222-8222-222222222226"

  -- The body of a create; `changes` replace members, null ones stay null.
  local function creation(changes)
    local spec = { name = "vm-01", image_id = IMAGE, flavor_id = FLAVOR, subnets = { { id = "s" } },
      volumes = { { size = 50 } }, security_groups = { { name = "default" } } }
    for name, value in pairs(changes or {}) do spec[name] = value end
    return cjson.encode{ instance = spec }
  end

  local function get(id)
    local _, body = bench.send("GET", bench.MACHINES .. "/" .. id)
    return body.instance
  end

  local function create(changes)
    local response, body = bench.send("POST", bench.MACHINES, creation(changes))
    assert.equal(200, response.status, response.body)
    return body.instance
  end

  it("builds a new instance until it is active", function()
    local made = create{ description = "new", key_name = "office-key", availability_zone = "kr-central-2-b" }
    assert.same({ { name = "default" } }, made.security_groups)
    local found = get(made.id)
    assert.same({ "spawning", "building", "spawning", "NOSTATE" },
      { found.status, found.vm_state, found.task_state, found.power_state })
    assert.same({ "vm-01", "new", "office-key", "kr-central-2-b", "vm", 1 },
      { found.name, found.description, found.key_name, found.availability_zone, found.instance_type,
        found.attached_volume_count })
    bench.at(1.9)
    assert.equal("spawning", get(made.id).status)
    bench.at(2)
    assert.equal("active", get(made.id).status)
  end)

  it("became active when it was built, not when somebody looked", function()
    local made = create()
    bench.at(7)
    local found = get(made.id)
    assert.same({ "active", "active", cjson.null, "RUNNING", "in_use" },
      { found.status, found.vm_state, found.task_state, found.power_state, found.attached_volumes[1].status })
    assert.equal("2026-01-01T00:00:00Z", found.created_at)
    assert.equal("2026-01-01T00:00:02Z", found.updated_at)
  end)

  it("builds several, answers one", function()
    local made = create{ count = 3 }
    local _, body = bench.send("GET", bench.MACHINES .. "?name=vm-01&sort_keys=name&sort_dirs=asc")
    assert.equal("vm-01-1 vm-01-2 vm-01-3", names_of(body.instances))
    assert.equal(made.id, body.instances[1].id)
    assert.equal(15, select(2, bench.send("GET", bench.MACHINES)).pagination.total)
    assert.are_not.equal(body.instances[1].addresses[1].private_ip, body.instances[2].addresses[1].private_ip)
  end)

  it("builds as many as the quota has room for", function()
    create{ count = 488 }
    assert.equal(500, select(2, bench.send("GET", bench.MACHINES)).pagination.total)
    assert.equal(403, bench.status("POST", bench.MACHINES, creation()))
  end)

  it("takes bare metal with null arrays", function()
    local made = create{ name = "bm-01", flavor_id = METAL, volumes = cjson.null, security_groups = cjson.null,
      is_bonding = true }
    local response, body = bench.send("GET", bench.MACHINES .. "/" .. made.id)
    assert.equal("bm", body.instance.instance_type)
    assert.truthy(response.body:find('"attached_volumes":[]', 1, true))
    assert.truthy(response.body:find('"security_groups":[]', 1, true))
  end)

  it("keeps a given address and interface, and an existing volume", function()
    local found = get(create{ subnets = { { id = "s", private_ip = "10.0.9.9" },
      { id = "s", network_interface_id = "44444444-4444-4444-8444-444444444445" } },
      volumes = { { size = 50, source_type = "volume", uuid = "55555555-5555-4555-8555-555555555555" } } }.id)
    assert.equal("10.0.9.9", found.addresses[1].private_ip)
    assert.equal("host-10-0-9-9", found.hostname)
    assert.equal("44444444-4444-4444-8444-444444444445", found.addresses[2].network_interface_id)
    assert.equal("55555555-5555-4555-8555-555555555555", found.attached_volumes[1].id)
    assert.is_false(found.attached_volumes[1].is_delete_on_termination)
  end)

  for _, row in ipairs{
    { "{}", { { "body", "instance" } }, "value_error.missing" },
    { '{"instance":{"name":"vm-01"}}', { { "body", "instance", "image_id" }, { "body", "instance", "flavor_id" },
      { "body", "instance", "subnets" }, { "body", "instance", "volumes" }, { "body", "instance", "security_groups" } },
      "value_error.missing" },
    { creation{ volumes = { { size = 1 }, { size = "50" } } }, { { "body", "instance", "volumes", 1, "size" } },
      "type_error.integer" },
    { creation{ name = cjson.null }, { { "body", "instance", "name" } }, "type_error.none.not_allowed" },
    { creation{ subnets = "s" }, { { "body", "instance", "subnets" } }, "type_error.array" },
    { "[", { { "body" } }, "value_error.jsondecode" },
    { "[1]", { { "body" }, { "body", "instance" } }, nil },
  } do
    it("judges the shape of a create: " .. row[1]:sub(1, 50), function()
      local response, body = bench.send("POST", bench.MACHINES, row[1])
      assert.equal(422, response.status)
      local places = {}
      for index, problem in ipairs(body.detail) do
        places[index] = problem.loc
        assert.is_string(problem.msg)
        assert.equal(row[3] or problem.type, problem.type)
      end
      assert.same(row[2], places)
    end)
  end

  for _, row in ipairs{
    { { name = "abc" }, 400, "Invalid input: name must be 4-63 characters." },
    { { name = ("a"):rep(64) }, 400, "Invalid input: name must be 4-63 characters." },
    { { name = "web--1" }, 400, "letters, digits and single - or _" },
    { { name = "-web1" }, 400, "letters, digits and single - or _" },
    { { name = "결제-서버" }, 400, "letters, digits and single - or _" },
    { { description = ("가"):rep(101) }, 400, "description must be at most 100 characters" },
    { { image_id = "nothing" }, 404, "Image could not be found." },
    { { flavor_id = "nothing" }, 404, "Flavor could not be found." },
    { { availability_zone = "kr-central-9-z" }, 400, "availability_zone must be one of" },
    { { count = 0 }, 400, "count must be at least 1" },
    { { count = 489 }, 403, "Quota exceeded for instances: requested 489, used 12 of 500." },
    { { count = 1e300 }, 403, "Quota exceeded" },
    { { subnets = {} }, 400, "at least one subnet is needed" },
    { { subnets = { { id = "s", private_ip = "x" } } }, 400, "private_ip must be an IPv4 address" },
    { { volumes = cjson.null }, 400, "at least one volume is needed" },
    { { volumes = { { size = 19 } } }, 400, "volumes[0].size must be 20-16384" },
    { { volumes = { { size = 20 }, { size = 16385 } } }, 400, "volumes[1].size must be 1-16384" },
    { { image_id = WINDOWS, volumes = { { size = 2049 } } }, 400, "volumes[0].size must be 100-2048" },
    { { flavor_id = METAL }, 400, "bare metal takes no volumes" },
    { { subnets = { { id = "s", private_ip = "10.0.0.9", network_interface_id = "n" } } }, 400, "exclude each other" },
    { { subnets = { { id = "s", network_interface_id = "n" } } }, 400, "excludes security groups" },
    { { subnets = { { id = "s" }, { id = "s", network_interface_id = "n" } } }, 404, "Network interface could not" },
    { { subnets = { { id = "s" }, { id = "s", network_interface_id = "44444444-4444-4444-8444-444444444444" } } }, 409,
      "Network interface is in use." },
    { { subnets = { { id = "s" }, { id = "s" }, { id = "s" }, { id = "s" } } }, 400, "takes at most 3 subnets" },
    { { volumes = { { size = 50, source_type = "volume", uuid = "v" } } }, 404, "Volume could not be found." },
    { { volumes = { { size = 50, source_type = "volume", uuid = "55555555-5555-4555-8555-555555555556" } } }, 409,
      "Volume is in use." },
    { { count = 2, volumes = { { size = 50, source_type = "volume", uuid = "55555555-5555-4555-8555-555555555555" } } },
      400, "several instances cannot have the same volume" },
    { { subnets = { { id = "s", private_ip = "10.0.0.4" } } }, 409, "The address 10.0.0.4 is in use." },
    { { count = 2, subnets = { { id = "s", private_ip = "10.0.9.9" } } }, 400, "cannot have the same private_ip" },
    { { key_name = "nobody" }, 404, "Keypair could not be found." },
    { { security_groups = { { name = "nobody" } } }, 404, "Security group could not be found." },
  } do
    it("judges the values of a create: " .. row[3], function()
      local response, body = bench.send("POST", bench.MACHINES, creation(row[1]))
      assert.equal(row[2], response.status)
      assert.truthy(body.error.message:find(row[3], 1, true), body.error.message)
      assert.equal(12, select(2, bench.send("GET", bench.MACHINES)).pagination.total)
    end)
  end

  it("updates name and description, each for itself", function()
    bench.at(60)
    local response, body = bench.send("PUT", bench.MACHINE, '{"instance":{"name":"web-99","description":"한글"}}')
    assert.equal(200, response.status)
    assert.same({ "web-99", "한글", "2026-01-01T00:01:00Z", 8192 },
      { body.instance.name, body.instance.description, body.instance.updated_at, body.instance.flavor.ram })
    bench.send("PUT", bench.MACHINE, '{"instance":{}}')
    local _, after = bench.send("GET", bench.MACHINE)
    assert.same({ "web-99", "한글" }, { after.instance.name, after.instance.description })
    local _, cleared = bench.send("PUT", bench.MACHINE, '{"instance":{"description":null}}')
    assert.equal("", cleared.instance.description)
    _, after = bench.send("GET", bench.MACHINE)
    assert.same({ "web-99", cjson.null }, { after.instance.name, after.instance.description })
    assert.equal(400, bench.status("PUT", bench.MACHINE, '{"instance":{"name":""}}'))
    assert.equal(422, bench.status("PUT", bench.MACHINE, '{"instance":{"name":7}}'))
    assert.equal(422, bench.status("PUT", bench.MACHINE))
  end)

  it("forgets deleted instances", function()
    local response = bench.send("DELETE", bench.MACHINE)
    assert.same({ 204, "" }, { response.status, response.body })
    for _, method in ipairs{ "GET", "DELETE" } do
      local gone, body = bench.send(method, bench.MACHINE)
      assert.equal(404, gone.status)
      assert.same({ code = "NotFound", message = "Instance could not be found." }, body.error)
    end
    assert.equal(404, bench.status("PUT", bench.MACHINE, '{"instance":{"name":"web-99"}}'))
    assert.equal("", names_of(select(2, bench.send("GET", bench.MACHINES .. "?name=web-01")).instances))
  end)

  local metals = "train-gpu-1 train-gpu-2"
  for _, row in ipairs{
    { "id=6f1c0e3a-8b52-4b5e-9c4d-0a1b2c3d4e5f", "web-01" },
    { "name=web", "web-01 web-02" },
    { "name=%EA%B2%B0%EC%A0%9C", "결제-서버" },
    { "name=a+b%26c", "" },
    { "name=.", "" },
    { "name=&vm_state=&status=active&availability_zone=kr-central-2-b", "train-gpu-1 web-02 결제-서버" },
    { "vm_state=stopped", "db-replica office-desktop" },
    { "status=shelved_offloaded", "batch-old" },
    { "status=error", "train-gpu-2" },
    { "flavor_name=p2i.6xlarge", metals },
    { "instance_type=gpu", metals },
    { "instance_type=bm", "metal-1" },
    { "image_name=Windows+Server+2022", "office-desktop" },
    { "os_type=windows", "office-desktop" },
    { "private_ip=10.0.0.4", "web-01" },
    { "public_ip=210.109.0.11", "web-02" },
    { "hostname=host-10-0-0-5", "web-02" },
    { "availability_zone=kr-central-2-b&instance_type=gpu", metals },
    { "is_hadoop=true", "hadoop-worker-1" },
    { "is_k8se=true", "k8s-pool-a1" },
    { "is_k8se=false&name=pool", "" },
    { "user_id=0c1d2e3f4a5b4c6d8e7f9a0b1c2d3e4f", "k8s-pool-a1" },
    { "created_at=2025-12-29T00%3A00%3A00Z", "k8s-pool-a1" },
    { "updated_at=2025-12-29T09:00:00%2B09:00", "k8s-pool-a1" },
    { "created_at=2025-12-28T00%3A00%3A00Z", "" },
  } do
    it("filters by " .. row[1], function()
      local response, body = bench.send("GET", bench.MACHINES .. "?sort_keys=name&sort_dirs=asc&" .. row[1])
      assert.equal(200, response.status)
      assert.equal(row[2], names_of(body.instances))
      assert.equal(#body.instances, body.pagination.total)
      assert.truthy(row[2] ~= "" or response.body:find('"instances":[]', 1, true))
    end)
  end

  for _, row in ipairs{
    { "", "k8s-pool-a1 hadoop-worker-1 metal-1" },
    { "sort_keys=name&sort_dirs=asc", "batch-old db-primary db-replica" },
    { "sort_keys=name", "결제-서버 web-02 web-01" },
    { "sort_keys=created_at&sort_dirs=asc", "web-01 web-02 db-primary" },
    { "sort_keys=status%2Cname&sort_dirs=desc%2Casc", "db-replica office-desktop batch-old" },
    { "sort_keys=flavor_name,created_at&sort_dirs=asc,desc", "hadoop-worker-1 db-primary db-replica" },
    { "sort_keys=is_hadoop,name&sort_dirs=desc,asc", "hadoop-worker-1 batch-old db-primary" },
    { "sort_keys=public_ip,name&sort_dirs=asc,asc", "batch-old db-primary db-replica" },
    { "sort_keys=public_ip&sort_dirs=desc", "web-02 web-01 db-primary" },
  } do
    it("sorts by " .. row[1], function()
      local _, body = bench.send("GET", bench.MACHINES .. "?limit=3&" .. row[1])
      assert.equal(row[2], names_of(body.instances))
      assert.same({ total = 12, offset = 0, limit = 3 }, body.pagination)
    end)
  end

  it("pages, each instance once", function()
    local seen, count = {}, 0
    for offset = 0, 14, 5 do
      local _, body = bench.send("GET", bench.MACHINES .. "?limit=5&offset=" .. offset)
      assert.same({ total = 12, offset = offset, limit = 5 }, body.pagination)
      for _, instance in ipairs(body.instances) do
        assert.is_nil(seen[instance.id])
        seen[instance.id], count = true, count + 1
      end
    end
    assert.equal(12, count)
    assert.same({ total = 12, offset = 0, limit = 20 }, select(2, bench.send("GET", bench.MACHINES)).pagination)
    assert.equal(1000, select(2, bench.send("GET", bench.MACHINES .. "?limit=9999")).pagination.limit)
  end)

  for _, row in ipairs{ { "limit=x", 422 }, { "limit=1.5", 422 }, { "is_k8se=perhaps", 422 }, { "limit=0", 400 },
    { "offset=-1", 400 }, { "sort_keys=colour", 400 }, { "sort_dirs=up", 400 }, { "availability_zone=mars", 400 } } do
    it("refuses to list with " .. row[1], function()
      local response, body = bench.send("GET", bench.MACHINES .. "?" .. row[1])
      assert.equal(row[2], response.status)
      if row[2] == 422 then
        assert.same({ "query", row[1]:match("^[^=]+") }, body.detail[1].loc)
      else
        assert.equal("BadRequest", body.error.code)
      end
    end)
  end
end)
