-- SPDX-License-Identifier: MIT
-- The sandbox's KakaoCloud: what an instance goes through, and the log of it.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

local WEB, REPLICA = bench.MACHINE, bench.MACHINES .. "/7a2d1f4b-9c63-4c6f-8d5e-1b2c3d4e5f60"
local SHELVED = bench.MACHINES .. "/8b3e205c-ad74-4d70-9e6f-2c3d4e5f6071"
local SMALL, LARGE = "22222222-2222-4222-8222-222222222222", "22222222-2222-4222-8222-222222222223"
local GPU, METAL = "22222222-2222-4222-8222-222222222225", "22222222-2222-4222-8222-222222222226"
local ROCKY, WINDOWS = "11111111-1111-4111-8111-111111111112", "11111111-1111-4111-8111-111111111113"

local function resize_to(id) return cjson.encode{ flavor = { id = id } } end
local function rebuild_with(spec) return cjson.encode{ rebuild = spec } end

local function get(machine)
  return select(2, bench.send("GET", machine)).instance
end

-- The first instance of this name.
local function path_of(name)
  local _, body = bench.send("GET", bench.MACHINES .. "?name=" .. name)
  return bench.MACHINES .. "/" .. body.instances[1].id
end

local function actions_of(machine)
  return select(2, bench.send("GET", machine .. "/action-logs")).actions
end

