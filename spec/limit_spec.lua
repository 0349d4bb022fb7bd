-- SPDX-License-Identifier: MIT
-- Answers larger than allowed: they end with kind `limit`, and nothing of them is left for the next call.

local gzip = require "spec.support.gzip"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"
local CAP = 1000

before_each(function() server:reset() end)

local function new_client(options)
  local all = { base_url = server:url("http"), token = "t", retries = 0 }
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

--- A JSON string of so many bytes, quotes included.
local function text(size)
  return '"' .. ("x"):rep(size - 2) .. '"'
end

local function coded(body)
  return { headers = { ["Content-Encoding"] = "gzip" }, body = gzip.pack(body) }
end

-- Ways in which a body of so many bytes may come.
local ways = {
  ["of declared length"] = function(size) return { body = text(size) } end,
  ["in chunks"] = function(size) return { body = text(size), chunked = true } end,
  ["up to the connection's end"] = function(size)
    return { raw = "HTTP/1.1 200 OK\r\n\r\n" .. text(size), ["then"] = "close" }
  end,
  ["compressed"] = function(size) return coded(text(size)) end,
  ["compressed, in chunks"] = function(size)
    local script = coded(text(size))
    script.chunked = true
    return script
  end,
  ["in two compressed members"] = function(size)
    local script, whole = coded(""), text(size)
    script.body = gzip.pack(whole:sub(1, 500)) .. gzip.pack(whole:sub(501))
    return script
  end,
  ["of an error"] = function(size) return { status = 400, body = text(size) } end,
  ["compressed, of an error"] = function(size)
    local script = coded(text(size))
    script.status = 500
    return script
  end,
}

--- What a call gives whose answer is not too large.
local function passes(script, ...)
  if (script.status or 200) < 300 then
    local body = ...
    assert.equal("string", type(body), (select(2, ...)))
  else
    outcome.failed({ kind = "http", status = script.status }, ...)
  end
end

for name, make in pairs(ways) do
  describe("a body " .. name, function()
    local options = {
      { "of the client", { max_body = CAP }, nil },
      { "of the call", { max_body = 10 * CAP }, { max_body = CAP } },
      { "of the call, wider than the client's", { max_body = CAP - 1 }, { max_body = CAP } },
    }
    for _, row in ipairs(options) do
      it("passes up to the cap " .. row[1], function()
        local script = make(CAP)
        server:queue(script)
        passes(script, new_client(row[2]).instance.get({ instanceId = ID }, row[3]))
      end)

      it("fails above the cap " .. row[1] .. ", and leaves nothing behind", function()
        local client, script = new_client(row[2]), make(CAP + 1)
        server:queue(script, { body = '{"next":1}' })
        outcome.failed({ kind = "limit", status = script.status or 200, sent = "yes", attempts = 1 },
          client.instance.get({ instanceId = ID }, row[3]))
        outcome.succeeded({ next = 1 }, client.instance.get(ID))
        assert.equal(2, #server:requests())
      end)
    end
  end)
end

describe("a small body that inflates to a large one", function()
  local bomb = coded('"' .. ("\0"):rep(16 * 1024 * 1024) .. '"')

  it("fails without being inflated whole", function()
    assert.is_true(#bomb.body < 64 * 1024)
    local client = new_client { max_body = 64 * 1024 }
    server:queue(bomb, { body = "7" })
    local err = outcome.failed({ kind = "limit", status = 200, sent = "yes" }, client.instance.get(ID))
    assert.is_true(#err.body <= 64 * 1024)
    outcome.succeeded(7, client.instance.get(ID))
  end)

  it("fails for a write too, which is not sent again", function()
    local client = new_client { max_body = 64 * 1024 }
    server:queue(bomb)
    outcome.failed({ kind = "limit", sent = "yes", attempts = 1 },
      client.instance.patch { instanceId = ID, instance = {} })
    assert.equal(1, #server:requests())
  end)
end)

it("the length of a body that does not come is not counted", function()
  local client = new_client { max_body = CAP }
  server:queue({ headers = { ["Content-Length"] = "999999999" } }, { body = "7" })
  outcome.succeeded(true, client:request { method = "HEAD", path = "/x" })
  outcome.succeeded(7, client.instance.get(ID))
  assert.equal(1, #server:connections())
end)

describe("headers", function()
  local function head(lines)
    return { raw = "HTTP/1.1 200 OK\r\n" .. lines .. "Content-Length: 2\r\n\r\n{}" }
  end

  local MANY = ("X: " .. ("a"):rep(1000) .. "\r\n"):rep(300)
  local large = {
    { "many", head(MANY) },
    { "one long", head("X: " .. ("a"):rep(300 * 1024) .. "\r\n") },
    { "one long without an end", { raw = "HTTP/1.1 200 OK\r\nX: " .. ("a"):rep(2 * 1024 * 1024), ["then"] = "hang" } },
    { "a long status line", { raw = "HTTP/1.1 200 " .. ("a"):rep(300 * 1024) .. "\r\n\r\n", ["then"] = "hang" } },
    { "many of an interim answer", { raw = "HTTP/1.1 103 Early Hints\r\n" .. MANY, ["then"] = "hang" } },
    { "many behind the chunks", { raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
      .. MANY .. "\r\n" } },
  }
  for _, row in ipairs(large) do
    it("that are too large fail, and leave nothing behind: " .. row[1], function()
      local client = new_client()
      server:queue(row[2], { body = '{"next":1}' })
      outcome.failed({ kind = "limit", attempts = 1 }, client.instance.patch { instanceId = ID, instance = {} })
      outcome.succeeded({ next = 1 }, client.instance.get(ID))
      assert.equal(2, #server:requests())
    end)
  end

  it("of tolerable size pass", function()
    server:queue(head(("X: " .. ("a"):rep(1000) .. "\r\n"):rep(100)))
    local response = outcome.succeeded({}, new_client().instance.get(ID))
    assert.equal(100 * 1002 - 2, #response.headers.x)
  end)

  it("are a thousand at most", function()
    server:queue(head(("X: a\r\n"):rep(999)), head(("X: a\r\n"):rep(1000))) -- and Content-Length
    assert(new_client().instance.get(ID))
    outcome.failed({kind = "limit"}, new_client().instance.get(ID))
  end)
end)

describe("a URL", function()
  it("that libcurl would not take is refused, and no other try can help", function()
    local err = outcome.failed({kind = "limit", sent = "no"}, new_client().instance.get(("x"):rep(9000000)))
    assert.is_false(err.retryable)
    assert.equal(0, #server:requests())
  end)
end)
