-- SPDX-License-Identifier: MIT
-- The option `transport`: what it is given, and what its answers become.

local instar = require "instar"
local sandbox = require "instar.sandbox"

-- {"a":1}
local GZIPPED = "\31\139\8\0\0\0\0\0\2\3\171\86\74\84\178\50\172\5\0\175\172\27\86\7\0\0\0"

local function client(transport, more)
  local options = {token = "t", retries = 0, transport = transport}
  for name, value in pairs(more or {}) do options[name] = value end
  return instar.losant(options)
end

local function get(transport, more)
  return client(transport, more).instance.get("x")
end

local function give(...)
  local count, values = select("#", ...), {...}
  return function() return (unpack or table.unpack)(values, 1, count) end -- luacheck: ignore 113 143
end

describe("a transport", function()
  it("gets the request once", function()
    local requests = {}
    local losant = client(function(request, ...)
      table.insert(requests, request)
      assert.equal(0, select("#", ...))
      return {status = 200, body = "{}"}
    end)
    assert(losant.instance.patch("x y", {instance = {a = 1}, losantdomain = "d"}))
    assert(losant.instance.get("x"))
    assert.equal(2, #requests)
    local first = requests[1]
    assert.same({"PATCH", '{"a":1}', nil}, {first.method, first.body, requests[2].body})
    assert.equal("https://api.losant.com/instances/x%20y?_actions=false&_links=true&_embedded=true", first.url)
    local headers = first.headers
    assert.same({"Bearer t", "application/json", "application/json", "^1.29.3", "d"}, {headers.authorization,
      headers.accept, headers["content-type"], headers["accept-version"], headers.losantdomain})
    for name in pairs(headers) do assert.equal(name:lower(), name) end
    assert.is_nil(requests[2].headers["content-type"])
    assert.equal(2, losant:stats().requests)
  end)

  it("may keep and change the request it got", function()
    local kept = {}
    local losant = client(function(request)
      table.insert(kept, request)
      request.url, request.method, request.headers = nil, nil, nil
      return {status = 500}
    end)
    local _, _, err = losant.instance.get("x")
    assert.same({"GET", "http"}, {err.method, err.kind})
    assert.is_not_nil(err.url)
  end)

  -- What it answers, the body and the status that the call gives.
  for name, row in pairs{
    ["a status and a body"] = {{status = 200, body = '{"a": 1}'}, {a = 1}, 200},
    ["a status alone"] = {{status = 204}, true, 204},
    ["more than is asked for"] = {{status = 201, body = "[]", headers = {}, reason = "Created", more = {}}, {}, 201},
    ["gzip"] = {{status = 200, headers = {["Content-Encoding"] = "gzip"}, body = GZIPPED}, {a = 1}, 200},
  } do
    it("may answer " .. name, function()
      local body, response = get(give(row[1]))
      assert.same(row[2], body)
      assert.same({row[3], 1}, {response.status, response.attempts})
      assert.is_true(response.seconds >= 0 and response.seconds < 1)
    end)
  end

  it("may write the names of headers in any case, and numbers as values", function()
    local headers = {["X-UPPER"] = "A", ["x-lower"] = " b ", ["Retry-After"] = 7, ["x-Request-ID"] = "r"}
    local _, response = get(give{status = 200, headers = headers, body = "{}"})
    assert.same({["x-upper"] = "A", ["x-lower"] = "b", ["retry-after"] = "7", ["x-request-id"] = "r"}, response.headers)
    local _, _, err = get(give{status = 429, headers = headers})
    assert.same({7, "r", "A"}, {err.retry_after, err.request_id, err.headers["x-upper"]})
  end)

  it("is held to max_body, and to its encoding", function()
    local _, _, err = get(give{status = 200, body = ("x"):rep(11)}, {max_body = 10})
    assert.same({"limit", "yes"}, {err.kind, err.sent})
    _, _, err = get(give{status = 200, headers = {["content-encoding"] = "gzip"}, body = GZIPPED:sub(1, -9)})
    assert.same({"decode", "yes"}, {err.kind, err.sent})
    _, _, err = get(give{status = 200, headers = {["content-encoding"] = "gzip"}, body = "no gzip"})
    assert.same({"decode", "yes"}, {err.kind, err.sent})
  end)

  for _, kind in ipairs{"timeout", "transport", "tls", "decode", "limit", "cancelled", "aborted"} do
    it("may answer nil, " .. kind .. " and a message", function()
      local body, message, err = get(give(nil, kind, "the wire was cut"))
      assert.is_nil(body)
      assert.is_truthy(message:find("the wire was cut", 1, true) and message:find("losant instance.get", 1, true))
      assert.same({kind, nil, "GET"}, {err.kind, err.status, err.method})
      local _, other, without = get(give(nil, kind))
      assert.equal(kind, without.kind)
      assert.is_string(other)
    end)
  end

  for name, cause in pairs{["a string"] = "boom", ["a table"] = {code = 1}} do
    it(("that raises %s aborts the call with it as the cause"):format(name), function()
      local body, message, err = get(function() error(cause, 0) end)
      assert.is_nil(body)
      assert.is_truthy(message:find("losant instance.get", 1, true))
      assert.same({"aborted", false}, {err.kind, err.retryable})
      assert.equal(cause, err.cause)
    end)
  end

  for name, transport in pairs{["tells of a timeout"] = give(nil, "timeout", "m"),
    ["raises"] = function() error("m") end,
    ["tells of a lost connection"] = give(nil, "transport", "m"), ["answers nonsense"] = give(5)} do
    it(("that %s made an attempt, and may have sent something"):format(name), function()
      local losant = client(transport)
      local _, _, err = losant.instance.patch("x", {instance = {}})
      assert.same({"maybe", 1, 1}, {err.sent, err.attempts, losant:stats().requests})
    end)
  end

  -- Answers that are none.
  for name, answer in pairs{
    ["nothing"] = give(), ["nil"] = give(nil), ["false"] = give(false), ["true"] = give(true), ["200"] = give(200),
    ["a string"] = give("{}"), ["an empty table"] = give{}, ["a status in a string"] = give{status = "200"},
    ["half a status"] = give{status = 200.5}, ["a status too large"] = give{status = 1000},
    ["no status"] = give{status = 0}, ["a status that is not a number"] = give{status = 0 / 0},
    ["a body that is a table"] = give{status = 200, body = {}},
    ["a body that is a number"] = give{status = 200, body = 5},
    ["a kind nobody knows"] = give(nil, "strange", "m"), ["a kind that is a table"] = give(nil, {}, "m"),
  } do
    it("that answers " .. name .. " aborts the call", function()
      local body, message, err = get(answer)
      assert.is_nil(body)
      assert.is_string(message)
      assert.equal("aborted", err.kind)
    end)
  end

  it("may yield", function()
    local losant = client(function(request) return coroutine.yield(request.url) end)
    local function call(id) return (losant.instance.get(id)) end
    local first, second = coroutine.create(call), coroutine.create(call)
    local _, url = coroutine.resume(first, "one")
    assert.is_truthy(tostring(url):find("/instances/one?", 1, true), url)
    _, url = coroutine.resume(second, "two")
    assert.is_truthy(tostring(url):find("/instances/two?", 1, true), url)
    assert.same({true, {n = 2}}, {coroutine.resume(second, {status = 200, body = '{"n": 2}'})})
    assert.same({true, {n = 1}}, {coroutine.resume(first, {status = 200, body = '{"n": 1}'})})
  end)

  it("may call instar itself", function()
    local losant
    losant = client(function(request)
      if request.url:find("/inner?", 1, true) then return {status = 200, body = '{"inner": true}'} end
      return {status = 200, body = losant.instance.get("inner").inner and '{"outer": true}'}
    end)
    assert.same({outer = true}, (losant.instance.get("outer")))
  end)

  it("that closes its client leaves it closed", function()
    local losant
    losant = client(function() losant:close() return {status = 200, body = "{}"} end)
    losant.instance.get("x")
    local _, _, err = losant.instance.get("x")
    assert.equal("closed", err.kind)
  end)
end)

describe("the sandbox", function()
  for service, id in pairs{losant = "575ec8687ae143cd83dc4a97", kakaocloud = "6f1c0e3a-8b52-4b5e-9c4d-0a1b2c3d4e5f",
    acronis = "20dffb36-d77b-45c6-b2fa-39276e98d5fc"} do
    for _, way in ipairs{"token", "login"} do
      it(("is a transport for %s with a %s"):format(service, way), function()
        local options = {transport = sandbox.transport(), base_url = sandbox.base_url(service, "https://box.example")}
        for name, value in pairs(sandbox.credentials[service]) do
          if (name == "token") == (way == "token") then options[name] = value end
        end
        local a_client = instar[service](options)
        local resource = service == "acronis" and a_client.report or a_client.instance
        assert.equal("table", type(assert(resource.get(id))))
      end)
    end
  end
end)
