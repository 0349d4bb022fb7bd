-- SPDX-License-Identifier: MIT
-- The TLS ports of the test peer, tried with LuaSec.

local ssl = require "ssl"

local raw = require "spec.support.raw"
local server = require "spec.support.server".start()

before_each(function() server:reset() end)

describe("TLS", function()
  local function handshake(port, options)
    options.mode, options.protocol = "client", options.protocol or "any"
    local sock = assert(ssl.wrap(raw.connect(server, port), options))
    sock:settimeout(5)
    local ok, reason = sock:dohandshake()
    if not ok then sock:close() end
    return ok and sock, reason
  end

  local function verified(changes)
    local options = { cafile = server.files.ca, verify = "peer" }
    for name, value in pairs(changes or {}) do options[name] = value end
    return options
  end

  local function exchange(port, options)
    server:queue { body = "safe", close = true }
    local sock = assert(handshake(port, options))
    sock:send("GET / HTTP/1.1\r\nHost: peer\r\n\r\n")
    repeat local line = sock:receive("*l") until not line or line == ""
    return sock:receive(4)
  end

  local function names(sock)
    local extension = sock:getpeercertificate():extensions()["2.5.29.17"]
    return extension.dNSName[1]
  end

  it("is answered under a certificate for the loopback host", function()
    assert.equal("safe", exchange("https", verified()))
    assert.equal("https", server:only_request().port)
    assert.truthy(server:connections()[1].tls)
    assert.equal("localhost", names(assert(handshake("https", verified()))))
  end)

  it("has a port with another host's certificate", function()
    assert.equal("other.example", names(assert(handshake("https_wrong_host", verified()))))
  end)

  it("has a port with an expired certificate, and one of an unknown authority", function()
    for _, port in ipairs { "https_expired", "https_unknown_ca" } do
      assert.equal("certificate verify failed", select(2, handshake(port, verified())))
      server:wait { closed = 1 }
      assert.truthy(server:connections()[1].tls_error)
      server:reset()
    end
    assert.truthy(handshake("https_unknown_ca", verified { cafile = server.files.other_ca }))
  end)

  it("has a port that demands a client certificate", function()
    local identity = { certificate = server.files.client_cert, key = server.files.client_key }
    assert.equal("safe", exchange("https_client", verified(identity)))
    assert.equal("safe", exchange("https_client_tls12", verified(identity)))
    for _, port in ipairs { "https_client", "https_client_tls12" } do
      server:reset()
      local sock = handshake(port, verified())
      if sock then
        sock:receive(1)
        sock:close()
      end
      server:wait { closed = 1 }
      assert.same({}, server:requests())
    end
  end)

  it("has a port that offers nothing newer than 1.1", function()
    local old = verified { protocol = "tlsv1_1", ciphers = "ALL:@SECLEVEL=0" }
    assert.equal("safe", exchange("https_tls11", old))
    assert.falsy(handshake("https_tls11", verified { protocol = "tlsv1_2" }))
  end)

  it("stalls in the handshake with the silent port", function()
    local sock = assert(ssl.wrap(raw.connect(server, "silent"), verified { mode = "client", protocol = "any" }))
    sock:settimeout(0.02)
    assert.equal("wantread", select(2, sock:dohandshake()))
  end)
end)
