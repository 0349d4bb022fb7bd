-- SPDX-License-Identifier: MIT
-- Logins over a real socket: what goes out, how long a token is kept, when another is fetched, what a failure becomes.

local compare = require "spec.support.compare"
local instar = require "instar"
local json = require "spec.support.json"
local server = require "spec.support.server".start()
local socket = require "socket"

local START = 1893456000 -- 2030-01-01T00:00:00Z

local real_time = os.time
local now

before_each(function()
  server:reset()
  now = START
  os.time = function(...) return select("#", ...) == 0 and now or real_time(...) end -- luacheck: ignore 122
end)

after_each(function()
  os.time = real_time -- luacheck: ignore 122
end)

local constants = {{"_actions", "false"}, {"_links", "true"}, {"_embedded", "true"}}

-- By service: a login's options, what an answer with a token and further members looks like, an operation that reads.
local services = {
  losant = {
    options = {email = "me@example.com", password = 'pa55"wörd'},
    issue = function(token, more) return {body = ('{"token": "%s"%s}'):format(token, more or "")} end,
    read = function(client, ...) return client.instance.get("x", ...) end,
    header = "authorization", prefix = "Bearer ",
    request = {method = "POST", path = "/auth/user", query = constants, absent_headers = {"authorization"},
      headers = {accept = "application/json", ["content-type"] = "application/json", ["accept-version"] = "^1.29.3"},
      body = '{"email": "me@example.com", "password": "pa55\\"w\\u00f6rd"}'},
  },
  kakaocloud = {
    options = {application_credential_id = "id", application_credential_secret = "s3cret"},
    issue = function(token, more)
      local body = ('{"token": {"x": 1%s}}'):format(more or "")
      return {status = 201, headers = {["X-Subject-Token"] = token}, body = body}
    end,
    read = function(client, ...) return client.instance.get("x", ...) end,
    header = "x-auth-token", prefix = "", iam = true,
    request = {method = "POST", path = "/identity/v3/auth/tokens", query = {}, absent_headers = {"x-auth-token"},
      headers = {accept = "application/json", ["content-type"] = "application/json", ["x-api-version"] = "1.3.0"},
      body = [[{"auth": {"identity": {"methods": ["application_credential"],
        "application_credential": {"id": "id", "secret": "s3cret"}}}}]]},
  },
  acronis = {
    options = {client_id = "id", client_secret = "a:bü€"},
    issue = function(token, more) return {body = ('{"access_token": "%s"%s}'):format(token, more or "")} end,
    read = function(client, ...) return client.report.get("x", ...) end,
    header = "authorization", prefix = "Bearer ",
    request = {method = "POST", path = "/api/2/idp/token", query = {}, headers = {accept = "application/json",
      authorization = "Basic aWQ6YTpiw7zigqw=", ["content-type"] = "application/x-www-form-urlencoded"},
      body = {form = "grant_type=client_credentials"}},
  },
}

local SERVICES = {"losant", "kakaocloud", "acronis"}
local FINE = {body = "{}"}
local REFUSED = {status = 401, body = "{}"}

local function client(service, more)
  local url = server:url("http")
  local options = {retries = 0, base_url = service == "acronis" and url .. "/api/2" or url,
    iam_url = services[service].iam and url}
  for _, list in ipairs{services[service].options, more or {}} do
    for name, value in pairs(list) do options[name] = value end
  end
  return instar[service](options)
end

--- What was sent: "login", or the token with which something else was asked for.
local function seen(service)
  local list = {}
  for _, request in ipairs(server:requests()) do
    local is_login = request.path == services[service].request.path
    table.insert(list, is_login and "login" or request:header(services[service].header))
  end
  return table.concat(list, ", ")
end

