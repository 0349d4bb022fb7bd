-- SPDX-License-Identifier: MIT
-- Connections that fail, and answers that are broken: `nil, message, err` with the right kind and the right `sent`.

local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"
local LARGE = ("x"):rep(8 * 1024 * 1024)

before_each(function() server:reset() end)

local function new_client(options)
  local all = { base_url = server:url("http"), token = "t", retries = 0 }
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function read(client)
  return client.instance.get(ID)
end

local function write(client)
  return client.instance.patch { instanceId = ID, instance = { name = "x" } }
end

local calls = { { "read", read }, { "write", write } }

describe("no connection", function()
  local rows = {
    { "the port is closed", function() return server:url("closed") end },
    { "the port is closed, by name", function() return server:url("closed", "localhost") end },
    { "the port is closed, with TLS", function() return "https://127.0.0.1:" .. server.ports.closed end },
    { "the host does not exist", function() return "http://nothing.invalid" end },
    { "the host does not exist, with TLS", function() return "https://nothing.invalid" end },
  }
  for _, row in ipairs(rows) do
    for _, call in ipairs(calls) do
      it(row[1] .. ": " .. call[1], function()
        local client = new_client { base_url = row[2](), allow_http = true, proxy = false }
        local _, message = outcome.failed({ kind = "transport", sent = "no", attempts = 1, status = false, body = false,
          headers = false, retryable = true }, call[2](client))
        assert.matches("^losant instance%.%a+: ", message)
        assert.matches(row[2]():match("//([^:]+)"), message, 1, true)
        assert.same({ 0, 0 }, { client:stats().opened, client:stats().reused })
      end)
    end
  end
end)

