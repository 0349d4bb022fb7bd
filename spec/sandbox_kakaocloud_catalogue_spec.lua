-- SPDX-License-Identifier: MIT
-- The sandbox's KakaoCloud beside instances: flavors, key pairs, tokens that are checked.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"
local sandbox = require "instar.sandbox"

before_each(function()
  bench.reset()
end)

local FLAVORS, KEYPAIRS, TOKENS = "/api/v1/flavors", "/api/v1/keypairs", "/identity/v3/auth/tokens"

local function names_of(items)
  local names = {}
  for index, item in ipairs(items) do names[index] = item.name end
  return table.concat(names, " ")
end

describe("sandbox KakaoCloud flavors", function()
  for _, row in ipairs{
    { "id=22222222-2222-4222-8222-222222222222", "m2a.large" },
    { "name=c2a.2xlarge", "c2a.2xlarge" },
    { "instance_type=vm", "t1i.small m2a.large c2a.2xlarge" },
    { "is_burstable=true", "t1i.small" },
    { "vcpus=2&memory_mb=8192", "m2a.large" },
    { "instance_family=m2a&instance_size=large", "m2a.large" },
    { "maximum_network_interfaces=1", "m2a.baremetal" },
    { "processor=Xeon&architecture=x86_64", "t1i.small p2i.6xlarge" },
    { "created_at=2025-01-02T12:00:00%2B09:00&manufacturer=Intel", "t1i.small p2i.6xlarge" },
    { "updated_at=2025-01-02T03:00:00Z", "" },
    { "limit=2&offset=1", "m2a.large c2a.2xlarge", 5 },
  } do
    it("are found by " .. row[1], function()
      local _, body = bench.send("GET", FLAVORS .. "?sort_keys=vcpus,memory_mb&sort_dirs=asc,asc&" .. row[1])
      assert.equal(row[2], names_of(body.flavors))
      assert.equal(row[3] or #body.flavors, body.pagination.total)
    end)
  end

  it("are read one by one as they are listed", function()
    local _, list = bench.send("GET", FLAVORS)
    for _, flavor in ipairs(list.flavors) do
      assert.same({ flavor = flavor }, select(2, bench.send("GET", FLAVORS .. "/" .. flavor.id)))
    end
    assert.equal(404, bench.status("GET", FLAVORS .. "/nothing"))
  end)

  for _, row in ipairs{ { "vcpus=many", 422 }, { "instance_type=toaster", 400 }, { "sort_keys=colour", 400 },
    { "limit=0", 400 } } do
    it("are not listed with " .. row[1], function()
      assert.equal(row[2], bench.status("GET", FLAVORS .. "?" .. row[1]))
    end)
  end
end)

describe("sandbox KakaoCloud key pairs", function()
  local function create(keypair)
    return bench.send("POST", KEYPAIRS, cjson.encode{ keypair = keypair })
  end

  it("show their private key once", function()
    local response, body = create{ name = "key-02" }
    assert.equal(200, response.status)
    assert.truthy(body.keypair.private_key:find("^%-%-%-%-%-BEGIN RSA PRIVATE KEY%-%-%-%-%-\n"))
    local got, found = bench.send("GET", KEYPAIRS .. "/key-02")
    assert.is_nil(got.body:find("private", 1, true))
    assert.same({ body.keypair.fingerprint, body.keypair.public_key },
      { found.keypair.fingerprint, found.keypair.public_key })
    assert.equal("2026-01-01T00:00:00Z", found.keypair.created_at)
  end)

  it("are imported without a private key, and have the fingerprint of their text", function()
    local key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI ops@example.com"
    local response, first = create{ name = "mine", public_key = key }
    assert.equal(201, response.status)
    assert.is_nil(first.keypair.private_key)
    assert.equal(key, first.keypair.public_key)
    local _, second = create{ name = "also-mine", public_key = key }
    local _, other = create{ name = "other", public_key = key .. "2" }
    assert.equal(first.keypair.fingerprint, second.keypair.fingerprint)
    assert.are_not.equal(first.keypair.fingerprint, other.keypair.fingerprint)
  end)

  for _, row in ipairs{
    { { name = "key-01" }, 409, "already exists" }, { { name = "abc" }, 400, "4-250 characters" },
    { { name = ("a"):rep(251) }, 400, "4-250 characters" }, { { name = "a--b" }, 400, "letters, digits" },
    { { name = "key-02", public_key = "nonsense" }, 400, "OpenSSH public key" }, { {}, 422 },
  } do
    it("are not made of " .. cjson.encode(row[1]):sub(1, 60), function()
      local response, body = create(row[1])
      assert.equal(row[2], response.status)
      assert.truthy(not row[3] or body.error.message:find(row[3], 1, true), response.body)
      assert.equal(2, select(2, bench.send("GET", KEYPAIRS)).pagination.total)
    end)
  end

  it("are gone when they are deleted, and free for others", function()
    assert.equal(204, bench.status("DELETE", KEYPAIRS .. "/key-01"))
    assert.equal(404, bench.status("GET", KEYPAIRS .. "/key-01"))
    assert.equal(404, bench.status("DELETE", KEYPAIRS .. "/key-01"))
    assert.equal(200, (create{ name = "key-01" }).status)
  end)

  it("are listed, filtered and sorted", function()
    create{ name = "a-key" }
    local function list(query) return names_of(select(2, bench.send("GET", KEYPAIRS .. "?" .. query)).keypairs) end
    assert.equal("a-key key-01 office-key", list "sort_keys=name&sort_dirs=asc")
    assert.equal("a-key office-key key-01", list "")
    assert.equal("office-key", list "limit=1&offset=1")
    assert.equal("key-01", list "name=key-01")
    assert.equal("", list "name=key")
    assert.equal("a-key", list "created_at=2026-01-01T09:00:00%2B09:00")
    assert.equal("", list "type=x509")
  end)
end)

describe("sandbox KakaoCloud tokens", function()
  local SEED = sandbox.credentials.kakaocloud.token

  local function validate(subject, own)
    return bench.send("GET", TOKENS, nil, { ["x-auth-token"] = own or SEED, ["x-subject-token"] = subject })
  end

  it("are validated as they were issued, until they end", function()
    local known = sandbox.credentials.kakaocloud
    local issued, made = bench.send("POST", TOKENS, cjson.encode{ auth = { identity = {
      methods = { "application_credential" }, application_credential = {
        id = known.application_credential_id, secret = known.application_credential_secret } } } }, {})
    local token = issued.headers["x-subject-token"]
    local response, body = validate(token)
    assert.same({ 200, token, made }, { response.status, response.headers["x-subject-token"], body })
    assert.equal(200, validate(token, token).status)
    bench.at(43200)
    response, body = validate(token)
    assert.same({ 404, 404, "NotFound" }, { response.status, body.error.code, body.error.title })
    assert.equal(401, validate(SEED, token).status)
  end)

  it("are the seed's too, but not unknown ones, nor none", function()
    assert.equal("9999-12-31T23:59:59.000000Z", select(2, validate(SEED)).token.expires_at)
    assert.equal(404, validate("nonsense").status)
    assert.equal(400, validate(nil).status)
  end)
end)