for _, service in ipairs(SERVICES) do
  local facts = services[service]

  describe("a login of " .. service, function()
    it("sends the credentials once, and the token after that", function()
      server:queue(facts.issue("t-1"), FINE, FINE)
      local a_client = client(service)
      assert(facts.read(a_client))
      assert(facts.read(a_client))
      local expected = {}
      for name, value in pairs(facts.request) do expected[name] = value end
      if type(expected.body) == "string" then expected.body = json.decode(expected.body) end
      assert(compare.request(expected, server:requests()[1]))
      assert.equal(("login, %st-1, %st-1"):format(facts.prefix, facts.prefix), seen(service))
    end)

    it("is made once more after a 401", function()
      server:queue(facts.issue("1"), REFUSED, facts.issue("2"), FINE, FINE)
      local a_client = client(service)
      local _, response = assert(facts.read(a_client))
      assert.equal(2, response.attempts)
      assert(facts.read(a_client))
      assert.equal(("login, %s1, login, %s2, %s2"):gsub("%%s", facts.prefix), seen(service))
    end)

    it("is not made a third time", function()
      server:queue(facts.issue("1"), REFUSED, facts.issue("2"), REFUSED)
      local _, message, err = facts.read(client(service))
      assert.same({"auth", 401, "yes"}, {err.kind, err.status, err.sent})
      assert.is_string(message)
      assert.equal(("login, %s1, login, %s2"):gsub("%%s", facts.prefix), seen(service))
    end)

    it("is not made after a 403", function()
      server:queue(facts.issue("1"), {status = 403})
      local _, _, err = facts.read(client(service))
      assert.same({"auth", 403}, {err.kind, err.status})
      assert.equal("login, " .. facts.prefix .. "1", seen(service))
    end)

    -- What is answered to the login, the call's kind and status.
    for name, row in pairs{
      ["401"] = {REFUSED, "auth", 401}, ["403"] = {{status = 403, body = "<html>"}, "auth", 403},
      ["400"] = {{status = 400, body = '{"error": "invalid_client", "error_description": "no"}'}, "auth", 400},
      ["404"] = {{status = 404, body = "{}"}, "http", 404}, ["500"] = {{status = 500}, "http", 500},
      ["302"] = {{status = 302, headers = {Location = "http://127.0.0.1/"}}, "http", 302},
      ["HTML"] = {{headers = {["X-Subject-Token"] = "t"}, body = "<html>"}, "decode", 200},
      ["no token"] = {{body = "{}"}, "decode"}, ["an empty token"] = {{headers = {["X-Subject-Token"] = ""},
        body = '{"token": "", "access_token": ""}'}, "decode"},
      ["a token of another type"] = {{body = '{"token": 5, "access_token": {}}'}, "decode"},
      ["nothing"] = {{close_before_answer = true}, "transport"},
    } do
      it("that is answered with " .. name .. " fails the call", function()
        server:queue(row[1])
        local body, message, err = facts.read(client(service))
        assert.is_nil(body)
        assert.is_string(message)
        assert.same({row[2], "no"}, {err.kind, err.sent})
        if row[3] then assert.equal(row[3], err.status) end
        assert.equal("login", seen(service))
      end)
    end

    it("that finds nobody, or hangs, keeps its kind", function()
      local closed = server:url("closed")
      local _, _, err = facts.read(client(service, {base_url = closed, iam_url = facts.iam and closed}))
      assert.same({"transport", "no"}, {err.kind, err.sent})
      server:queue{hang = "before_headers"}
      local started = socket.gettime()
      _, _, err = facts.read(client(service), nil, {timeout = 0.1})
      assert.same({"timeout", "no"}, {err.kind, err.sent})
      assert.is_true(socket.gettime() - started < 5)
    end)
  end)
end

