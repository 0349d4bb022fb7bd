-- SPDX-License-Identifier: MIT
-- The test peer, driven by a client that is nothing but a socket.

local socket = require "socket"

local raw = require "spec.support.raw"
local server = require "spec.support.server".start()

local GET = "GET / HTTP/1.1\r\nHost: peer\r\n\r\n"

local function send(bytes, port)
  return raw.send(server, bytes, port)
end

before_each(function() server:reset() end)

describe("an answer", function()
  local close = "Connection: close\r\n"
  local rows = {
    { "has status, headers and length", { status = 201, headers = { ["X-A"] = "1" }, body = "hi", close = true },
      "HTTP/1.1 201 Created\r\nX-A: 1\r\n" .. close .. "Content-Length: 2\r\n\r\nhi" },
    { "keeps the order and the repeats of listed headers", { headers = { { "B", "1" }, { "A", "2" }, { "B", "3" } },
      close = true }, "HTTP/1.1 200 OK\r\nB: 1\r\nA: 2\r\nB: 3\r\n" .. close .. "Content-Length: 0\r\n\r\n" },
    { "has bytes of any kind", { body = "\0\255\r\n", close = true },
      "HTTP/1.1 200 OK\r\n" .. close .. "Content-Length: 4\r\n\r\n\0\255\r\n" },
    { "comes in chunks", { body = "abc", chunked = true, close = true },
      "HTTP/1.1 200 OK\r\n" .. close .. "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n" },
    { "comes in chunks of any bytes", { body = "\0a\0b", chunked = true, close = true },
      "HTTP/1.1 200 OK\r\n" .. close .. "Transfer-Encoding: chunked\r\n\r\n2\r\n\0a\r\n2\r\n\0b\r\n0\r\n\r\n" },
    { "has no body where there can be none", { status = 204, close = true },
      "HTTP/1.1 204 No Content\r\n" .. close .. "\r\n" },
    { "leaves framing to the script", { headers = { ["content-length"] = "9" }, body = "abc", close = true },
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n" .. close .. "\r\nabc" },
    { "follows others", { informational = { { status = 103, headers = { { "Link", "x" } } } }, close = true },
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n" .. close .. "Content-Length: 0\r\n\r\n" },
    { "can be raw", { raw = "no\0HTTP", ["then"] = "close" }, "no\0HTTP" },
    { "can be nothing", { raw = "", ["then"] = "close" }, "" },
    { "can repeat its body", { body = "ab", body_times = 3, close = true },
      "HTTP/1.1 200 OK\r\n" .. close .. "Content-Length: 6\r\n\r\nababab" },
    { "can be truncated", { body = "abcdef", truncate = 2 }, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcd" },
    { "can be truncated in a chunk", { body = "abc", chunked = true, truncate = 7 },
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc" },
    { "can be dripped", { body = "abcde", drip = { bytes = 2, every = 0.001 }, close = true },
      "HTTP/1.1 200 OK\r\n" .. close .. "Content-Length: 5\r\n\r\nabcde" },
  }
  for _, row in ipairs(rows) do
    local name, script, expected = row[1], row[2], row[3]
    it(name, function()
      server:queue(script)
      assert.equal(expected, raw.read_all(send(GET)))
    end)
  end

  it("names the request no script was queued for", function()
    local text = raw.read_all(send("PUT /x?y=1 HTTP/1.1\r\n\r\n"))
    assert.truthy(text:find("HTTP/1.1 599 No Script", 1, true))
    assert.truthy(text:find("no script is queued for PUT /x?y=1", 1, true))
  end)

  it("to HEAD has no body", function()
    server:queue { body = "abc", close = true }
    assert.truthy(raw.read_all(send("HEAD / HTTP/1.1\r\n\r\n")):find("Content%-Length: 3\r\n\r\n$"))
  end)

  it("waits for its delay", function()
    server:queue { delay = 0.05, close = true }
    local before = socket.gettime()
    raw.read_all(send(GET))
    assert.truthy(socket.gettime() - before >= 0.045)
  end)

  it("drips at its pace", function()
    server:queue { raw = "abcd", drip = { bytes = 1, every = 0.02 }, ["then"] = "close" }
    local before = socket.gettime()
    assert.equal("abcd", raw.read_all(send(GET)))
    assert.truthy(socket.gettime() - before >= 0.055)
  end)
end)

describe("a connection", function()
  it("carries several requests", function()
    server:queue({ raw = "1" }, { raw = "2" }, { raw = "3" })
    local first = send(GET)
    assert.equal("1", first:receive(1))
    first:send(GET)
    assert.equal("2", first:receive(1))
    local second = send(GET)
    assert.equal("3", second:receive(1))
    local requests = server:requests()
    assert.same({ 1, 1, 2 }, { requests[1].connection, requests[2].connection, requests[3].connection })
    assert.equal(0, server:queued())
    local connections = server:connections()
    assert.same({ 2, true, "http" }, { connections[1].requests, connections[1].open, connections[1].port })
    assert.same({ 1, true, "http" }, { connections[2].requests, connections[2].open, connections[2].port })
  end)

  it("is closed without an answer", function()
    server:queue { close_before_answer = true }
    assert.equal("", raw.read_all(send(GET)))
    assert.is_true(server:only_request().complete)
  end)

  it("is closed without an answer to the next request", function()
    server:queue { raw = "1", idle_close = true }
    local sock = send(GET)
    assert.equal("1", sock:receive(1))
    assert.is_true(raw.is_quiet(sock))
    sock:send(GET)
    assert.is_true(raw.is_closed(sock))
    assert.equal(2, #server:requests())
    assert.is_true(server:requests()[2].complete)
  end)

  it("is reset, which is not closed in order: nothing can be sent any more", function()
    server:queue({ raw = "1", ["then"] = "reset" }, { raw = "1", ["then"] = "close" })
    local reset = send(GET)
    reset:receive("*a")
    assert.is_nil((reset:send("x")))
    local closed = send(GET)
    closed:receive("*a")
    assert.truthy((closed:send("x")))
  end)

  it("is reset while a request's body arrives", function()
    server:queue { reset_in_body = 3 }
    local sock = send("PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabcdef")
    assert.is_nil((sock:receive(1)))
    assert.is_nil((sock:send("ghi")))
    local request = server:only_request()
    assert.same({ "abc", false }, { request.body, request.complete })
  end)

  local hangs = {
    { "before the answer", { hang = "before_headers" }, "" },
    { "in the body", { body = "abcdef", hang = "in_body" }, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc" },
    { "in a chunked body", { body = "abcdefgh", chunked = true, hang = "in_body" },
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n4\r" },
    { "after the answer", { raw = "abc", ["then"] = "hang" }, "abc" },
  }
  for _, row in ipairs(hangs) do
    it("hangs " .. row[1] .. " until the client goes", function()
      server:queue(row[2])
      local sock = send(GET)
      assert.equal(row[3], row[3] == "" and "" or sock:receive(#row[3]))
      assert.is_true(raw.is_quiet(sock))
      sock:close()
      server:wait { requests = 1, closed = 1 }
    end)
  end

  -- a state, the bytes that lead there, the script, the port
  local states = {
    { "idle", "" },
    { "in the TLS handshake", "", port = "https" },
    { "held on the silent port", "x", port = "silent" },
    { "reading a request", "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc" },
    { "leaving a request unread", GET, { hang = "before_read" } },
    { "hanging", GET, { hang = "before_headers" } },
    { "delaying an answer", GET, { delay = 60 } },
    { "dripping an answer", GET, { body = "abc", drip = { bytes = 1, every = 60 } } },
    { "sending what nobody reads", GET, { body = "x", body_times = 32 * 1024 * 1024 } },
    { "kept alive", GET, { body = "abc" } },
  }
  for _, row in ipairs(states) do
    it("ends on reset when it is " .. row[1], function()
      server:queue(row[3] or {})
      local sock = send(row[2], row.port)
      server:wait { connections = 1 }
      if row[2] == GET and row[3].hang ~= "before_read" then server:wait { requests = 1 } end
      server:reset()
      raw.read_all(sock)
      assert.is_nil((sock:receive(1)))
    end)
  end

  it("is refused by the closed port", function()
    local sock, reason = socket.connect("127.0.0.1", server.ports.closed)
    assert.is_nil(sock)
    assert.equal("connection refused", reason)
  end)

  it("is never answered by the silent port", function()
    local sock = send(GET, "silent")
    assert.is_true(raw.is_quiet(sock))
    sock:close()
    server:wait { closed = 1 }
    assert.same({}, server:requests())
  end)

  it("may stall while the peer reads nothing", function()
    server:queue { hang = "before_read" }
    local sock = send("PUT / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n")
    sock:settimeout(0.05)
    local sent, reason = sock:send(("x"):rep(32 * 1024 * 1024))
    assert.is_nil(sent)
    assert.equal("timeout", reason)
    assert.is_false(server:only_request().complete)
    sock:close()
  end)
end)

describe("a request", function()
  it("is logged as it came", function()
    server:queue { close = true }
    raw.read_all(send("POST /a%2Fb/%C3%BC?q=%20+x&e=&n&q=2 HTTP/1.1\r\n"
      .. "hOst: Peer\r\nX: 1\r\nx:2\r\nContent-Length: 3\r\n\r\n\0\255z"))
    local request = server:only_request()
    assert.same({ "POST", "/a%2Fb/%C3%BC?q=%20+x&e=&n&q=2", "1.1", "http" },
      { request.method, request.target, request.version, request.port })
    assert.equal("/a%2Fb/%C3%BC", request.path)
    assert.same({ { "q", "  x" }, { "e", "" }, { "n", "" }, { "q", "2" } }, request.query)
    assert.equal("hOst", request.headers[1][1])
    assert.equal("1, 2", request:header("X"))
    assert.is_nil(request:header("y"))
    assert.equal("\0\255z", request.body)
    assert.is_true(request.complete)
  end)

  it("may come in chunks", function()
    server:queue { close = true }
    raw.read_all(send("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      .. "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"))
    assert.equal("abcde", server:only_request().body)
  end)

  it("may be large", function()
    local body = ("0123456789abcdef"):rep(64 * 1024)
    server:queue { body = body, close = true }
    local text = raw.read_all(send("PUT / HTTP/1.1\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body))
    assert.equal(body, server:only_request().body)
    assert.equal(body, text:sub(-#body))
  end)

  it("is told to continue, unless the script forbids it", function()
    server:queue({ close = true }, { continue = false, close = true })
    local head = "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    local told = send(head)
    assert.equal("HTTP/1.1 100 Continue", told:receive("*l"))
    told:send("x")
    assert.truthy(raw.read_all(told):find("HTTP/1.1 200 OK", 1, true))
    local untold = send(head)
    assert.is_true(raw.is_quiet(untold))
    untold:send("x")
    assert.equal("HTTP/1.1 200 OK", untold:receive("*l"))
  end)

  local broken = {
    { "cut off in its first line", "GET /x HT" },
    { "cut off in its headers", "GET / HTTP/1.1\r\nHost: pe" },
    { "cut off in its body", "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", body = "abc" },
    { "cut off in a chunk", "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", body = "ab" },
    { "cut off between chunks", "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", body = "ab" },
    { "with a bad first line", "GET /a b HTTP/1.1\r\n\r\n", malformed = "GET /a b HTTP/1.1" },
    { "with a bad header", "GET / HTTP/1.1\r\nA B: 1\r\n\r\n", malformed = "A B: 1" },
    { "with a bare line feed", "GET / HTTP/1.1\nA: 1\r\n\r\n", malformed = "GET / HTTP/1.1\n" },
    { "with a bad length", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", malformed = "Content-Length: -1" },
  }
  for _, row in ipairs(broken) do
    it(row[1] .. " is logged as incomplete", function()
      server:queue {}
      local sock = send(row[2])
      sock:shutdown("send")
      assert.equal("", raw.read_all(sock))
      server:wait { requests = 1 }
      local request = server:only_request()
      assert.is_false(request.complete)
      assert.equal(row.body or "", request.body)
      if row.malformed then assert.equal(row.malformed, request.malformed) end
    end)
  end
end)
