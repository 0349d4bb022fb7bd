-- SPDX-License-Identifier: MIT
-- The sandbox's Losant keeps what is made, changed and deleted: every kind of resource.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

local ORG = bench.INSTANCE .. "/orgs/575ed6e87ae143cd83dc4aa8"
local LOGS = bench.INSTANCE:gsub("instances", "instance") .. "/audit-logs"
local VIEWER, STRANGER = "5ff89ff825013dc6c2856185", "5ff89ff825013dc6c2856186"

before_each(function()
  bench.reset()
end)

local function get(path)
  local response, body = bench.send("GET", path)
  assert.equal(200, response.status, response.body)
  return body
end

-- Sends a request that must go well.
local function send(status, method, path, body)
  local response, answer = bench.send(method, path, body and cjson.encode(body))
  assert.equal(status, response.status, response.body)
  return answer
end

local function refused(method, path, body, text)
  local response, answer = bench.send(method, path, type(body) == "table" and cjson.encode(body) or body)
  assert.equal(400, response.status, response.body)
  assert.equal("Validation", answer.type)
  assert.truthy(answer.message:find(text, 1, true), answer.message)
end

local function values(items, name)
  local list = {}
  for index, item in ipairs(items) do list[index] = item[name] end
  return list
end

local flow = '"triggers":[{"type":"customNodeStart","outputIds":[["a"]]}],' ..
  '"nodes":[{"id":"a","type":"MathNode","outputIds":[[]]}]'
local rule_config = { ruleType = "notebookMinuteUsage", thresholdType = "percentOfLimit", threshold = 0 }

-- Collection, id's member, what to add and its status, what to change.
local kinds = {
  { bench.INSTANCE .. "/orgs", "id", '{"name":"Plant Busan"}', 200, '{"description":"Press shop"}' },
  { bench.INSTANCE .. "/members", "userId", '{"userId":"' .. STRANGER .. '","role":"view"}', 200, '{"role":"admin"}' },
  { ORG .. "/members", "userId", '{"email":"engineer@example.com","role":"none"}', 200, '{"role":"edit"}' },
  { bench.INSTANCE .. "/tokens", "id", '{"name":"job"}', 201, '{"description":"nightly"}' },
  { bench.INSTANCE .. "/nodes", "id", '{"name":"Doubler",' .. flow .. "}", 201, '{"category":"logic"}' },
  { bench.INSTANCE .. "/notification-rules", "id",
    cjson.encode{ name = "All", targetType = "organization", targetQueryJson = "{}", ruleConfig = rule_config }, 201,
    '{"enabled":false}' },
}

