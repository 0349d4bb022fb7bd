-- SPDX-License-Identifier: MIT
-- Clients and calls closed in every state: before, during and after, by hand, by a callback, by `<close>`.

local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"

-- Writes that were dropped go on; not into the next test.
local made = setmetatable({}, { __mode = "k" })

before_each(function() server:reset() end)
after_each(function()
  for client in pairs(made) do client:close() end
end)

local function new_client(options)
  local all = { base_url = server:url("http"), token = "t", retries = 0 }
  for name, value in pairs(options or {}) do all[name] = value end
  local client = instar.losant(all)
  made[client] = true
  return client
end

local function collect()
  for _ = 1, 4 do collectgarbage() end
end

describe("a closed client", function()
  it("may be closed again", function()
    local client = new_client()
    for _ = 1, 3 do client:close() end
  end)

  it("says so in every call, and sends nothing", function()
    local client = new_client { on_event = function() end }
    local get = client.instance.get
    client:close()
    outcome.failed({ kind = "closed", sent = "no" }, get(ID))
    outcome.failed({ kind = "closed", sent = "no" }, client.instance.patch { instanceId = ID, instance = {} })
    outcome.failed({ kind = "closed", sent = "no" }, client:request { method = "GET", path = "/x" })
    assert.equal(0, #server:requests())
  end)

  it("still has its name, counts and operations", function()
    local client = new_client()
    server:queue { body = "{}" }
    outcome.succeeded({}, client.instance.get(ID))
    client:close()
    assert.equal("instar.losant client (closed)", tostring(client))
    assert.equal(1, client:stats().requests)
    assert.equal("losant instance.get: GET /instances/{instanceId}", tostring(client.instance.get))
    assert.equal("GET", client.instance.get:describe().method)
  end)

  it("leaves other clients alone", function()
    local one, other = new_client(), new_client()
    server:queue({ body = "1" }, { body = "2" })
    outcome.succeeded(1, one.instance.get(ID))
    one:close()
    outcome.succeeded(2, other.instance.get(ID))
  end)
end)

describe("a client closed by a function of its own call", function()
  local function closed_by(make)
    local client
    client = new_client(make(function() client:close() end))
    return client
  end

  it("the token function: nothing is sent", function()
    local client = closed_by(function(close) return { token = function() close() return "t" end } end)
    outcome.failed({ kind = "closed", sent = "no" }, client.instance.get(ID))
    assert.equal(0, #server:requests())
  end)

  it("a token function that fails then: its error is what counts", function()
    local client = closed_by(function(close) return { token = function() close() error({ mine = true }) end } end)
    local err = outcome.failed({ kind = "aborted", sent = "no" }, client.instance.get(ID))
    assert.same({ mine = true }, err.cause)
  end)

  it("on_event, told of the request: nothing is sent", function()
    local client = closed_by(function(close)
      return { on_event = function(event) if event.name == "request" then close() end end }
    end)
    outcome.failed({ kind = "closed", sent = "no" }, client.instance.get(ID))
    assert.equal(0, #server:requests())
  end)

  it("on_event, told of the response: the answer stands", function()
    local client = closed_by(function(close)
      return { on_event = function(event) if event.name == "response" then close() end end }
    end)
    server:queue { body = '{"n":1}' }
    outcome.succeeded({ n = 1 }, client.instance.get(ID))
    outcome.failed({ kind = "closed" }, client.instance.get(ID))
  end)

  it("on_event, told of a login", function()
    local client
    client = instar.kakaocloud { base_url = server:url("http"), iam_url = server:url("http"), retries = 0,
      application_credential_id = "id", application_credential_secret = "s", on_event = function(event)
        if event.name == "refresh" then client:close() end
      end }
    outcome.failed({ kind = "closed", sent = "no" }, client.instance.get("x"))
    assert.equal(0, #server:requests())
  end)

  for _, status in ipairs { 200, 401, 500 } do
    it(("the transport, whose answer stands, and which is asked no more: %d"):format(status), function()
      local asked = 0
      local client = closed_by(function(close)
        return { token = function() return "t" end, transport = function()
          asked = asked + 1
          close()
          return { status = status, body = '{"n":1}' }
        end }
      end)
      local body, message, err = client.instance.get(ID)
      if status == 200 then
        outcome.succeeded({ n = 1 }, body, message)
      else
        outcome.failed({ status = status, attempts = 1 }, body, message, err)
      end
      outcome.failed({ kind = "closed" }, client.instance.get(ID))
      assert.equal(1, asked)
    end)
  end
end)

describe("a call", function()
  local function start(client)
    return client.instance.patch:async { instanceId = ID, instance = {} }
  end

  --- A call whose request has arrived, and is not answered.
  local function under_way(client)
    server:queue { hang = "before_headers" }
    local call = start(client)
    repeat call:wait(0.01) until #server:requests() > 0 and server:requests()[1].complete
    return call
  end

  local function with_a_connection_ready(client)
    server:queue { body = "{}" }
    outcome.succeeded({}, client.instance.get(ID))
    return start(client)
  end

  local function waiting_for_a_place(client)
    under_way(client)
    return start(client)
  end

  -- How far it has come, how a client gets it there, what may have been sent by then.
  local states = {
    { "started just now", start, "no" },
    { "started just now, with a connection ready", with_a_connection_ready, "no" },
    { "that waits for a place", waiting_for_a_place, "no" },
    { "under way", under_way, "maybe" },
  }
  local ends = {
    { "cancelled", function(call) call:cancel() end },
    { "closed", function(_, client) client:close() end },
  }
  for _, state in ipairs(states) do
    for _, ending in ipairs(ends) do
      it(("%s fails as %s, and sends no more"):format(state[1], ending[1]), function()
        local client = new_client { max_in_flight = 1 }
        local call = state[2](client)
        local received = #server:requests()
        ending[2](call, client)
        outcome.failed({ kind = ending[1], sent = state[3], status = false }, call:wait())
        assert.is_true(call:done())
        ending[2](call, client)
        outcome.failed({ kind = ending[1] }, call:wait())
        server:queue { body = "1" }
        outcome.succeeded(1, new_client().instance.get(ID))
        assert.equal(received + 1, #server:requests())
      end)
    end

    it(state[1] .. " may be dropped with its client", function()
      state[2](new_client { max_in_flight = 1 })
      collect()
      server:queue({ body = "1" }, { body = "1" }, { body = "1" })
      outcome.succeeded(1, new_client().instance.get(ID))
    end)
  end

  it("keeps its client", function()
    server:queue { body = '{"n":1}' }
    local call = start(new_client())
    collect()
    outcome.succeeded({ n = 1 }, call:wait())
  end)

  it("that reads ends its connection when it is dropped", function()
    local client = new_client()
    server:queue { hang = "before_headers" }
    local call = client.instance.get:async(ID)
    repeat call:wait(0.01) until #server:requests() > 0
    call = nil -- luacheck: ignore 311
    collect()
    server:wait { closed = 1 }
    assert.equal("instar.losant client (" .. server:url("http") .. ")", tostring(client))
  end)
end)

-- `<close>` is no syntax for older Luas.
local has_close = (rawget(_G, "loadstring") or load)("local x <close> = nil")

describe("a variable marked <close>", function()
  local function run(text, ...)
    return assert(load(text))(...)
  end

  it("is there from Lua 5.4 on", function()
    local version = tonumber(_VERSION:match("%d+%.%d+"))
    assert.equal(version >= 5.4, has_close ~= nil)
  end)

  if not has_close then return end

  it("closes its client", function()
    local client = new_client()
    run("local client <close> = ...", client)
    outcome.failed({ kind = "closed" }, client.instance.get(ID))
  end)

  it("closes its client when an error passes", function()
    local client = new_client()
    local ok, problem = pcall(run, "local client <close> = ... error('mine', 0)", client)
    assert.same({ false, "mine" }, { ok, problem })
    outcome.failed({ kind = "closed" }, client.instance.get(ID))
  end)

  it("closes its client that is closed already", function()
    local client = new_client()
    run("local client <close> = ... client:close()", client)
    outcome.failed({ kind = "closed" }, client.instance.get(ID))
  end)

  it("closes its call: one that reads is cancelled", function()
    server:queue { hang = "before_headers" }
    local call = new_client().instance.get:async(ID)
    run("local call <close> = ...", call)
    outcome.failed({ kind = "cancelled" }, call:wait())
  end)
end)
