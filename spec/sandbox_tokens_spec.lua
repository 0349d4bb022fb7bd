-- SPDX-License-Identifier: MIT
-- The sandbox's tokens: who gets one, and for how long.

local cjson = require "cjson"
local sandbox = require "instar.sandbox"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

describe("sandbox tokens", function()
  for _, row in ipairs{
    { bench.INSTANCE, { authorization = "Bearer nonsense" }, { type = "Unauthorized", message = "Unauthorized" } },
    { bench.INSTANCE, { authorization = sandbox.credentials.losant.token },
      { type = "Unauthorized", message = "Unauthorized" } },
    { bench.MACHINE, { ["x-auth-token"] = "nonsense" },
      { error = { code = "Unauthorized", message = "The request you have made requires authentication." } } },
    { bench.REPORT, { authorization = "Bearer nonsense" },
      { error = { code = 401, message = "Unauthorized", domain = "PlatformAccountServer", context = {},
        details = { info = "The access token is missing, expired or invalid" } } } },
  } do
    it("are checked at " .. row[1] .. " with " .. (next(row[2])), function()
      for _, headers in ipairs{ {}, row[2] } do
        local response, body = bench.send("GET", row[1], nil, headers)
        assert.equal(401, response.status)
        assert.same(row[3], body)
      end
    end)
  end

  local function login_losant(extra)
    local known = sandbox.credentials.losant
    return bench.send("POST", "/auth/user", ('{"email":"%s","password":"%s"%s}'):format(known.email, known.password,
      extra or ""), {})
  end

  it("of Losant come from a login and end with tokenTTL", function()
    local response, body = login_losant(',"tokenTTL":60')
    assert.equal(200, response.status)
    local headers = { authorization = "Bearer " .. body.token }
    bench.at(59)
    assert.equal(200, bench.status("GET", bench.INSTANCE, nil, headers))
    bench.at(60)
    assert.equal(401, bench.status("GET", bench.INSTANCE, nil, headers))
  end)

  it("of Losant last without tokenTTL", function()
    local _, body = login_losant()
    bench.at(10 * 365 * 86400)
    assert.equal(200, bench.status("GET", bench.INSTANCE, nil, { authorization = "Bearer " .. body.token }))
  end)

  for _, row in ipairs{
    { '{"email":"ops@example.com","password":"wrong password"}', 401, "Unauthorized" },
    { '{"email":"who@example.com","password":"sandbox password"}', 401, "Unauthorized" },
    { '{"email":"ops@example.com"}', 400, "Validation" },
    { '{"email":"ops@example.com","password":"short"}', 400, "Validation" },
    { '{"email":"ops@example.com","password":"sandbox password","x":1}', 400, "Validation" },
  } do
    it("of Losant are not for " .. row[1], function()
      local response, body = bench.send("POST", "/auth/user", row[1], {})
      assert.equal(row[2], response.status)
      assert.equal(row[3], body.type)
    end)
  end

  local function kakao_login(id, secret, headers)
    local identity = {
      methods = { "application_credential" }, application_credential = { id = id, secret = secret },
    }
    return bench.send("POST", "/identity/v3/auth/tokens", cjson.encode{ auth = { identity = identity } }, headers or {})
  end

  it("of KakaoCloud come in a header and expire", function()
    local known = sandbox.credentials.kakaocloud
    local response, body = kakao_login(known.application_credential_id, known.application_credential_secret)
    assert.equal(201, response.status)
    assert.equal("2026-01-01T12:00:00.000000Z", body.token.expires_at)
    assert.truthy(response.body:find('"catalog":[]', 1, true))
    local headers = { ["x-auth-token"] = response.headers["x-subject-token"] }
    bench.at(43199)
    assert.equal(200, bench.status("GET", bench.MACHINE, nil, headers))
    bench.at(43200)
    assert.equal(401, bench.status("GET", bench.MACHINE, nil, headers))
  end)

  it("of KakaoCloud are not for strangers, nor without a content type", function()
    local known = sandbox.credentials.kakaocloud
    local response, body = kakao_login(known.application_credential_id, "wrong")
    assert.equal(401, response.status)
    assert.same({ code = 401, title = "Unauthorized", message = "The request you have made requires authentication." },
      body.error)
    assert.equal(401, bench.status("POST", "/identity/v3/auth/tokens", '{"auth":{}}', {}))
    response, body = kakao_login(known.application_credential_id, known.application_credential_secret,
      { ["content-type"] = "text/plain" })
    assert.equal(400, response.status)
    assert.equal(400, body.error.code)
  end)

  -- bedba71b-a7a8-433e-88dd-828490c0dcbe:sandbox-client-secret
  local BASIC = "Basic YmVkYmE3MWItYTdhOC00MzNlLTg4ZGQtODI4NDkwYzBkY2JlOnNhbmRib3gtY2xpZW50LXNlY3JldA=="
  local FORM = "application/x-www-form-urlencoded"

  it("of Acronis are for the known client and expire", function()
    bench.reset{ token_seconds = 100 }
    local response, body = bench.send("POST", "/api/2/idp/token", "grant_type=client_credentials",
      { authorization = BASIC, ["content-type"] = FORM })
    assert.equal(200, response.status)
    assert.equal(bench.START + 100, body.expires_on)
    assert.equal("bearer", body.token_type)
    assert.truthy(response.body:find('"expires_on":1767225700,', 1, true))
    local headers = { authorization = "Bearer " .. body.access_token }
    assert.equal(200, bench.status("GET", bench.REPORT, nil, headers))
    bench.at(100)
    assert.equal(401, bench.status("GET", bench.REPORT, nil, headers))
  end)

  for _, row in ipairs{
    { "grant_type=client_credentials", "Basic bm9ib2R5Om5vdGhpbmc=", FORM, 401, "invalid_client" },
    { "grant_type=client_credentials", nil, FORM, 401, "invalid_client" },
    { "scope=openid", BASIC, FORM, 400, "invalid_request" },
    { "grant_type=guess", BASIC, FORM, 400, "invalid_request" },
    { "grant_type=password", BASIC, FORM, 400, "unsupported_grant_type" },
    { "grant_type=client_credentials", BASIC, "application/json", 400, "invalid_request" },
  } do
    it(("of Acronis are not for %s by %s as %s"):format(row[1], tostring(row[2]), row[3]), function()
      local response, body = bench.send("POST", "/api/2/idp/token", row[1],
        { authorization = row[2], ["content-type"] = row[3] })
      assert.equal(row[4], response.status)
      assert.equal(row[5], body.error)
      assert.is_string(body.error_description)
    end)
  end
end)
