-- SPDX-License-Identifier: MIT
-- Kept connections: used again while they live, and never a reason to carry out a write twice.

local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local OK = { body = "{}" }

before_each(function() server:reset() end)

local function new_client(options)
  local all = { base_url = server:url("http"), token = "t", retries = 0, tls = { ca_file = server.files.ca } }
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function call(client, method, path)
  local with_body = method == "POST" or method == "PUT" or method == "PATCH"
  return client:request { method = method, path = path or "/x", body = with_body and { a = 1 } or nil }
end

local function connections_used()
  local used = {}
  for index, request in ipairs(server:requests()) do used[index] = request.connection end
  return used
end

local function opened_and_reused(client)
  local stats = client:stats()
  return { stats.opened, stats.reused }
end

describe("a connection is used again", function()
  for _, port in ipairs { "http", "https" } do
    it("by the same client: " .. port, function()
      local client = new_client { base_url = server:url(port) }
      for _, method in ipairs { "GET", "POST", "PUT", "PATCH", "DELETE", "GET" } do
        server:queue(OK)
        outcome.succeeded({}, call(client, method))
      end
      assert.same({ 1, 1, 1, 1, 1, 1 }, connections_used())
      assert.same({ 1, 5 }, opened_and_reused(client))
    end)

    it("by other clients of the same Lua state: " .. port, function()
      local first = new_client { base_url = server:url(port) }
      local second = new_client { base_url = server:url(port), token = "u" }
      server:queue(OK, OK, OK)
      for _, client in ipairs { first, second, first } do outcome.succeeded({}, call(client, "PATCH")) end
      assert.same({ 1, 1, 1 }, connections_used())
      assert.same({ { 1, 1 }, { 0, 1 } }, { opened_and_reused(first), opened_and_reused(second) })
      local requests = server:requests()
      assert.same({ "Bearer t", "Bearer u", "Bearer t" }, { requests[1]:header("authorization"),
        requests[2]:header("authorization"), requests[3]:header("authorization") })
    end)
  end

  it("after its client was closed", function()
    local first, second = new_client(), new_client()
    server:queue(OK, OK)
    outcome.succeeded({}, call(first, "GET"))
    first:close()
    outcome.succeeded({}, call(second, "POST"))
    assert.same({ 1, 1 }, connections_used())
  end)

  local answers = {
    { "of an error", { status = 404, body = '{"type":"NotFound"}' } },
    { "of an error without a body", { status = 500 } },
    { "without a body", { status = 204 } },
    { "in chunks", { body = "{}", chunked = true } },
    { "that is no JSON", { body = "hello" } },
    { "behind an interim one", { informational = { { status = 103 } }, body = "{}" } },
  }
  for _, row in ipairs(answers) do
    it("after an answer " .. row[1], function()
      local client = new_client()
      server:queue(row[2], OK)
      call(client, "GET")
      outcome.succeeded({}, call(client, "POST"))
      assert.same({ 1, 1 }, connections_used())
    end)
  end
end)

