-- SPDX-License-Identifier: MIT
-- The sandbox's Acronis: clients that log in, what their tokens reach, scoped tokens, the router.

local bench = require "spec.support.sandbox"
local sandbox = require "instar.sandbox"

before_each(function()
  bench.reset()
end)

local TENANTS, USERS = "/api/2/tenants", "/api/2/users"
local TOP, RESELLER = "ede9f834-70b3-476c-83d9-736f9f8c7dae", "95303d96-628c-4265-9afa-07bee3fccf39"
local ACME, RESEARCH = "3e1f7c1a-5d0e-4b7f-9a57-4c6f1b2d3e40", "0fcd4a69-8a40-4de8-b711-d9c83dc000f7"
local GONE, NOBODY = "e5f4d3c2-b1a0-4f9e-8d7c-6b5a49382716", "00000000-0000-4000-8000-000000000000"
local OPS, ANNA = "ca451758-b48a-45d9-9ae6-8f1059f67619", "7c6b5a49-3827-4165-9f0e-1d2c3b4a5968"

local function as(token)
  return { authorization = "Bearer " .. token }
end

describe("sandbox Acronis clients", function()
  local base64 = require "instar.sandbox.base64"
  local FORM = "application/x-www-form-urlencoded"

  local function create(method)
    local response, body = bench.send("POST", "/api/2/clients", ([[{"type":"api_client","tenant_id":"%s",
      "token_endpoint_auth_method":"%s","data":{"client_name":"job"}}]]):format(ACME, method or "client_secret_basic"))
    assert.equal(201, response.status, response.body)
    return body
  end

  local function log_in(id, secret, form)
    local basic = secret and "Basic " .. base64.encode(id .. ":" .. secret)
    return bench.send("POST", "/api/2/idp/token", "grant_type=client_credentials" .. (form or ""),
      { authorization = basic, ["content-type"] = FORM })
  end

  it("show their secret once, and can log in with it", function()
    local made = create()
    local got = bench.send("GET", "/api/2/clients/" .. made.client_id)
    assert.is_nil(got.body:find("secret\"", 1, true))
    local response, token = log_in(made.client_id, made.client_secret)
    assert.equal(200, response.status)
    local _, account = bench.send("GET", USERS .. "/me", nil, as(token.access_token))
    assert.same({ made.client_id, ACME }, { account.id, account.tenant_id })
    local _, after = bench.send("GET", "/api/2/clients/" .. made.client_id)
    assert.equal("2026-01-01T00:00:00", after.last_access_at)
    assert.equal(401, (log_in(made.client_id, "wrong")).status)
  end)

  it("see their tenant and what is under it", function()
    local made = create()
    local _, token = log_in(made.client_id, made.client_secret)
    local own = as(token.access_token)
    for _, row in ipairs{ { TENANTS .. "/" .. ACME, 200 }, { TENANTS .. "/" .. RESEARCH, 200 },
      { TENANTS .. "/" .. TOP, 403 }, { TENANTS .. "/" .. RESELLER .. "/children", 403 },
      { TENANTS .. "/" .. TOP .. "/usages", 403 }, { USERS .. "/" .. OPS, 403 }, { USERS .. "/" .. ANNA, 200 },
      { bench.REPORT, 403 }, { "/api/2/clients/" .. sandbox.credentials.acronis.client_id, 403 } } do
      assert.equal(row[2], bench.status("GET", row[1], nil, own), row[1])
    end
    local _, found = bench.send("GET", TENANTS .. "?uuids=" .. TOP .. "," .. ACME, nil, own)
    assert.same({ 1, ACME }, { #found.items, found.items[1].id })
  end)

  it("log in the way they said", function()
    local made = create "client_secret_post"
    local form = ("&client_id=%s&client_secret=%s"):format(made.client_id, made.client_secret)
    assert.equal(200, (log_in(nil, nil, form)).status)
    assert.equal(401, (log_in(made.client_id, made.client_secret)).status)
    local basic = create()
    form = ("&client_id=%s&client_secret=%s"):format(basic.client_id, basic.client_secret)
    assert.equal(401, (log_in(nil, nil, form)).status)
  end)

  for _, row in ipairs{
    { '{"type":"api_client","token_endpoint_auth_method":"none"}', 400 },
    { ('{"type":"robot","tenant_id":"%s","token_endpoint_auth_method":"none"}'):format(TOP), 400 },
    { ('{"type":"api_client","tenant_id":"%s","token_endpoint_auth_method":"none"}'):format(NOBODY), 404 },
  } do
    it("are not made of " .. row[1], function()
      assert.equal(row[2], bench.status("POST", "/api/2/clients", row[1]))
    end)
  end

  it("are not all known", function()
    assert.equal(404, bench.status("GET", "/api/2/clients/" .. NOBODY))
  end)
end)

describe("sandbox Acronis tokens", function()
  local SEED = sandbox.credentials.acronis.token

  local function exchange(token, scope, authorization)
    return bench.send("POST", "/api/2/idp/token", ("grant_type=%s&assertion=%s&scope=%s"):format(
      "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer", token, scope), {
      authorization = authorization or "Bearer " .. token, ["content-type"] = "application/x-www-form-urlencoded" })
  end

  it("are scoped to a customer, and end with their base", function()
    bench.reset{ token_seconds = 100 }
    local _, first = exchange(SEED, "urn:acronis.com:tenant-id:" .. ACME)
    assert.equal(bench.START + 100, first.expires_on)
    local own = as(first.access_token)
    assert.equal(ACME, select(2, bench.send("GET", USERS .. "/me", nil, own)).tenant_id)
    assert.equal(403, bench.status("GET", TENANTS .. "/" .. TOP, nil, own))
    bench.at(60)
    local _, second = exchange(first.access_token, "urn:acronis.com:tenant-id:" .. ACME)
    assert.equal(bench.START + 100, second.expires_on)
    bench.at(100)
    assert.equal(401, bench.status("GET", USERS .. "/me", nil, as(second.access_token)))
    assert.equal(401, (exchange(first.access_token, "urn:acronis.com:tenant-id:" .. ACME)).status)
  end)

  for _, row in ipairs{
    { SEED, "urn:acronis.com:tenant-id:" .. RESELLER, nil, 403, "access_denied" },
    { SEED, "urn:acronis.com:tenant-id:" .. GONE, nil, 403, "access_denied" },
    { SEED, "openid", nil, 403, "access_denied" },
    { SEED, "", nil, 400, "invalid_request" },
    { "nonsense", "urn:acronis.com:tenant-id:" .. ACME, nil, 401, "access_denied" },
    { SEED, "urn:acronis.com:tenant-id:" .. ACME, "Bearer nonsense", 401, "access_denied" },
  } do
    it(("are not scoped to '%s' by %s"):format(row[2], row[3] or row[1]), function()
      local response, body = exchange(row[1], row[2], row[3])
      assert.same({ row[4], row[5] }, { response.status, body.error })
      assert.is_string(body.error_description)
    end)
  end

  it("are not needed to find a data centre", function()
    local _, body = bench.send("GET", "/api/1/accounts?login=ops%40example.com", nil, {})
    assert.same({ login = "ops@example.com", id = 0, server_url = "http://sandbox.test" }, body)
    assert.equal(400, bench.status("GET", "/api/1/accounts", nil, {}))
  end)
end)