describe("sandbox KakaoCloud actions", function()
  -- Machine, action, body, the statuses at once, after one second and after two, power in between and in the end, log.
  for _, row in ipairs{
    { WEB, "stop", nil, { "powering-off", "powering-off", "stopped" }, { "RUNNING", "SHUTDOWN" }, "stop" },
    { REPLICA, "start", nil, { "powering-on", "powering-on", "active" }, { "SHUTDOWN", "RUNNING" }, "start" },
    { WEB, "soft-reboot", nil, { "rebooting", "rebooting", "active" }, { "RUNNING", "RUNNING" }, "reboot" },
    { WEB, "hard-reboot", nil, { "rebooting_hard", "rebooting_started_hard", "active" }, { "RUNNING", "RUNNING" },
      "reboot" },
    { REPLICA, "hard-reboot", nil, { "rebooting_hard", "rebooting_started_hard", "active" }, { "RUNNING", "RUNNING" },
      "reboot" },
    { WEB, "shelve", nil, { "shelving", "shelving_offloading", "shelved_offloaded" }, { "RUNNING", "SHUTDOWN" },
      "shelve" },
    { SHELVED, "unshelve", nil, { "unshelving", "unshelving", "active" }, { "SHUTDOWN", "RUNNING" }, "unshelve" },
    { REPLICA, "resize", resize_to(SMALL), { "resize_prep", "resize_migrating", "stopped" }, { "SHUTDOWN", "SHUTDOWN" },
      "resize" },
    { WEB, "rebuild", rebuild_with{ image_id = ROCKY }, { "rebuilding", "rebuild_spawning", "active" },
      { "RUNNING", "RUNNING" }, "rebuild" },
  } do
    it(("go through their tasks: %s from %s"):format(row[2], row[1]:sub(-12)), function()
      local response = bench.send("POST", row[1] .. "/" .. row[2], row[3])
      assert.equal(row[3] and row[2] == "rebuild" and 200 or 202, response.status)
      for second, status in ipairs(row[4]) do
        bench.at(second - 1)
        local found, is_done = get(row[1]), second == #row[4]
        assert.equal(status, found.status)
        assert.equal(is_done and cjson.null or status, found.task_state)
        if second == 1 then assert.equal(row[5][1], found.power_state) end
        if is_done then assert.same({ row[5][2], status }, { found.power_state, found.vm_state }) end
      end
      bench.at(100)
      assert.equal("2026-01-01T00:00:02Z", get(row[1]).updated_at)
      local newest = actions_of(row[1])[1]
      assert.same({ row[6], "2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z" },
        { newest.action, newest.start_time, newest.updated_at })
      assert.truthy(newest.request_id:find("^req%-%x+%-"))
    end)
  end

  local states = { active = WEB, stopped = REPLICA, shelved_offloaded = SHELVED, error = "train-gpu-2" }
  local allowed = {
    start = { stopped = true }, stop = { active = true }, ["soft-reboot"] = { active = true },
    ["hard-reboot"] = { active = true, stopped = true }, shelve = { active = true, stopped = true },
    unshelve = { shelved_offloaded = true },
  }
  for action, from in pairs(allowed) do
    for state, machine in pairs(states) do
      it(("%s %s an instance that is %s"):format(action, from[state] and "takes" or "refuses", state), function()
        machine = machine:find("^/") and machine or path_of(machine)
        local response, body = bench.send("POST", machine .. "/" .. action)
        if from[state] then return assert.equal(202, response.status) end
        assert.equal(409, response.status)
        local message = ("Cannot do this while the instance is in vm_state %s."):format(state)
        assert.same({ code = "Conflict", message = message }, body.error)
        assert.equal(state, get(machine).status)
      end)
    end
  end

  it("wait for the one before", function()
    bench.send("POST", WEB .. "/stop")
    local response, body = bench.send("POST", WEB .. "/hard-reboot")
    assert.equal(409, response.status)
    assert.equal("Cannot do this while the instance is in task_state powering-off.", body.error.message)
    bench.at(2)
    assert.equal(202, bench.status("POST", WEB .. "/start"))
    bench.at(4)
    local names = {}
    for index, action in ipairs(actions_of(WEB)) do names[index] = action.action end
    assert.equal("start stop create", table.concat(names, " "))
  end)

  it("take the box's time", function()
    bench.reset{ build_seconds = 60 }
    bench.send("POST", WEB .. "/stop")
    bench.at(59)
    assert.equal("powering-off", get(WEB).status)
    bench.at(60)
    assert.equal("stopped", get(WEB).status)
    bench.reset{ build_seconds = 0 }
    bench.send("POST", WEB .. "/stop")
    assert.equal("stopped", get(WEB).status)
  end)

  it("change the flavor when the resize is done", function()
    bench.send("POST", REPLICA .. "/resize", resize_to(SMALL))
    assert.equal(LARGE, get(REPLICA).flavor.id)
    bench.at(2)
    assert.equal(SMALL, get(REPLICA).flavor.id)
  end)

  it("change image and key when the rebuild is done", function()
    local _, body = bench.send("POST", WEB .. "/rebuild", rebuild_with{ image_id = ROCKY, key_name = "office-key" })
    assert.same({ "rebuilding", get(WEB).attached_volumes[1].id },
      { body.instance.task_state, body.instance.attached_volumes[1].volume_id })
    bench.at(2)
    assert.same({ ROCKY, "office-key" }, { get(WEB).image.id, get(WEB).key_name })
  end)

  for _, row in ipairs{
    { "db-replica", "resize", resize_to("nothing"), 404, "Flavor could not be found." },
    { "db-replica", "resize", resize_to(LARGE), 400, "has this flavor already" },
    { "db-replica", "resize", resize_to(GPU), 400, "another type of instance" },
    { "web-01", "resize", resize_to(LARGE), 409, "vm_state active" },
    { "db-replica", "resize", "{}", 422 },
    { "metal-1", "shelve", nil, 400, "bare metal cannot be shelved" },
    { "metal-1", "resize", resize_to(METAL), 409, "vm_state active" },
    { "web-01", "rebuild", rebuild_with{ image_id = "nothing" }, 404, "Image could not be found." },
    { "web-01", "rebuild", rebuild_with{ image_id = WINDOWS }, 400, "a root volume of 100 GB" },
    { "web-01", "rebuild", rebuild_with{ image_id = ROCKY, key_name = "nobody" }, 404, "Keypair could not be found." },
    { "web-01", "rebuild", "{}", 422 },
    { "batch-old", "rebuild", rebuild_with{ image_id = ROCKY }, 409, "vm_state shelved_offloaded" },
  } do
    it(("refuse %s of %s with %s"):format(row[2], row[1], tostring(row[3])), function()
      local machine = path_of(row[1])
      local before = #actions_of(machine)
      local response, body = bench.send("POST", machine .. "/" .. row[2], row[3])
      assert.equal(row[4], response.status)
      assert.truthy(not row[5] or body.error.message:find(row[5], 1, true), response.body)
      assert.equal(before, #actions_of(machine))
    end)
  end

  for _, row in ipairs{ { "POST", "/start" }, { "GET", "/action-logs" }, { "GET", "/password" },
    { "GET", "/console-logs?lines=5" }, { "GET", "/network-interfaces" } } do
    it("do not know another instance: " .. row[2], function()
      local response, body = bench.send(row[1], bench.MACHINES .. "/nothing" .. row[2])
      assert.equal(404, response.status)
      assert.equal("Instance could not be found.", body.error.message)
    end)
  end
end)

describe("sandbox KakaoCloud guests", function()
  local function console(count)
    return select(2, bench.send("GET", WEB .. "/console-logs?lines=" .. count))["console-logs"]
  end

  it("tell the newest lines, more of them after each boot", function()
    local whole = console(1000)
    assert.truthy(whole:find("host-10-0-0-4 login: ", 1, true))
    assert.equal(whole:match("[^\n]*$"), console(1))
    local _, breaks = console(3):gsub("\n", "")
    assert.equal(2, breaks)
    bench.send("POST", WEB .. "/soft-reboot")
    bench.at(2)
    assert.equal(whole .. "\n" .. whole, console(1000))
  end)

  for _, row in ipairs{ { "", 400 }, { "?lines=0", 400 }, { "?lines=many", 422 } } do
    it("want lines: " .. row[1], function()
      assert.equal(row[2], bench.status("GET", WEB .. "/console-logs" .. row[1]))
    end)
  end

  it("keep their password until they are rebuilt", function()
    local function password() return select(2, bench.send("GET", WEB .. "/password")).password end
    local first = password()
    assert.equal(344, #first)
    assert.equal(first, password())
    bench.send("POST", WEB .. "/rebuild", rebuild_with{ image_id = ROCKY })
    assert.are_not.equal(first, password())
  end)

  it("have no password without a key", function()
    local _, body = bench.send("POST", bench.MACHINES, cjson.encode{ instance = { name = "bare", image_id = ROCKY,
      flavor_id = SMALL, subnets = { { id = "s" } }, volumes = { { size = 20 } }, security_groups = cjson.null } })
    local machine = bench.MACHINES .. "/" .. body.instance.id
    assert.same({ password = "" }, select(2, bench.send("GET", machine .. "/password")))
  end)
end)