describe("an issued token", function()
  -- Service, further members of the answer, seconds after START: the last that it is kept, the first that it is not.
  for _, row in ipairs{
    {"kakaocloud", ', "expires_at": "2030-01-01T12:00:00.000000Z"', 43200 - 301, 43200 - 299},
    {"kakaocloud", ', "expires_at": "2030-01-01T21:00:00+09:00"', 43200 - 301, 43200 - 299},
    {"kakaocloud", ', "expires_at": "2030-03-01T00:00:00Z"', 59 * 86400 - 301, 59 * 86400 - 299},
    {"kakaocloud", ', "expires_at": "soon"', 1e9}, {"kakaocloud", "", 1e9},
    {"acronis", ', "expires_on": ' .. START + 7200, 7200 - 901, 7200 - 899},
    {"acronis", ', "expires_in": 7200', 7200 - 901, 7200 - 899},
    {"acronis", ', "expires_on": null, "expires_in": null', 1e9}, {"acronis", "", 1e9}, {"losant", "", 1e9},
  } do
    local service, kept, ended = row[1], row[3], row[4]
    it(("of %s with%s is renewed in time"):format(service, row[2] == "" and "out an end" or row[2]), function()
      local facts = services[service]
      server:queue(facts.issue("1", row[2]), FINE, FINE, facts.issue("2", row[2]), FINE)
      local a_client = client(service)
      for _, seconds in ipairs{0, kept, ended} do
        now = START + seconds
        assert(facts.read(a_client))
      end
      local expected = ended and "login, %s1, %s1, login, %s2" or "login, %s1, %s1"
      assert.equal(expected:gsub("%%s", facts.prefix), seen(service))
    end)
  end

  for _, token in ipairs{"a\\nb", "a\\r\\nX-Evil: 1", "a\\u0000b"} do
    it("that could not be a header is a decode error: " .. token, function()
      for _, service in ipairs{"losant", "acronis"} do
        local facts = services[service]
        server:queue(facts.issue(token), facts.issue(token))
        local a_client = client(service)
        local _, _, err = facts.read(a_client)
        assert.same({"decode", "no"}, {err.kind, err.sent})
        local issue = service == "losant" and a_client.auth.authenticate_user or a_client.token.issue
        _, _, err = issue(service == "losant" and {credentials = {}} or {})
        assert.equal("decode", err.kind)
      end
      assert.equal(4, #server:requests())
    end)
  end

  it("is renewed for a POST as well", function()
    local facts = services.kakaocloud
    server:queue(facts.issue("1"), REFUSED, facts.issue("2"), FINE)
    assert(client("kakaocloud").instance.create{instance = {name = "n"}})
    local requests = server:requests()
    assert.same({"1", "2"}, {requests[2]:header("x-auth-token"), requests[4]:header("x-auth-token")})
    assert.same({'{"instance":{"name":"n"}}', "POST"}, {requests[4].body, requests[4].method})
  end)
end)

describe("a one-time code", function()
  it("is sent with the first login and never again", function()
    server:queue(services.losant.issue("1"), FINE, REFUSED)
    local a_client = client("losant", {twoFactorCode = "123456"})
    assert(services.losant.read(a_client))
    local _, message, err = services.losant.read(a_client)
    assert.equal("auth", err.kind)
    assert.is_string(message)
    assert.is_truthy(server:requests()[1].body:find('"twoFactorCode":"123456"', 1, true))
    assert.equal("login, Bearer 1, Bearer 1", seen("losant"))
  end)
end)

describe("token.issue of acronis", function()
  it("takes the client's id and secret, whatever its token", function()
    server:queue({body = '{"access_token": "new"}'})
    local body = assert(client("acronis", {token = "t"}).token.issue{scope = "openid"})
    assert.equal("new", body.access_token)
    assert.equal("Basic aWQ6YTpiw7zigqw=", server:only_request():header("authorization"))
  end)

  it("without them is an auth failure of which nothing is sent", function()
    local a_client = instar.acronis{base_url = server:url("http"), token = "t"}
    local _, _, err = a_client.token.issue{}
    assert.same({"auth", "no"}, {err.kind, err.sent})
    assert.equal(0, #server:requests())
  end)
end)

describe("a login that is called as an operation", function()
  it("sends no token and changes none", function()
    server:queue(services.losant.issue("other"), services.kakaocloud.issue("other"), FINE)
    local losant, kakao = client("losant", {token = "mine"}), client("kakaocloud", {token = "mine"})
    assert.equal("other", assert(losant.auth.authenticate_user{credentials = {email = "e"}}).token)
    local _, response = assert(kakao.token.issue{auth = {}})
    assert.equal("other", response.headers["x-subject-token"])
    assert(services.losant.read(losant))
    local requests = server:requests()
    assert.same({nil, nil, "Bearer mine"}, {requests[1]:header("authorization"), requests[2]:header("x-auth-token"),
      requests[3]:header("authorization")})
  end)
end)
