-- SPDX-License-Identifier: MIT
-- What the world does wrong, as `nil, message, err`.

local instar = require "instar"
local json = require "spec.support.json"
local server = require "spec.support.server".start()

local answer

local function transport()
  return answer
end

local function client(service, more)
  local options = {token = "t0ken", retries = 0, transport = transport}
  if service == "acronis" then
    options.base_url, options.client_id, options.client_secret = "https://a.example/api/2", "id", "s3cret"
  end
  for name, value in pairs(more or {}) do options[name] = value end
  return instar[service](options)
end

local operations = {
  losant = function(c) return c.instance.get("x") end,
  kakaocloud = function(c) return c.instance.update("x", {instance = {}}) end,
  acronis = function(c) return c.report.get("x") end,
  token = function(c) return c.token.issue{} end,
}

local function failed(service, status, body, headers)
  answer = {status = status, headers = headers, body = body}
  return operations[service](client(service == "token" and "acronis" or service))
end

describe("an HTTP error", function()
  -- Service, status, body, the service's own code and message; false for the sentence.
  for _, row in ipairs{
    {"losant", 404, '{"type": "NotFound", "message": "Instance was not found"}', "NotFound", "Instance was not found"},
    {"losant", 400, '{"type": "Validation", "message": "", "validationErrors": [{"path": "a"}]}', "Validation", ""},
    {"losant", 400, '{"message": "no type"}', nil, "no type"}, {"losant", 400, '{"type": "T"}', "T", false},
    {"losant", 400, '{"type": {"a": 1}, "message": ["m"]}', nil, false}, {"losant", 500, "[]", nil, false},
    {"losant", 500, '"text"', nil, false}, {"losant", 500, "5", nil, false}, {"losant", 500, "", nil, false},
    {"losant", 502, "<html><h1>502 Bad Gateway</h1></html>", nil, false}, {"losant", 503, "\0\255", nil, false},
    {"losant", 413, '{"type": "a', nil, false}, {"losant", 301, "", nil, false}, {"losant", 304, "", nil, false},
    {"kakaocloud", 409, '{"error": {"code": "Conflict", "message": "not now"}}', "Conflict", "not now"},
    {"kakaocloud", 404, '{"error": {"code": 404, "message": "none", "title": "Not Found"}}', 404, "none"},
    {"kakaocloud", 422, '{"detail": [{"loc": ["body", 0, "name"], "msg": "field required", "type": "missing"}]}',
      nil, false},
    {"kakaocloud", 400, '{"error": "text"}', nil, false}, {"kakaocloud", 400, '{"error": null}', nil, false},
    {"acronis", 409, '{"error": {"code": 1001, "message": "Version mismatch", "details": {"info": null}}}', 1001,
      "Version mismatch"},
    {"acronis", 404, '{"error": {"code": "x", "message": "m", "domain": "d", "context": {}}}', "x", "m"},
    {"acronis", 504, '{"error": "unknown"}', "unknown", false},
    {"token", 400, '{"error": "invalid_request", "error_description": "no grant"}', "invalid_request", "no grant"},
    {"token", 404, '{"domain": "Access", "reason": "x", "error": "invalid_client"}', "invalid_client", false},
  } do
    local service, status, body = row[1], row[2], row[3]
    it(("of %s with %d: %s"):format(service, status, body:gsub("%c", "?")), function()
      local result, message, err = failed(service, status, body, {["X-A"] = "b", ["X-Request-Id"] = "r-1"})
      assert.is_nil(result)
      assert.is_string(message)
      assert.same({status, row[4], body}, {err.status, err.code, err.body})
      assert.same({"b", "r-1"}, {err.headers["x-a"], err.request_id})
      assert.equal(row[5] or message, err.message)
      assert.same({"yes", 1}, {err.sent, err.attempts})
      assert.is_truthy(message:find(tostring(status), 1, true), message)
      local data = err.data
      if json.decode(body) == nil then assert.is_nil(data) else assert.is_not_nil(data) end
      if service ~= "token" then assert.equal("http", err.kind) end
    end)
  end

  it("holds the whole answer in data", function()
    local _, _, err = failed("kakaocloud", 422, '{"detail": [{"loc": ["body", 0], "ctx": null}], "n": 1.0}')
    assert.same({detail = {{loc = {"body", 0}}}, n = 1}, err.data)
  end)

  for status, kind in pairs{[400] = "http", [401] = "auth", [403] = "auth", [404] = "http", [407] = "http"} do
    it(("%d is of the kind %s"):format(status, kind), function()
      for service in pairs{losant = 1, kakaocloud = 1, acronis = 1} do
        local _, _, err = failed(service, status, "{}")
        assert.equal(kind, err.kind)
      end
    end)
  end

  it("tells whether another try can help", function()
    for status, retryable in pairs{[429] = true, [502] = true, [503] = true, [504] = true, [500] = true, [400] = false,
      [401] = false, [403] = false, [404] = false, [409] = false, [422] = false, [301] = false} do
      local _, _, err = failed("losant", status, "")
      assert.same({status, retryable}, {err.status, err.retryable})
    end
  end)

  it("tells what was tried", function()
    local _, message, err = failed("kakaocloud", 500, "")
    assert.same({"instance.update", "PUT", "https://bcs.kr-central-2.kakaocloud.com/api/v1/instances/x"},
      {err.operation, err.method, err.url})
    assert.is_truthy(message:find("kakaocloud instance.update", 1, true), message)
    assert.is_truthy(message:find("bcs.kr-central-2.kakaocloud.com", 1, true), message)
  end)

  for _, name in ipairs{"X-Request-Id", "x-openstack-request-id", "X-Correlation-ID"} do
    it("has the request's id from " .. name, function()
      local _, _, err = failed("losant", 500, "", {[name] = "id-1"})
      assert.equal("id-1", err.request_id)
    end)
  end
end)