-- What comes before the connection ends, and what a call makes of it.
local broken = {
  { "nothing", { close_before_answer = true }, sent = "maybe" },
  { "nothing, with a reset", { raw = "", ["then"] = "reset" }, sent = "maybe" },
  { "half a status line", { raw = "HTTP/1.1 2", ["then"] = "close" }, sent = "maybe" },
  { "a status line without its end", { raw = "HTTP/1.1 200 OK", ["then"] = "close" }, sent = "maybe" },
  { "a status line alone", { raw = "HTTP/1.1 200 OK\r\n", ["then"] = "close" }, sent = "yes", status = 200 },
  { "half the headers", { raw = "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Le", ["then"] = "close" }, sent = "yes",
    status = 200 },
  { "the headers without their end", { raw = "HTTP/1.1 201 Created\r\nA: 1\r\n", ["then"] = "close" }, sent = "yes",
    status = 201 },
  { "no body", { raw = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", ["then"] = "close" }, sent = "yes",
    status = 200 },
  { "half the body", { body = '{"a":1}', truncate = 3 }, sent = "yes", status = 200 },
  { "half the body, with a reset", { raw = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", ["then"] = "reset" },
    sent = "yes", status = 200 },
  { "half the body of an error", { status = 500, body = '{"a":1}', truncate = 3 }, sent = "yes", status = 500 },
  { "no chunk", { raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ["then"] = "close" }, sent = "yes",
    status = 200 },
  { "chunks without the last", { body = "{}", chunked = true, truncate = 5 }, sent = "yes", status = 200 },
  { "a chunk without its end", { body = "[1,2,3]", chunked = true, truncate = 8 }, sent = "yes", status = 200 },
  { "an interim answer alone", { raw = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", ["then"] = "close" },
    sent = "maybe" },
  { "a permission to continue alone", { raw = "HTTP/1.1 100 Continue\r\n\r\n", ["then"] = "close" }, sent = "maybe" },
  { "an interim answer and half a status line", { raw = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1", ["then"] = "close" },
    sent = "maybe" },
}

local function chunked(bytes)
  return { raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" .. bytes, ["then"] = "hang" }
end

-- What is no HTTP; the connection does not end by itself.
local garbage = {
  { "another protocol's greeting", { raw = "SSH-2.0-OpenSSH_9.2\r\n", ["then"] = "hang" }, sent = "maybe" },
  { "bytes of no meaning", { raw = "\0\1\2\3\255\254\253\r\n", ["then"] = "hang" }, sent = "maybe" },
  { "a page without headers", { raw = "<html><body>hello</body></html>\n", ["then"] = "hang" }, sent = "maybe" },
  { "a status that is no number", { raw = "HTTP/1.1 abc Nope\r\n\r\n", ["then"] = "hang" }, sent = "maybe" },
  { "an unknown version", { raw = "HTTP/7.3 200 OK\r\nContent-Length: 2\r\n\r\n{}", ["then"] = "hang" },
    sent = "maybe" },
  { "a negative length", { raw = "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", ["then"] = "hang" }, sent = "yes",
    status = 200 },
  { "a chunk whose size is no number", chunked("zz\r\n{}\r\n0\r\n\r\n"), sent = "yes", status = 200 },
  { "a chunk of negative size", chunked("-2\r\n{}\r\n0\r\n\r\n"), sent = "yes", status = 200 },
  { "a chunk of impossible size", chunked("ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"), sent = "yes", status = 200 },
  { "a chunk that is shorter than it says", chunked("5\r\n{}\r\n0\r\n\r\n"), sent = "yes", status = 200 },
  { "a chunk that is longer than it says", chunked("1\r\n{}\r\n0\r\n\r\n"), sent = "yes", status = 200 },
}

for _, list in ipairs { { "the connection ends after ", broken }, { "the answer is ", garbage } } do
  for _, row in ipairs(list[2]) do
    for _, call in ipairs(calls) do
      it(list[1] .. row[1] .. ": " .. call[1], function()
        local client = new_client()
        server:queue(row[2], { body = '{"next":1}' })
        outcome.failed({ kind = "transport", sent = row.sent, status = row.status or false, attempts = 1 },
          call[2](client))
        assert.equal(1, #server:requests())
        outcome.succeeded({ next = 1 }, read(client))
        assert.equal(2, #server:connections())
      end)
    end
  end
end

describe("interim answers", function()
  for _, status in ipairs { 100, 102, 103 } do
    it(("are passed over: %d"):format(status), function()
      server:queue { informational = { { status = status, headers = { { "X-Interim", "1" } } }, { status = status } },
        status = 201, headers = { ["X-Final"] = "2" }, body = "{}" }
      local response = outcome.succeeded({}, write(new_client()))
      assert.same({ 201, "2" }, { response.status, response.headers["x-final"] })
      assert.is_nil(response.headers["x-interim"])
    end)
  end
end)

describe("more bytes than the answer has", function()
  local rows = { { "garbage", "garbage" }, { "a second answer", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n666" } }
  for _, row in ipairs(rows) do
    it("are never taken for the next one's: " .. row[1], function()
      local client = new_client()
      server:queue({ raw = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" .. row[2] }, { body = '{"next":1}' })
      outcome.succeeded({}, read(client))
      outcome.succeeded({ next = 1 }, read(client))
    end)
  end
end)

describe("a connection that is reset while the request is being written", function()
  for _, port in ipairs { "http", "https" } do
    it("may have carried it: " .. port, function()
      local client = new_client { base_url = server:url(port), tls = { ca_file = server.files.ca } }
      server:queue({ reset_in_body = 1000 }, { body = '{"next":1}' })
      outcome.failed({ kind = "transport", sent = "maybe", attempts = 1, status = false },
        client.instance.patch { instanceId = ID, instance = { name = LARGE } })
      assert.equal(1, #server:requests())
      outcome.succeeded({ next = 1 }, read(client))
    end)
  end
end)

describe("a proxy", function()
  it("that refuses to connect to the service keeps the request from it", function()
    local client = new_client { base_url = "https://service.example", proxy = server:url("http") }
    server:queue { status = 403, body = "no" }
    outcome.failed({ kind = "transport", sent = "no", status = false }, write(client))
    local request = server:only_request()
    assert.same({ "CONNECT", "service.example:443" }, { request.method, request.target })
    assert.is_nil(request:header("authorization"))
  end)

  it("that is not there is named by the failure", function()
    local client = new_client { base_url = "https://service.example", proxy = server:url("closed") }
    local _, message = outcome.failed({ kind = "transport", sent = "no" }, read(client))
    assert.matches("127.0.0.1", message, 1, true)
  end)
end)
