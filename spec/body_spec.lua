-- SPDX-License-Identifier: MIT
-- Bodies of answers: compressed, damaged, not what was promised.

local gzip = require "spec.support.gzip"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"
local TEXT = '{"id":"x","list":[1,2,3],"text":"' .. ("abc"):rep(200) .. '"}'
local DECODED = { id = "x", list = { 1, 2, 3 }, text = ("abc"):rep(200) }
local PACKED = gzip.pack(TEXT)
local HEAD = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
local GOOD = { body = '{"good":true}' }

local client

before_each(function()
  server:reset()
  client = instar.losant { base_url = server:url("http"), token = "t", retries = 0 }
end)

after_each(function() client:close() end)

--- A script whose body is labelled with a content coding.
local function coded(coding, body, more)
  local script = { headers = { ["Content-Encoding"] = coding }, body = body }
  for name, value in pairs(more or {}) do script[name] = value end
  return script
end

local function get()
  return client.instance.get(ID)
end

local function next_call_works()
  server:queue(GOOD)
  outcome.succeeded({ good = true }, get())
end

--- The bytes with those from `first` on replaced.
local function patched(bytes, first, new)
  return bytes:sub(1, first - 1) .. new .. bytes:sub(first + #new)
end

it("compression is asked for", function()
  server:queue(GOOD)
  outcome.succeeded({ good = true }, get())
  assert.equal("gzip", server:only_request():header("accept-encoding"))
end)

describe("a compressed body is inflated", function()
  local rows = {
    { "of known length", coded("gzip", PACKED) },
    { "in chunks", coded("gzip", PACKED, { chunked = true }) },
    { "up to the connection's end", { raw = HEAD .. PACKED, ["then"] = "close" } },
    { "byte by byte", coded("gzip", PACKED, { drip = { bytes = 1, every = 0 } }) },
    { "in two members", coded("gzip", gzip.pack(TEXT:sub(1, 100)) .. gzip.pack(TEXT:sub(101))) },
    { "in two members, in chunks of a byte", coded("gzip", gzip.pack(TEXT:sub(1, 9)) .. gzip.pack(TEXT:sub(10)),
      { drip = { bytes = 1, every = 0 } }) },
    { "in members of which one is empty", coded("gzip", gzip.pack("") .. PACKED .. gzip.pack("")) },
    { "called x-gzip", coded("x-gzip", PACKED) },
    { "called GZIP", coded("GZIP", PACKED) },
    { "called deflate", coded("deflate", gzip.deflate(TEXT)) },
    { "after an interim answer", coded("gzip", PACKED, { informational = { { status = 103 } } }) },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      server:queue(row[2])
      outcome.succeeded(DECODED, get())
      assert.equal(1, #server:requests())
      next_call_works()
    end)
  end

  it("of an error too", function()
    server:queue(coded("gzip", gzip.pack('{"type":"NotFound","message":"no such instance"}'), { status = 404 }))
    local err = outcome.failed({ kind = "http", status = 404, code = "NotFound", message = "no such instance" }, get())
    assert.equal('{"type":"NotFound","message":"no such instance"}', err.body)
  end)

  it("however large", function()
    local text = '"' .. ("0123456789abcdef"):rep(128 * 1024) .. '"'
    server:queue(coded("gzip", gzip.pack(text)))
    outcome.succeeded(text:sub(2, -2), get())
  end)
end)

describe("an empty body", function()
  local rows = {
    { "with a gzip header", coded("gzip", "") },
    { "with a gzip header, in chunks", coded("gzip", "", { chunked = true }) },
    { "with a gzip header and no length", { raw = HEAD, ["then"] = "close" } },
    { "with a gzip header and status 204", coded("gzip", nil, { status = 204 }) },
    { "compressed", coded("gzip", gzip.pack("")) },
    { "of known length", { body = "" } },
    { "of blanks", { body = " \r\n\t" } },
    { "with a type", { headers = { ["Content-Type"] = "application/json" }, body = "" } },
  }
  for _, row in ipairs(rows) do
    it(row[1] .. " gives true", function()
      server:queue(row[2])
      outcome.succeeded(true, get())
      next_call_works()
    end)
  end
end)

describe("a body that cannot be inflated is a decode error:", function()
  local rows = {
    { "cut off in its data", PACKED:sub(1, -20) },
    { "cut off in its checksum", PACKED:sub(1, -3) },
    { "cut off in its header", PACKED:sub(1, 5) },
    { "cut off after a whole member", PACKED .. PACKED:sub(1, 15) },
    { "damaged in its data", patched(PACKED, 20, "\255\255\255\255") },
    { "damaged in its checksum", patched(PACKED, #PACKED - 7, "\1\2\3\4") },
    { "damaged in its length", patched(PACKED, #PACKED - 3, "\1\2\3\4") },
    { "with garbage behind it", PACKED .. "garbage" },
    { "that is not compressed at all", TEXT },
  }
  for _, row in ipairs(rows) do
    for _, method in ipairs { "get", "patch" } do
      it(row[1] .. " (" .. method .. ")", function()
        server:queue(coded("gzip", row[2]))
        local arguments = { instanceId = ID, instance = method == "patch" and {} or nil }
        outcome.failed({ kind = "decode", status = 200, sent = "yes", attempts = 1 },
          client.instance[method](arguments))
        assert.equal(1, #server:requests())
        next_call_works()
      end)
    end
  end

  it("as long as the answer's own length is right; else the connection is to blame", function()
    server:queue(coded("gzip", PACKED, { truncate = 20 }))
    outcome.failed({ kind = "transport", status = 200, sent = "yes" }, get())
    next_call_works()
  end)
end)

describe("a body in a coding that was not asked for", function()
  local BROTLI = "\11\2\128{\125\3"

  it("passes as it came", function()
    server:queue(coded("br", BROTLI))
    outcome.succeeded(BROTLI, client:request { method = "GET", path = "/x" })
  end)

  it("is a decode error where JSON is promised, and is kept", function()
    server:queue(coded("br", BROTLI))
    local err = outcome.failed({ kind = "decode", status = 200, sent = "yes" }, get())
    assert.equal(BROTLI, err.body)
    assert.equal("br", err.headers["content-encoding"])
  end)

  it("may be JSON all the same", function()
    server:queue(coded("identity", TEXT))
    outcome.succeeded(DECODED, get())
  end)
end)

describe("an answer of a proxy's", function()
  local HTML = "<html><body><h1>Please log in</h1></body></html>"
  local TYPE = { ["Content-Type"] = "text/html" }

  it("in place of JSON is a decode error that carries it", function()
    server:queue { headers = TYPE, body = HTML }
    local err = outcome.failed({ kind = "decode", status = 200, sent = "yes", data = false }, get())
    assert.equal(HTML, err.body)
    assert.equal("text/html", err.headers["content-type"])
    next_call_works()
  end)

  for _, status in ipairs { 403, 407, 502, 503 } do
    it(("with status %d is told as such"):format(status), function()
      server:queue { status = status, headers = TYPE, body = HTML }
      local kind = status == 403 and "auth" or "http"
      local err = outcome.failed({ kind = kind, status = status, sent = "yes", data = false, code = false }, get())
      assert.equal(HTML, err.body)
      next_call_works()
    end)
  end
end)
