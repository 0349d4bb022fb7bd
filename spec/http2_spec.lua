-- SPDX-License-Identifier: MIT
-- Connections shared: HTTP/2 against the sandbox's server with TLS, HTTP/1.1 against the test peer.

local instar = require "instar"
local remote = require "spec.support.sandbox_server"
local sandbox = require "instar.sandbox"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"
local REPORT = "20dffb36-d77b-45c6-b2fa-39276e98d5fc"

local function numbers(count)
  local list = {}
  for i = 1, count do list[i] = i end
  return list
end

describe("HTTP/2", function()
  local box, ca_file

  local function new_client(options)
    local all = {
      base_url = sandbox.base_url("acronis", box.root), token = sandbox.credentials.acronis.token,
      tls = { ca_file = ca_file },
    }
    for name, value in pairs(options or {}) do all[name] = value end
    return instar.acronis(all)
  end

  setup(function()
    box = remote.start("examples/sandbox.lua --until-eof --tls", "END CERTIFICATE")
    ca_file = os.tmpname()
    local file = assert(io.open(ca_file, "w"))
    file:write(table.concat(box.lines, "\n"):match("%-%-%-%-%-BEGIN.*"), "\n")
    file:close()
  end)

  teardown(function()
    box.pipe:close()
    os.remove(ca_file)
  end)

  it("50 calls in flight share one connection", function()
    local client = new_client { max_in_flight = 64 }
    local calls = {}
    for i = 1, 50 do calls[i] = client.report.get:async(REPORT) end
    for _, call in ipairs(calls) do assert.equal("usage_summary", assert(call:wait()).parameters.kind) end
    local stats = client:stats()
    assert.equal(50, stats.requests)
    assert.equal(1, stats.opened)
    assert.equal(49, stats.reused)
    client:close()
  end)

  it("more calls than may be in flight share it too, and so do later ones", function()
    local client = new_client { max_in_flight = 8 }
    for round = 1, 2 do
      local results = assert(instar.map(numbers(40), function(i)
        return assert(client.report.get(REPORT)).parameters.kind .. i
      end, { max = 40 }))
      assert.equal("usage_summary40", results[40], "round " .. round)
    end
    assert.is_true(client:stats().opened <= 1)
    assert.equal(80, client:stats().requests)
    client:close()
  end)

  it("one call that fails or is cancelled leaves the others alone", function()
    local client = new_client()
    local cancelled = client.report.get:async(REPORT)
    local missing = client.report.get:async("00000000-0000-4000-8000-000000000000")
    local calls = {}
    for i = 1, 10 do calls[i] = client.report.get:async(REPORT) end
    cancelled:cancel()
    assert.equal(404, (select(3, missing:wait())).status)
    for _, call in ipairs(calls) do assert.is_table((assert(call:wait()))) end
    assert.equal("cancelled", (select(3, cancelled:wait())).kind)
    client:close()
  end)
end)

describe("HTTP/1.1", function()
  local PLACES, CALLS = 4, 40

  before_each(function()
    server:reset()
    local script = { headers = { ["Content-Type"] = "application/json" }, body = '{"name":"x"}', delay = 0.005 }
    for _ = 1, CALLS do server:queue(script) end
  end)

  for _, port in ipairs { "http", "https" } do
    it("the pool is used again, and never grows beyond max_in_flight, over " .. port, function()
      local client = instar.losant {
        base_url = server:url(port), token = "t", max_in_flight = PLACES, tls = { ca_file = server.files.ca },
      }
      assert(instar.map(numbers(CALLS), function() return assert(client.instance.get(ID)).name end, { max = CALLS }))
      local stats, connections = client:stats(), server:connections()
      assert.equal(CALLS, stats.requests)
      assert.equal(CALLS, stats.opened + stats.reused)
      assert.equal(#connections, stats.opened)
      assert.is_true(#connections <= PLACES, #connections .. " connections")
      assert.is_true(#connections > 1, "nothing went side by side")
      client:close()
    end)
  end

  it("clients share the pool", function()
    local first = instar.losant { base_url = server:url("http"), token = "t" }
    local second = instar.losant { base_url = server:url("http"), token = "u" }
    for _ = 1, 5 do
      assert(first.instance.get(ID))
      assert(second.instance.get(ID))
    end
    assert.equal(1, #server:connections())
    assert.equal(0, second:stats().opened)
  end)
end)