describe("a connection is not used again", function()
  local function a_new_one_each(script, ...)
    local client = new_client(...)
    for _ = 1, 3 do
      server:queue(script)
      outcome.succeeded({}, call(client, "POST"))
    end
    assert.same({ 1, 2, 3 }, connections_used())
    assert.same({ 3, 0 }, opened_and_reused(client))
  end

  it("when the service says that it closes it", function() a_new_one_each { body = "{}", close = true } end)

  it("when the service says that it closes it, with TLS", function()
    a_new_one_each({ body = "{}", close = true }, { base_url = server:url("https") })
  end)

  it("when the answer's end is its end", function()
    a_new_one_each { raw = "HTTP/1.1 200 OK\r\n\r\n{}", ["then"] = "close" }
  end)

  it("when the service speaks HTTP/1.0", function()
    a_new_one_each { raw = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", ["then"] = "close" }
  end)

  it("for another host or port", function()
    local clients = { new_client(), new_client { base_url = server:url("http", "localhost") },
      new_client { base_url = server:url("https") } }
    for _, client in ipairs(clients) do
      server:queue(OK)
      outcome.succeeded({}, call(client, "GET"))
    end
    assert.same({ 1, 2, 3 }, connections_used())
  end)

  for _, method in ipairs { "GET", "POST", "PUT", "PATCH", "DELETE" } do
    for _, port in ipairs { "http", "https" } do
      it(("when it was closed while nothing was asked: %s, %s"):format(method, port), function()
        local client = new_client { base_url = server:url(port) }
        server:queue({ body = "{}", ["then"] = "close" }, OK)
        outcome.succeeded({}, call(client, "GET"))
        server:wait { closed = 1 }
        outcome.succeeded({}, call(client, method))
        assert.same({ 1, 2 }, connections_used())
        assert.same({ 2, 0 }, opened_and_reused(client))
      end)
    end

    it("when it was reset while nothing was asked: " .. method, function()
      local client = new_client()
      server:queue({ body = "{}", ["then"] = "reset" }, OK)
      outcome.succeeded({}, call(client, "GET"))
      server:wait { closed = 1 }
      outcome.succeeded({}, call(client, method))
      assert.same({ 1, 2 }, connections_used())
    end)
  end
end)

describe("a kept connection that ends when the next request arrives", function()
  --- Makes a connection that takes one more request and then closes without an answer; then sends that request.
  local function send_into_the_end(client, method)
    server:queue({ body = "{}", idle_close = true }, { body = '{"again":true}' }, { body = '{"again":true}' })
    outcome.succeeded({}, call(client, "GET", "/first"))
    return call(client, method)
  end

  --- How often the second request arrived.
  local function received(method)
    local count = 0
    for _, request in ipairs(server:requests()) do
      if request.path == "/x" and request.method == method then count = count + 1 end
    end
    return count
  end

  for _, port in ipairs { "http", "https" } do
    for _, method in ipairs { "POST", "PATCH" } do
      it(("carries %s once, and says that it may have been done: %s"):format(method, port), function()
        local client = new_client { base_url = server:url(port) }
        outcome.failed({ kind = "transport", sent = "maybe", attempts = 1, status = false, method = method },
          send_into_the_end(client, method))
        assert.equal(1, received(method))
        assert.equal(2, server:queued())
        outcome.succeeded({ again = true }, call(client, "GET"))
      end)
    end

    for _, method in ipairs { "GET", "PUT", "DELETE" } do
      it(("may carry %s twice, which does no harm: %s"):format(method, port), function()
        local client = new_client { base_url = server:url(port) }
        local body, message, err = send_into_the_end(client, method)
        if body == nil then
          outcome.failed({ kind = "transport", sent = "maybe" }, body, message, err)
        else
          assert.same({ again = true }, body)
        end
        assert.equal(body and 2 or 1, received(method))
        assert.equal(body and 1 or 2, server:queued())
      end)
    end
  end

  it("may carry a login twice", function()
    local client = instar.kakaocloud { base_url = server:url("http"), iam_url = server:url("http"), retries = 0,
      application_credential_id = "id", application_credential_secret = "secret" }
    server:queue({ body = "{}", idle_close = true },
      { status = 201, headers = { ["X-Subject-Token"] = "t" }, body = "{}" }, { body = '{"n":1}' })
    outcome.succeeded({}, call(new_client(), "GET", "/first"))
    outcome.succeeded({ n = 1 }, client.instance.get("x"))
  end)

  it("carries a login with a one-time code once", function()
    local client = instar.losant { base_url = server:url("http"), retries = 0, email = "a@b.example", password = "p",
      twoFactorCode = "123456" }
    server:queue({ body = "{}", idle_close = true }, { body = '{"token":"t"}' })
    outcome.succeeded({}, call(new_client(), "GET", "/first"))
    outcome.failed({ kind = "transport", sent = "no" }, client.instance.get("x"))
    assert.equal(2, #server:requests())
  end)
end)

describe("a write on a new connection that ends before the answer", function()
  for _, method in ipairs { "POST", "PATCH" } do
    it("is sent once: " .. method, function()
      server:queue({ close_before_answer = true }, OK)
      outcome.failed({ kind = "transport", sent = "maybe", attempts = 1 }, call(new_client(), method))
      assert.equal(method, server:only_request().method)
    end)
  end
end)

it("a large body goes out without asking for permission", function()
  server:queue { continue = false, body = "{}" }
  local large = ("x"):rep(2 * 1024 * 1024)
  outcome.succeeded({}, new_client():request { method = "POST", path = "/x", body = { large } })
  local request = server:only_request()
  assert.is_nil(request:header("expect"))
  assert.equal(#large + 4, #request.body)
end)

it("many requests share one connection", function()
  local client = new_client()
  for index = 1, 100 do
    server:queue { body = ('{"n":%d}'):format(index) }
    outcome.succeeded({ n = index }, call(client, index % 2 == 0 and "GET" or "POST"))
  end
  assert.equal(1, #server:connections())
  assert.same({ 1, 99 }, opened_and_reused(client))
  assert.equal(100, client:stats().requests)
end)