describe("sandbox Losant state", function()
  for _, row in ipairs(kinds) do
    it("adds, changes and deletes in " .. row[1]:match("[^/]+/[^/]+$"), function()
      local before = get(row[1]).count
      local response, added = bench.send("POST", row[1], row[3])
      assert.equal(row[4], response.status, response.body)
      local path = row[1] .. "/" .. added[row[2]]
      assert.equal(before + 1, get(row[1]).count)
      for name, value in pairs(cjson.decode(row[3])) do
        if name ~= "nodes" and name ~= "triggers" then assert.same(value, get(path)[name]) end
      end
      bench.at(60)
      assert.equal(200, bench.status("PATCH", path, row[5]))
      local changed = get(path)
      for name, value in pairs(cjson.decode(row[5])) do assert.equal(value, changed[name]) end
      if changed.lastUpdated then
        assert.same({ "2026-01-01T00:00:00.000Z", "2026-01-01T00:01:00.000Z" },
          { changed.creationDate, changed.lastUpdated })
      end
      assert.same({ success = true }, send(200, "DELETE", path))
      assert.equal(before, get(row[1]).count)
      assert.equal(404, bench.status("GET", path))
      assert.equal(404, bench.status("PATCH", path, row[5]))
      assert.equal(404, bench.status("DELETE", path))
    end)

    it("logs what is done in " .. row[1]:match("[^/]+/[^/]+$"), function()
      local before = get(LOGS).totalCount
      local _, added = bench.send("POST", row[1], row[3])
      local path = row[1] .. "/" .. added[row[2]]
      bench.at(1)
      bench.send("PATCH", path, row[5])
      bench.at(2)
      bench.send("DELETE", path)
      bench.send("DELETE", path)
      bench.send("PATCH", path, "[]")
      local logs = get(LOGS)
      assert.equal(before + 3, logs.totalCount)
      assert.same({ "delete", "patch", "post" },
        { logs.items[1].requestAction, logs.items[2].requestAction, logs.items[3].requestAction })
      assert.same(cjson.decode(row[5]), logs.items[2].requestBody)
      assert.equal(row[4], logs.items[3].responseStatus)
      assert.same({ "User", "Hana Ops" }, { logs.items[1].actorType, logs.items[1].actorName })
      assert.same(logs.items[2], get(LOGS .. "/" .. logs.items[2].id))
    end)
  end

  for _, row in ipairs{
    { "/members", { role = "view" }, "userId or email is required" },
    { "/members", { userId = VIEWER, role = "view" }, "User is already a member" },
    { "/members", { userId = STRANGER, role = "edit" }, "role must be one of admin, view" },
    { "/members", { userId = "x", role = "view" }, "userId must be a valid hex24" },
    { "/tokens", { description = "no name" }, "name is required" },
    { "/tokens", { name = "old", expirationDate = "2025-12-31T23:59:59.000Z" }, "expirationDate must be in" },
    { "/tokens", { name = "odd", secret = "x" }, "secret is not allowed" },
    { "/orgs", { name = "P", members = { { userId = ("0"):rep(24), role = "view" } } }, "User was not found" },
    { "/orgs", { name = "P", limits = { device = -1 } }, "limits.device must be at least 0" },
    { "/orgs", nil, "name is required" },
    { "/notification-rules", { name = "x", targetType = "organization", targetQueryJson = "{",
      ruleConfig = rule_config }, "targetQueryJson" },
    { "/notification-rules", { name = "x", targetType = "organization", targetQueryJson = '{"size":1}',
      ruleConfig = rule_config }, "size is not allowed" },
  } do
    it("refuses to add to " .. row[1] .. ": " .. row[3], function()
      local before = get(bench.INSTANCE .. row[1]).count
      refused("POST", bench.INSTANCE .. row[1], row[2], row[3])
      assert.equal(before, get(bench.INSTANCE .. row[1]).count)
    end)
  end

  it("does not know users it has never heard of", function()
    for _, path in ipairs{ bench.INSTANCE .. "/members", ORG .. "/members" } do
      local answer = send(404, "POST", path, { email = "nobody@example.com", role = "view" })
      assert.same({ type = "NotFound", message = "User was not found" }, answer)
    end
  end)

  it("shows members with the users' data, and in the instance", function()
    send(200, "POST", bench.INSTANCE .. "/members", { email = "engineer@example.com", role = "view" })
    local member = get(bench.INSTANCE .. "/members/" .. STRANGER)
    assert.same({ "Emil", "engineer@example.com", "view" }, { member.firstName, member.email, member.role })
    assert.same({ userId = STRANGER, role = "view" }, get(bench.INSTANCE).members[3])
    assert.same({ role = "admin" }, send(200, "PATCH", bench.INSTANCE .. "/members/" .. STRANGER, { role = "admin" }))
    local admins = get(bench.INSTANCE .. "/members?filterField=role&filter=admin&sortDirection=desc")
    assert.same({ "ops@example.com", "engineer@example.com" }, values(admins.items, "email"))
  end)

  it("takes no more than the instance's limit", function()
    for index = get(bench.INSTANCE .. "/orgs").totalCount + 1, 20 do
      send(200, "POST", bench.INSTANCE .. "/orgs", { name = "Plant " .. index })
    end
    refused("POST", bench.INSTANCE .. "/orgs", { name = "Plant 21" }, "limit of 20")
  end)
end)
