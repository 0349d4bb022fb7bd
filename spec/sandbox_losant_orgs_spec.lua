-- SPDX-License-Identifier: MIT
-- The sandbox's Losant in depth: organizations, invitations, sandbox accounts.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

local ORG = bench.INSTANCE .. "/orgs/575ed6e87ae143cd83dc4aa8"
local LOGS = bench.INSTANCE:gsub("instances", "instance") .. "/audit-logs"
local VIEWER, STRANGER = "5ff89ff825013dc6c2856185", "5ff89ff825013dc6c2856186"
local DAY = 86400

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

describe("sandbox Losant organizations", function()
  local function names(query)
    return values(get(bench.INSTANCE .. "/orgs?" .. query).items, "name")
  end

  local function encode(document)
    return "query=" .. document:gsub("[^%w]", function(byte) return ("%%%02X"):format(byte:byte()) end)
  end

  for _, row in ipairs{
    { '{"name":{"$startsWith":"Plant"}}', "Plant Graz,Plant Porto,Plant Ulsan" },
    { '{"name":"Test field"}', "Test field" },
    { '{"name":{"$contains":"t","$endsWith":"d"}}', "Test field" },
    { '{"name":{"$startsWith":"plant","$ci":true}}', "Plant Graz,Plant Porto,Plant Ulsan" },
    { '{"name":{"$in":["Plant Graz","Test field"]}}', "Plant Graz,Test field" },
    { '{"name":{"$nin":["Plant Graz","Test field"]}}', "Plant Porto,Plant Ulsan,Warehouse Rotterdam" },
    { '{"name":{"$gt":"Plant Porto","$lte":"Test field"}}', "Plant Ulsan,Test field" },
    { '{"tags":{"region":"at"}}', "Plant Graz,Test field" },
    { '{"tags":{"$tagKey":"region","$tagValue":{"$in":["kr","nl"]}}}', "Plant Ulsan,Warehouse Rotterdam" },
    { '{"memberId":"' .. VIEWER .. '"}', "Plant Ulsan" },
    { '{"$or":[{"name":"Plant Graz"},{"tags":{"region":"nl"}}]}', "Plant Graz,Warehouse Rotterdam" },
    { '{"$and":[{"name":{"$ne":"Plant Graz"}},{"tags":{"region":"at"}}]}', "Test field" },
    { '{"$nor":[{"name":{"$startsWith":"Plant"}}]}', "Test field,Warehouse Rotterdam" },
    { '{"isReadOnly":true}', "" },
    { '{"disabledAt":false,"referralId":null,"name":{"$startsWith":"Plant G"}}', "Plant Graz" },
  } do
    it("are found by " .. row[1], function()
      assert.equal(row[2], table.concat(names(encode(row[1])), ","))
      assert.equal(row[2], table.concat(names(encode(row[1]) .. "&filterField=name&filter=nothing"), ","))
    end)
  end

  for _, document in ipairs{ '{"size":1}', '{"name":{"$regex":"x"}}', '{"$or":1}', "[", "5", '{"name":{"$in":"x"}}',
    '{"$or":[{"size":1}]}', '{"tags":"x"}' } do
    it("are not searched with " .. document, function()
      assert.equal(400, bench.status("GET", bench.INSTANCE .. "/orgs?" .. encode(document)))
    end)
  end

  it("come in pages", function()
    local seen = {}
    for page = 0, 2 do
      local body = get(bench.INSTANCE .. "/orgs?perPage=2&sortField=creationDate&page=" .. page)
      assert.same({ 5, 2, page }, { body.totalCount, body.perPage, body.page })
      for _, item in ipairs(body.items) do seen[#seen + 1] = item.name end
    end
    assert.same({ "Plant Ulsan", "Plant Graz", "Plant Porto", "Warehouse Rotterdam", "Test field" }, seen)
    assert.equal(400, bench.status("GET", bench.INSTANCE .. "/orgs?page=x"))
    assert.equal(400, bench.status("GET", bench.INSTANCE .. "/orgs?sortField=size"))
  end)

  it("are made with members and limits, and answered without them later", function()
    local made = send(200, "POST", bench.INSTANCE .. "/orgs", { name = "Plant Busan", limits = { device = 3 },
      members = { { userId = VIEWER, role = "admin" }, { email = "engineer@example.com", role = "edit" } } })
    assert.same({ VIEWER, STRANGER }, values(made.members, "userId"))
    assert.same({ 3, 5 }, { made.limits.device, made.limits.application })
    local path = bench.INSTANCE .. "/orgs/" .. made.id
    assert.is_nil(get(path).members)
    assert.equal(2, get(path .. "/members").count)
    assert.equal(2, get(path).summary.memberCount)
    assert.equal(0, get(path).summary.deviceCount)
    local patched = send(200, "PATCH", path, { limits = { member = 7 }, tags = { { key = "region", value = "kr" } } })
    assert.same({ 3, 7 }, { patched.limits.device, patched.limits.member })
    assert.same({ { key = "region", value = "kr" } }, get(path).tags)
  end)

  it("are disabled and enabled again", function()
    send(200, "PATCH", ORG, { disabledAt = "2026-01-01T00:00:00.000Z", isReadOnly = true })
    assert.equal("2026-01-01T00:00:00.000Z", get(ORG).disabledAt)
    send(200, "PATCH", ORG, { disabledAt = false, isReadOnly = false })
    assert.same({ false, false }, { get(ORG).disabledAt, get(ORG).isReadOnly })
    bench.at(60)
    send(200, "PATCH", ORG, { disabledAt = true })
    assert.equal("2026-01-01T00:01:00.000Z", get(ORG).disabledAt)
    refused("PATCH", ORG, { disabledAt = "soon" }, "disabledAt must be")
    refused("PATCH", ORG, { disabledAt = 5 }, "disabledAt must be")
  end)

  it("have more in the summary when it is asked for", function()
    bench.at(10 * DAY)
    assert.is_nil(get(ORG).summary.payloadCount)
    local summary = get(ORG .. "?summaryInclude=payloadCount,notebookStats").summary
    assert.is_true(summary.payloadCount.mqttIn["device.mqtt"] > 0)
    assert.is_true(summary.notebookStats.minutesThisPeriod > 0)
    assert.is_nil(summary.storageStats)
  end)

  it("take everything with them when they are deleted, but for the past", function()
    bench.at(10 * DAY)
    local range = "?start=1735689600000&end=1767225600000"
    local before = get(bench.INSTANCE .. "/payloadCounts" .. range)
    send(200, "DELETE", ORG)
    for _, path in ipairs{ "", "/members", "/invites", "/deviceCounts" } do
      assert.equal(404, bench.status("GET", ORG .. path))
    end
    assert.same(before, get(bench.INSTANCE .. "/payloadCounts" .. range))
  end)
end)

describe("sandbox Losant invitations", function()
  local INVITES = ORG .. "/invites"
  local INVITE = INVITES .. "/575ed71e7ae143cd83dc4aaa"

  it("are listed when they are made, the newest first", function()
    local list = send(201, "POST", INVITES, { email = "new@example.com", role = "view" })
    assert.same({ "new@example.com", "invited@example.com" }, values(list.items, "email"))
    assert.equal(2, list.count)
    assert.equal(2, get(ORG).summary.pendingInviteCount)
    assert.same({ "new@example.com", "invited@example.com" },
      values(get(INVITES .. "?sortField=email").items, "email"))
    assert.same({ "new@example.com" }, values(get(INVITES .. "?filterField=email&filter=new%2A").items, "email"))
  end)

  for _, row in ipairs{
    { { email = "invited@example.com", role = "view" }, "already invited" },
    { { email = "ops@example.com", role = "view" }, "already a member" },
    { { email = "nowhere", role = "view" }, "must be a valid email" },
    { { email = "a@example.com", role = "owner" }, "must be one of" },
  } do
    it("are refused: " .. row[2], function()
      refused("POST", INVITES, row[1], row[2])
    end)
  end

  it("go to welcome domains only", function()
    send(200, "PATCH", ORG, { whitelistedEmailDomains = { "example.com" } })
    send(201, "POST", INVITES, { email = "a@example.com", role = "view" })
    refused("POST", INVITES, { email = "a@notexample.com", role = "view" }, "e-mail domain")
  end)

  it("expire, and begin again when they are sent again", function()
    assert.is_false(get(INVITE).hasExpired)
    bench.at(5 * DAY)
    assert.is_true(get(INVITE).hasExpired)
    local resent = send(201, "POST", INVITE, { role = "edit" })
    assert.same({ "edit", false, "2026-01-06T00:00:00.000Z" }, { resent.role, resent.hasExpired, resent.inviteDate })
    assert.same(resent, get(INVITE))
    assert.equal(INVITE, get(INVITE .. "?_links=true")._links.self.href)
  end)

  it("are logged at the organization", function()
    send(200, "DELETE", INVITE)
    local entry = get(LOGS).items[1]
    assert.same({ "Organization", "Plant Ulsan", "OrgInvite", "invited@example.com" },
      { entry.primaryTargetType, entry.primaryTargetName, entry.secondaryTargetType, entry.secondaryTargetName })
  end)
end)

describe("sandbox Losant accounts", function()
  local ACCOUNTS = bench.INSTANCE .. "/sandboxes"
  local ACCOUNT, MARKED = ACCOUNTS .. "/575ed78e7ae143cd83dc4aab", ACCOUNTS .. "/575ed78e7ae143cd83dc4aae"

  it("are marked, gone after a while, or taken back", function()
    send(200, "DELETE", ACCOUNT)
    assert.equal("2026-01-31T00:00:00.000Z", get(ACCOUNT).permanentDeletion)
    assert.same({ "bruno@example.org", "chiara@example.org", "emre@example.org", "freya@example.org" },
      values(get(ACCOUNTS).items, "email"))
    assert.equal(6, get(ACCOUNTS .. "?includeDeleted=true").count)
    assert.is_nil(send(200, "PATCH", ACCOUNT .. "/undelete").permanentDeletion)
    assert.equal(5, get(ACCOUNTS).count)
    refused("PATCH", ACCOUNT .. "/undelete", nil, "not marked for deletion")
    bench.at(30 * DAY)
    assert.equal(200, bench.status("GET", ACCOUNT))
    assert.equal(404, bench.status("GET", MARKED))
    assert.equal(404, bench.status("PATCH", MARKED .. "/undelete"))
  end)

  it("come by cursor, each once, even when they are deleted on the way", function()
    local seen, after = {}, ""
    repeat
      local body = get(ACCOUNTS .. "?limit=2&sortField=firstName" .. after)
      for _, item in ipairs(body.items) do
        seen[#seen + 1] = item.firstName
        send(200, "DELETE", ACCOUNTS .. "/" .. item.id)
      end
      after = "&startingAfterId=" .. body.items[#body.items].id
    until not body.hasMore
    assert.same({ "Ada", "Bruno", "Chiara", "Emre", "Freya" }, seen)
  end)

  it("come before a cursor too", function()
    local all = get(ACCOUNTS).items
    local before = get(ACCOUNTS .. "?limit=2&endingBeforeId=" .. all[4].id)
    assert.same({ { all[2].id, all[3].id }, true }, { values(before.items, "id"), before.hasMore })
    local first = get(ACCOUNTS .. "?limit=2&endingBeforeId=" .. all[2].id)
    assert.same({ { all[1].id }, false }, { values(first.items, "id"), first.hasMore })
    local between = get(("%s?startingAfterId=%s&endingBeforeId=%s"):format(ACCOUNTS, all[1].id, all[4].id))
    assert.same({ all[2].id, all[3].id }, values(between.items, "id"))
  end)

  for _, query in ipairs{ "limit=0", "limit=x", "startingAfterId=x", "startingAfterId=" .. ("0"):rep(24) } do
    it("are refused for " .. query, function()
      assert.equal(400, bench.status("GET", ACCOUNTS .. "?" .. query))
    end)
  end

  it("have a summary, with more or less in it", function()
    local plain = get(ACCOUNT).summary
    local other = get(ACCOUNT .. "?summaryInclude=storageStats&summaryExclude=deviceCount,flowCount").summary
    assert.is_nil(plain.storageStats)
    assert.is_number(other.storageStats.size)
    assert.is_nil(other.deviceCount)
    assert.is_number(plain.deviceCount)
  end)
end)
