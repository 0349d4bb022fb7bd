-- SPDX-License-Identifier: MIT
-- The module through which specs talk to the test peer, and the process it starts.

local socket = require "socket"

local raw = require "spec.support.raw"
local server = require "spec.support.server".start()

local GET = "GET / HTTP/1.1\r\nHost: peer\r\n\r\n"

local function send(bytes)
  return raw.send(server, bytes)
end

before_each(function() server:reset() end)

describe("the server", function()
  it("forgets everything on reset and closes connections", function()
    server:queue({ raw = "1" }, { raw = "2" })
    local sock = send(GET)
    assert.equal("1", sock:receive(1))
    server:reset()
    assert.is_true(raw.is_closed(sock))
    assert.same({ 0, 0, 0 }, { #server:requests(), #server:connections(), server:queued() })
  end)

  it("refuses scripts it would not follow", function()
    assert.error_matches(function() server:queue { stauts = 200 } end, "no member 'stauts'")
    assert.error_matches(function() server:queue { status = "200" } end, "'status' must be a number")
    assert.error_matches(function() server:queue { hang = "always" } end, "'hang' cannot be always")
    assert.equal(0, server:queued())
  end)

  it("waits for what happens later", function()
    server:queue { delay = 0.02, close = true }
    local sock = send(GET)
    server:wait { requests = 1, closed = 1 }
    assert.is_false(server:connections()[1].open)
    sock:close()
  end)

  it("does not wait for ever", function()
    assert.error_matches(function() server:wait { requests = 1, timeout = 0.01 } end, "in vain: 0 requests read")
  end)

  it("says when there was not just one request", function()
    assert.error_matches(function() server:only_request() end, "received 0")
  end)

  it("knows addresses", function()
    assert.equal("http://127.0.0.1:" .. server.ports.http, server:url("http"))
    assert.equal("https://localhost:" .. server.ports.https_client, server:url("https_client", "localhost"))
    assert.error_matches(function() server:url("ftp") end, "no port ftp")
  end)

  it("computes SHA-256", function()
    assert.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", server:sha256("abc"))
    assert.equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", server:sha256(""))
  end)
end)

describe("the peer's process", function()
  local function exists(path)
    local file = io.open(path)
    if file then file:close() end
    return file ~= nil
  end

  it("goes without a trace", function()
    local other = server.spawn()
    local ca = other.files.ca
    assert.is_true(exists(ca))
    other:stop()
    assert.is_false(exists(ca))
    assert.is_nil((socket.connect("127.0.0.1", other.ports.http)))
  end)

  it("that does not start says why", function()
    for _, options in ipairs { { lua = "no-such-lua" }, { script = "no such.lua" } } do
      local ok, message = pcall(server.spawn, options)
      assert.is_false(ok)
      assert.matches("the test peer did not start:.*no.such.lua", message)
    end
  end)

  it("that dies says why", function()
    local path = os.tmpname()
    local script = assert(io.open(path, "w"))
    script:write([[
      local listener = assert(require "socket".bind("127.0.0.1", 0))
      local _, port = listener:getsockname()
      print(('{"ports":{"control":%d},"files":{}}'):format(port))
      io.stdout:flush()
      client = listener:accept()
      client:receive("*l")
      error("boom")]])
    script:close()
    local other = server.spawn { script = path }
    local ok, message = pcall(other.reset, other)
    assert.is_false(ok)
    assert.matches("the test peer does not answer %(closed%):.*boom", message)
    other:stop()
    os.remove(path)
  end)
end)
