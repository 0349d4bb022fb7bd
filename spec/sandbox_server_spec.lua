-- SPDX-License-Identifier: MIT
-- The sandbox as a real HTTP server: a process of its own, talked to with sockets.

local cjson = require "cjson"
local remote = require "spec.support.sandbox_server"
local sandbox = require "instar.sandbox"
local socket = require "socket"
local ssl = require "ssl"

local EXAMPLE = "examples/sandbox.lua --until-eof "
local REPORT = "/api/2/reports/20dffb36-d77b-45c6-b2fa-39276e98d5fc"
local BEARER = "Authorization: Bearer " .. sandbox.credentials.acronis.token .. "\r\n"
local GET = "GET " .. REPORT .. " HTTP/1.1\r\nHost: x\r\n" .. BEARER .. "\r\n"
local PUT = "PUT " .. REPORT .. " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" .. BEARER

local function version(connection)
  return cjson.decode(remote.exchange(connection, GET).body).version
end

describe("sandbox server", function()
  local server, connection

  setup(function() server = remote.start(EXAMPLE, "client_secret") end)
  teardown(function() server.pipe:close() end)
  before_each(function() connection = remote.connect(server) end)
  after_each(function() connection:close() end)

  it("says where it is and which credentials it takes", function()
    local text = "\n" .. table.concat(server.lines, "\n") .. "\n"
    assert.truthy(server.root:find("^http://127%.0%.0%.1:%d+$"))
    for service, credentials in pairs(sandbox.credentials) do
      for name, value in pairs(credentials) do
        assert.truthy(text:find(("\n%s %s = %s\n"):format(service, name, value), 1, true), name)
      end
      local line = ("\n%s base_url = %s\n"):format(service, sandbox.base_url(service, server.root))
      assert.truthy(text:find(line, 1, true), line)
    end
  end)

  it("answers, and keeps connection and state", function()
    local first = remote.exchange(connection, GET)
    assert.equal(200, first.status)
    assert.equal("application/json", first.headers["content-type"])
    assert.is_string(first.headers.date)
    local before = cjson.decode(first.body).version
    local changed = remote.exchange(connection, PUT .. 'Content-Length: 30\r\n\r\n{"schedule":{"enabled":false}}')
    assert.equal(200, changed.status)
    assert.equal(before + 1, version(connection))
    assert.equal(before + 1, version(remote.connect(server)))
  end)

  it("answers pipelined requests in order", function()
    local first = remote.exchange(connection, GET .. "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" .. GET)
    assert.same({ 200, 404, 200 },
      { first.status, remote.read_response(connection).status, remote.read_response(connection).status })
  end)

  it("takes chunked bodies, also in pieces", function()
    local before = version(connection)
    assert(connection:send(PUT .. 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"sch\r\n'))
    local other = remote.connect(server)
    assert.equal(before, version(other))
    other:close()
    local response = remote.exchange(connection, '19\r\nedule":{"enabled":false}}\r\n0\r\n\r\n')
    assert.equal(200, response.status)
    assert.equal(before + 1, cjson.decode(response.body).version)
  end)

  it("answers HEAD with the length alone", function()
    local length = remote.exchange(connection, GET).headers["content-length"]
    local response = remote.exchange(connection, GET:gsub("^GET", "HEAD"), true)
    assert.equal(200, response.status)
    assert.equal(length, response.headers["content-length"])
    assert.equal(200, remote.exchange(connection, GET).status)
  end)

  it("answers without a body, and goes on", function()
    local token = "X-Auth-Token: " .. sandbox.credentials.kakaocloud.token .. "\r\n\r\n"
    local path = "/api/v1/instances/6f1c0e3a-8b52-4b5e-9c4d-0a1b2c3d4e5f HTTP/1.1\r\nHost: x\r\n"
    assert.equal(204, remote.exchange(connection, "DELETE " .. path .. token).status)
    assert.equal(404, remote.exchange(connection, "GET " .. path .. token).status)
  end)

  it("tells a client that waits to continue", function()
    assert(connection:send(PUT .. "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"))
    assert.equal(100, remote.read_head(connection).status)
    assert.equal(200, remote.exchange(connection, "{}").status)
  end)

  it("refuses a body that is too large, and goes on", function()
    local size = 16 * 1024 * 1024 + 1
    local response = remote.exchange(connection, PUT .. "Content-Length: " .. size .. "\r\n\r\n" .. ("x"):rep(size))
    assert.equal(413, response.status)
    assert.equal(200, remote.exchange(connection, GET).status)
  end)

  for name, bytes in pairs{
    ["no HTTP"] = "\0\1\2 garbage\r\n\r\n",
    ["a TLS hello"] = "\22\3\1\0\5\1\0\0\1\0",
    ["half a request"] = "GET /instances HTTP/1.1\r\nHost:",
    ["half a body"] = PUT .. "Content-Length: 100\r\n\r\n{",
    ["a bad chunk"] = PUT .. "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    ["a bad length"] = PUT .. "Content-Length: many\r\n\r\n{}",
    ["an odd transfer encoding"] = PUT .. "Transfer-Encoding: chunked\156\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ["an odd method"] = "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
    ["a CONNECT"] = "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n",
    ["an asterisk"] = "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    ["an HTTP/1.0 client that waits"] = PUT:gsub("1%.1", "1.0")
      .. "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}",
    ["half an HTTP/2 request"] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
      .. "\0\0\6\1\4\0\0\0\1\131\134\132\1\1x", -- POST / of x, whose data never comes
    ["HTTP/2 without sense"] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frame at all",
  } do
    it("survives " .. name, function()
      assert(connection:send(bytes))
      connection:shutdown("send")
      local _, reason = connection:receive("*a")
      assert.are_not.equal("timeout", reason)
      local other = remote.connect(server)
      assert.equal(200, remote.exchange(other, GET).status)
      other:close()
    end)
  end

  it("is not held up by a client that sends nothing more", function()
    assert(connection:send("GET /instances HTTP/1.1\r\n"))
    local other = remote.connect(server)
    assert.equal(200, remote.exchange(other, GET).status)
    other:close()
  end)
end)

describe("sandbox server with TLS", function()
  local server, certificate

  setup(function()
    server = remote.start(EXAMPLE .. "--tls", "END CERTIFICATE")
    certificate = os.tmpname()
    local file = assert(io.open(certificate, "w"))
    file:write((table.concat(server.lines, "\n"):match("%-%-%-%-%-BEGIN.*")), "\n")
    file:close()
  end)

  teardown(function()
    server.pipe:close()
    os.remove(certificate)
  end)

  local function wrap(alpn, cafile)
    local connection = assert(ssl.wrap(remote.connect(server), { mode = "client", protocol = "any", verify = "peer",
      options = { "all", "no_sslv3" }, cafile = cafile, alpn = alpn }))
    connection:settimeout(remote.TIMEOUT)
    return connection, connection:dohandshake()
  end

  it("shows a certificate that a client can check", function()
    assert.truthy(server.root:find("^https://"))
    local connection, fine, message = wrap("http/1.1", certificate)
    assert.is_true(fine, message)
    local names = connection:getpeercertificate():extensions()["2.5.29.17"]
    assert.same({ { "localhost" }, { "127.0.0.1" } }, { names.dNSName, { names.iPAddress[1] } })
    connection:close()
    local _, trusted = wrap("http/1.1", nil)
    assert.is_falsy(trusted)
  end)

  it("speaks HTTP/1.1 to those who ask for it", function()
    local connection, fine, message = wrap("http/1.1", certificate)
    assert.is_true(fine, message)
    assert.equal("http/1.1", connection:getalpn())
    assert.equal(200, remote.exchange(connection, GET).status)
    assert.equal(200, remote.exchange(connection, GET).status)
    connection:close()
  end)

  local function frame(kind, flags, stream, payload)
    local size = #payload
    return string.char(0, math.floor(size / 256), size % 256, kind, flags, 0, 0, 0, stream) .. payload
  end

  local function read_frame(connection)
    local high, middle, low, kind, flags, _, _, _, stream = assert(connection:receive(9)):byte(1, 9)
    local size = high * 65536 + middle * 256 + low
    return kind, flags, stream, size > 0 and assert(connection:receive(size)) or ""
  end

  -- GET in HPACK without Huffman: indexed method and scheme, then literals of names in the static table.
  local function get_block(path, authorization)
    local function literal(name, value) return name .. string.char(#value) .. value end
    return "\130\135" .. literal("\4", path) .. literal("\1", "localhost") .. literal("\15\8", authorization)
  end

  -- Reads up to the stream's end; answers the first byte of its headers and its data.
  local function read_stream(connection, wanted)
    local first, parts, ended
    repeat
      local kind, flags, stream, payload = read_frame(connection)
      if stream == wanted and kind == 1 then first = payload:byte() end
      if stream == wanted and kind == 0 then parts = (parts or "") .. payload end
      ended = stream == wanted and flags % 2 == 1
    until ended
    return first, parts
  end

  it("speaks HTTP/2 to those who prefer it", function()
    local connection, fine, message = wrap({ "h2", "http/1.1" }, certificate)
    assert.is_true(fine, message)
    assert.equal("h2", connection:getalpn())
    local bearer = "Bearer " .. sandbox.credentials.acronis.token
    assert(connection:send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" .. frame(4, 0, 0, "")
      .. frame(1, 5, 1, get_block(REPORT, bearer)) .. frame(1, 5, 3, get_block(REPORT, "Bearer wrong"))))
    local status, body = read_stream(connection, 1)
    assert.equal(136, status) -- ":status: 200" of the static table
    assert.equal("20dffb36-d77b-45c6-b2fa-39276e98d5fc", cjson.decode(body).id)
    status, body = read_stream(connection, 3)
    assert.are_not.equal(136, status)
    assert.equal(401, cjson.decode(body).error.code)
    connection:close()
  end)
end)

describe("sandbox.serve", function()
  -- A program of its own, with a certificate of its own and a box of its own.
  local PROGRAM = [[
    local sandbox = require "instar.sandbox"
    local key = require "openssl.pkey".new{ type = "EC", curve = "prime256v1" }
    local name = require "openssl.x509.name".new():add("CN", "my own")
    local certificate = require "openssl.x509".new()
    certificate:setSubject(name)
    certificate:setIssuer(name)
    certificate:setPublicKey(key)
    certificate:setLifetime(os.time() - 60, os.time() + 3600)
    certificate:sign(key)
    sandbox.serve{
      tls = { cert = certificate:toPEM(), key = key:toPEM("private") },
      box = sandbox.new{ faults = function() return { status = 418, headers = { ["x-pot"] = "tea" } } end },
      until_eof = true,
      on_ready = function(root, pem)
        print("instar sandbox: " .. root)
        print(pem == certificate:toPEM() and "as given" or "another")
        io.stdout:flush()
      end,
    }
  ]]

  it("takes a certificate and a box", function()
    local server = remote.start("-e '" .. PROGRAM .. "'", "^a[sn]")
    assert.equal("as given", server.lines[2])
    local connection = assert(ssl.wrap(remote.connect(server), { mode = "client", protocol = "any", verify = "none" }))
    connection:settimeout(remote.TIMEOUT)
    assert.is_true(connection:dohandshake())
    assert.truthy(tostring(connection:getpeercertificate():subject()[1].value):find("my own", 1, true))
    local response = remote.exchange(connection, GET)
    assert.same({ 418, "tea", "0" },
      { response.status, response.headers["x-pot"], response.headers["content-length"] })
    connection:close()
    server.pipe:close()
  end)

  for _, row in ipairs{ { { prt = 1 }, "unknown sandbox option: prt" },
    { { tls = "yes" }, "sandbox option tls must be a table or boolean" } } do
    it("refuses options: " .. row[2], function()
      local _, message = pcall(sandbox.serve, row[1])
      assert.equal(row[2], message)
    end)
  end
end)

describe("sandbox server process", function()
  it("ends with its standard input, whatever is connected", function()
    local server = remote.start(EXAMPLE, "client_secret")
    local connection = remote.connect(server)
    assert.equal(200, remote.exchange(connection, GET).status)
    server.pipe:close()
    local _, reason = connection:receive(1)
    assert.equal("closed", reason)
    assert.is_nil((socket.connect("127.0.0.1", server.port)))
  end)

  for arguments, message in pairs{
    ["--bogus"] = "what is --bogus?", ["--port x"] = "the port must be a number", ["--port"] = "what is --port?",
    ["--host 300.1.1.1"] = "sandbox: ",
  } do
    it("says what is wrong with " .. arguments, function()
      local _, problem = pcall(remote.start, EXAMPLE .. arguments, "client_secret")
      assert.truthy(problem:find(message, 1, true), problem)
    end)
  end
end)
