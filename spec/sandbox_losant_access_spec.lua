-- SPDX-License-Identifier: MIT
-- The sandbox's Losant: logins, API tokens and their scopes, the audit log.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

local TOKENS = bench.INSTANCE .. "/tokens"
local LOGS = bench.INSTANCE:gsub("instances", "instance") .. "/audit-logs"
local ORG = bench.INSTANCE .. "/orgs/575ed6e87ae143cd83dc4aa8"

before_each(function()
  bench.reset()
end)

local function bearer(token)
  return { authorization = "Bearer " .. token }
end

local function new_token(data)
  local response, body = bench.send("POST", TOKENS, cjson.encode(data))
  assert.equal(201, response.status, response.body)
  return body
end

describe("sandbox Losant logins", function()
  for _, row in ipairs{
    { "/auth/user/github", '{"accessToken":"sandbox-github-token"}', '{"accessToken":"other"}' },
    { "/auth/user/saml", '{"SAMLResponse":"c2FuZGJveC1zYW1sLXJlc3BvbnNl","SAMLDomain":"example.com"}',
      '{"SAMLResponse":"c2FuZGJveC1zYW1sLXJlc3BvbnNl","SAMLDomain":"example.org"}' },
    { "/auth/user", '{"email":"ops@example.com","password":"sandbox password"}',
      '{"email":"ops@example.com","password":"sandbox passwort"}' },
  } do
    it("give tokens that work until they end: " .. row[1], function()
      local response, body = bench.send("POST", row[1], (row[2]:gsub("}$", ',"tokenTTL":60}')), {})
      assert.equal(200, response.status, response.body)
      assert.equal(200, bench.status("GET", bench.INSTANCE, nil, bearer(body.token)))
      bench.at(60)
      assert.equal(401, bench.status("GET", bench.INSTANCE, nil, bearer(body.token)))
      local refused, refusal = bench.send("POST", row[1], row[3], {})
      assert.equal(401, refused.status)
      assert.equal("Unauthorized", refusal.type)
      assert.equal(400, bench.status("POST", row[1], "{}", {}))
    end)

    it("give tokens with the scopes they ask for: " .. row[1], function()
      local _, body = bench.send("POST", row[1], (row[2]:gsub("}$", ',"requestedScopes":["all.User.read"]}')), {})
      assert.equal(200, bench.status("GET", "/instances", nil, bearer(body.token)))
      assert.equal(403, bench.status("PATCH", bench.INSTANCE, '{"mfaMode":"required"}', bearer(body.token)))
    end)
  end

  it("know which domains have single sign-on", function()
    local _, body = bench.send("GET", "/auth/ssoDomain?email=anybody%40Example.com", nil, {})
    assert.equal("SAML", body.ssoType)
    local other = bench.send("GET", "/auth/ssoDomain?email=anybody%40example.org", nil, {})
    assert.same({ 204, "" }, { other.status, other.body })
    assert.equal(400, bench.status("GET", "/auth/ssoDomain", nil, {}))
  end)
end)

describe("sandbox Losant API tokens", function()
  it("have a secret once, and work while they are active and there", function()
    local token = new_token{ name = "job" }
    local headers, path = bearer(token.token), TOKENS .. "/" .. token.id
    assert.is_nil(select(2, bench.send("GET", path)).token)
    assert.equal(200, bench.status("GET", bench.INSTANCE, nil, headers))
    bench.send("PATCH", path, '{"status":"inactive"}')
    assert.equal(401, bench.status("GET", bench.INSTANCE, nil, headers))
    bench.send("PATCH", path, '{"status":"active"}')
    assert.equal(200, bench.status("GET", bench.INSTANCE, nil, headers))
    bench.send("DELETE", path)
    assert.equal(401, bench.status("GET", bench.INSTANCE, nil, headers))
  end)

  it("end at their date", function()
    local token = new_token{ name = "job", expirationDate = "2026-01-01T00:01:00.000Z" }
    bench.at(59)
    assert.equal(200, bench.status("GET", bench.INSTANCE, nil, bearer(token.token)))
    bench.at(60)
    assert.equal(401, bench.status("GET", bench.INSTANCE, nil, bearer(token.token)))
    assert.equal(200, bench.status("GET", TOKENS .. "/" .. token.id))
  end)

  -- Scope, method, path below the instance, body, status.
  for _, row in ipairs{
    { "all.Instance.read", "GET", "/orgs", nil, 200 },
    { "all.Instance.read", "POST", "/generateReport", nil, 202 },
    { "all.Instance.read", "POST", "/orgs", '{"name":"Plant"}', 403 },
    { "all.Instance.read", "GET", "/notification-rules/575ed8367ae143cd83dc4aad/logs", nil, 403 },
    { "all.Instance", "GET", "/notification-rules/575ed8367ae143cd83dc4aad/logs", nil, 200 },
    { "instance.get", "GET", "", nil, 200 },
    { "instance.get", "GET", "/payloadCounts", nil, 403 },
    { "instanceOrg.*", "GET", "/orgs/575ed6e87ae143cd83dc4aa8/deviceCounts", nil, 200 },
    { "instanceOrg.deviceCounts", "GET", "/orgs/575ed6e87ae143cd83dc4aa8/deviceCounts", nil, 200 },
    { "instanceOrg.*", "GET", "/orgs", nil, 403 },
    { "instanceOrgs.*", "GET", "/orgs", nil, 200 },
  } do
    it(("with %s get %d for %s %s"):format(row[1], row[5], row[2], row[3]), function()
      local token = new_token{ name = "job", scope = { row[1] } }
      assert.equal(row[5], bench.status(row[2], bench.INSTANCE .. row[3], row[4], bearer(token.token)))
    end)
  end

  it("are of one instance", function()
    local token = new_token{ name = "job", scope = { "all.Instance" } }
    assert.equal(403, bench.status("GET", "/instances", nil, bearer(token.token)))
    assert.equal(200, bench.status("GET", "/instances/575ec8687ae143cd83dc4a98"))
    assert.equal(403, bench.status("GET", "/instances/575ec8687ae143cd83dc4a98", nil, bearer(token.token)))
  end)

  it("stand in the audit log, without their secret", function()
    local token = new_token{ name = "job" }
    bench.at(1)
    bench.send("PATCH", ORG, '{"description":"by a job"}', bearer(token.token))
    local _, logs = bench.send("GET", LOGS)
    assert.same({ "ApiToken", "job", token.id },
      { logs.items[1].actorType, logs.items[1].actorName, logs.items[1].actorId })
    assert.same({ "ApiToken", token.id }, { logs.items[2].primaryTargetType, logs.items[2].primaryTargetId })
    assert.equal("job", logs.items[2].responseBody.name)
    assert.is_nil(logs.items[2].responseBody.token)
  end)
end)