describe("retry_after", function()
  for text, expected in pairs{["120"] = 120, ["0"] = 0, [" 7 "] = 7, ["Wed, 21 Oct 2015 07:28:00 GMT"] = 0,
    ["Sunday, 06-Nov-94 08:49:37 GMT"] = 0} do
    it("reads " .. text, function()
      local _, _, err = failed("losant", 429, "", {["retry-after"] = text})
      assert.equal(expected, err.retry_after)
    end)
  end

  it("reads a date that is to come", function()
    local date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 100)
    local _, _, err = failed("losant", 503, "", {["Retry-After"] = date})
    assert.is_true(err.retry_after > 95 and err.retry_after <= 100)
  end)

  for _, text in ipairs{"", "soon", "-1", "1.5", "12 3", "120abc", "0x10", "1e3", "NaN", "-"} do
    it("is absent when it makes no sense: " .. text, function()
      local _, _, err = failed("losant", 429, "", {["Retry-After"] = text})
      assert.is_nil(err.retry_after)
    end)
  end

  it("is absent when nothing was asked", function()
    local _, _, err = failed("losant", 429, "")
    assert.is_nil(err.retry_after)
  end)
end)

describe("an error", function()
  it("suits assert, error and tostring", function()
    local _, message, err = failed("losant", 404, '{"type": "NotFound", "message": "none"}')
    local ok, raised = pcall(function()
      _G.assert(failed("losant", 404, '{"type": "NotFound", "message": "none"}')) -- Lua's own, not luassert
    end)
    assert.same({false, message}, {ok, raised:sub(-#message)})
    assert.equal(message, tostring(err))
    assert.is_truthy(message:find("NotFound", 1, true) and message:find("none", 1, true), message)
    ok, raised = pcall(error, err)
    assert.same({false, message}, {ok, tostring(raised)})
    assert.is_not.equal("table", type(getmetatable(err)))
  end)

  -- What is done with a client of the peer, the error's kind, sent and retryable.
  for name, row in pairs{
    ["a closed port"] = {{base = "closed"}, "transport", "no", true},
    ["an unknown CA"] = {{base = "https_unknown_ca"}, "tls", "no", false},
    ["a silent peer"] = {{base = "silent", timeout = 0.1}, "timeout", "maybe", true},
    ["a closed connection"] = {{script = {close_before_answer = true}}, "transport", "maybe", true},
    ["a body cut off"] = {{script = {body = "{}   ", truncate = 2}}, "transport", "yes", true},
    ["a body too large"] = {{script = {body = '"long"'}, max_body = 5}, "limit", "yes", false},
    ["a redirect"] = {{script = {status = 307, headers = {Location = "/other"}}}, "http", "yes", false},
    ["no HTTP"] = {{script = {raw = "hello\r\n\r\n", close = true}}, "transport", "maybe", nil},
  } do
    it("from " .. name, function()
      server:reset()
      local how = row[1]
      if how.script then server:queue(how.script) end
      local losant = instar.losant{token = "t0ken", retries = 0, base_url = server:url(how.base or "http"),
        timeout = how.timeout, max_body = how.max_body}
      local body, message, err = losant.instance.patch("x", {instance = {}})
      assert.is_nil(body)
      assert.same({row[2], row[3]}, {err.kind, err.sent})
      if row[4] ~= nil then assert.equal(row[4], err.retryable) end
      assert.same({message, "PATCH", 1}, {err.message, err.method, err.attempts})
      assert.is_truthy(message:find("127.0.0.1", 1, true), message)
      assert.is_true(#server:requests() <= 1)
    end)
  end
end)

describe("a secret", function()
  local SECRETS = {"t0ken", "pa55word", "s3cret", "0tp-code", "aWQ6czNjcmV0", "pr0xy"}

  --- Searches all that is not the answer as it came.
  local function check(value, seen)
    for _, secret in ipairs(SECRETS) do assert.is_nil(tostring(value):find(secret, 1, true), tostring(value)) end
    if type(value) ~= "table" or seen[value] then return end
    seen[value] = true
    for name, member in pairs(value) do
      if name ~= "body" and name ~= "headers" and name ~= "data" then check(member, seen) end
    end
  end

  local logins = {
    losant = {email = "e", password = "pa55word", twoFactorCode = "0tp-code"},
    kakaocloud = {application_credential_id = "id", application_credential_secret = "s3cret"},
    acronis = {base_url = "https://a.example", client_id = "id", client_secret = "s3cret"},
  }

  local function call(service, options, answered)
    answer = answered
    local seen = {}
    options.transport, options.retries = options.transport or transport, 0
    options.on_event = function(event) check(event, seen) end
    local a_client = instar[service](options)
    local _, message, err = operations[service](a_client)
    check({message, err, tostring(err), tostring(a_client), a_client:stats()}, seen)
    assert.is_not_nil(err)
  end

  for _, service in ipairs{"losant", "kakaocloud", "acronis"} do
    for name, answered in pairs{["401"] = {status = 401, body = "{}"}, ["500"] = {status = 500}, nothing = {},
      HTML = {status = 200, body = "<html>"}} do
      it(("of %s is in no error and no event: %s"):format(service, name), function()
        local base = service == "acronis" and "https://a.example" or nil
        call(service, logins[service], answered)
        call(service, {base_url = base, token = "t0ken"}, answered)
        call(service, {base_url = base, token = function() return "t0ken" end}, answered)
      end)
    end
  end

  it("is not shown when the service repeats it", function()
    call("losant", {token = "t0ken"}, {status = 401, body = '{"type": "t0ken", "message": "bad token t0ken"}'})
  end)

  for _, token in ipairs{"t0ken", "t0ken/+ ü%41?", "t0ken.*[%w]"} do
    it("is not shown in the URL, nor when a transport tells it: " .. token, function()
      local events = {}
      local function listen(event) table.insert(events, event) end
      for _, how in ipairs{transport, function() return nil, "transport", "no way for " .. token end} do
        answer = {status = 500}
        local losant = client("losant", {token = token, transport = how, on_event = listen})
        local _, message, err = losant:request{path = "/x", query = {access_token = token, [token] = {token}}}
        check({message, err, tostring(err)}, {})
        assert.is_truthy(err.url:find("access_token=", 1, true))
      end
      assert.equal(4, #events)
      check(events, {})
    end)
  end

  it("of a proxy that cannot be understood is not shown", function()
    for _, proxy in ipairs{"user:pr0xy@host:99999", "user:pr0xy@bad host:80", "user:pr0xy/x@host:80"} do
      local _, message, err = instar.losant{token = "t0ken", proxy = proxy, timeout = 5, retries = 0}.instance.get("x")
      assert.is_nil((message .. err.message):find("pr0xy", 1, true), message)
    end
  end)

  it("of a proxy is not shown", function()
    local proxy = server:url("closed"):gsub("//", "//me:pr0xy@")
    local _, message, err = instar.losant{token = "t0ken", proxy = proxy, timeout = 5, retries = 0}.instance.get("x")
    check({message, err, tostring(err)}, {})
    assert.equal("transport", err.kind)
  end)
end)