describe("sandbox Losant instances", function()
  for _, row in ipairs{ { "", 2 }, { "?filterField=name&filter=Factory%2A", 1 }, { "?perPage=1&page=1", 1 } } do
    it("are listed: /instances" .. row[1], function()
      local response, body = bench.send("GET", "/instances" .. row[1])
      assert.equal(200, response.status)
      assert.equal(row[2], body.count)
    end)
  end

  it("have nothing in common", function()
    local other = "/instances/575ec8687ae143cd83dc4a98"
    bench.send("POST", bench.INSTANCE .. "/orgs", '{"name":"Plant"}')
    for _, path in ipairs{ "/orgs", "/tokens", "/nodes", "/notification-rules", "/sandboxes",
      "/historicalSummaries" } do
      assert.equal(0, select(2, bench.send("GET", other .. path)).count, path)
    end
    assert.equal(404, bench.status("GET", other .. "/orgs/575ed6e87ae143cd83dc4aa8"))
    assert.equal(0, select(2, bench.send("GET", "/instance/575ec8687ae143cd83dc4a98/audit-logs")).totalCount)
  end)
end)

describe("sandbox Losant audit log", function()
  before_each(function()
    for index, row in ipairs{
      { "PATCH", ORG, '{"description":"new"}' },
      { "POST", bench.INSTANCE .. "/members", '{"email":"engineer@example.com","role":"view"}' },
      { "POST", ORG .. "/invites", '{"email":"new@example.com","role":"view"}' },
      { "PATCH", bench.INSTANCE, '{"mfaMode":"required"}' },
    } do
      bench.at(index)
      assert.is_true(bench.status(row[1], row[2], row[3]) < 300)
    end
  end)

  for _, row in ipairs{
    { "", "instance.patch instanceOrgInvites.post instanceMembers.post instanceOrg.patch instanceOrg.patch" },
    { "auditLogFilter[primaryTarget][0][type]=User", "instanceMembers.post" },
    { "auditLogFilter[primaryTarget][0][type]=User&auditLogFilter[primaryTarget][1][name]=Plant%20Ulsan",
      "instanceOrgInvites.post instanceMembers.post instanceOrg.patch instanceOrg.patch" },
    { "auditLogFilter[secondaryTarget][0][type]=OrgInvite", "instanceOrgInvites.post" },
    { "auditLogFilter[request][0][resource]=instanceOrg&auditLogFilter[request][0][action]=patch&perPage=1",
      "instanceOrg.patch" },
    { "auditLogFilter[responseCode][0]=201", "instanceOrgInvites.post" },
    { "auditLogFilter[responseCode][0]=201&auditLogFilter[responseCode][1]=404", "instanceOrgInvites.post" },
    { "auditLogFilter[actor][0][type]=ApiToken", "" },
    { "start=1767225602000&end=1767225603000", "instanceOrgInvites.post instanceMembers.post" },
    { "start=1767225602000&sortDirection=asc", "instanceMembers.post instanceOrgInvites.post instance.patch" },
  } do
    it("is filtered by " .. row[1], function()
      local response, body = bench.send("GET", LOGS .. "?" .. row[1])
      assert.equal(200, response.status, response.body)
      local found = {}
      for index, item in ipairs(body.items) do found[index] = item.requestResource .. "." .. item.requestAction end
      assert.equal(row[2], table.concat(found, " "))
    end)
  end

  for _, query in ipairs{ "start=x", "end=-1", "auditLogFilter=x", "auditLogFilter[responseCode][0]=ok",
    "auditLogFilter[primaryTarget][0][type]=Instance", "auditLogFilter[colour]=red", "page=-1" } do
    it("is refused for " .. query, function()
      assert.equal(400, bench.status("GET", LOGS .. "?" .. query))
    end)
  end
end)
