-- SPDX-License-Identifier: MIT
-- Calls that nobody waits for: cancelled, closed, dropped; and what the others that share a token see of it.

local child = require "spec.support.child"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local scheduler = require "instar.scheduler"
local server = require "spec.support.server".start()

before_each(function() server:reset() end)

local function network(options)
  local all = {base_url = server:url("http"), token = "t", retries = 0}
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function turn_until(holds)
  for _ = 1, 5000 do
    if holds() then return end
    scheduler.turn(0.01)
  end
  error("it never came to hold", 2)
end

local function collect()
  for _ = 1, 4 do collectgarbage() end
end

local function arrived(count)
  turn_until(function() return #server:requests() >= count end)
end

--- Runs with a variable that is closed when the function ends, where the Lua has such.
local load = loadstring or load -- luacheck: ignore 113
local with_close = load([[
  local call, body = ...
  local held <close> = call
  body()
]])

describe("a call that is cancelled", function()
  for name, operation in pairs{read = "get", write = "patch"} do
    it("is done at once, and its connection is closed: a " .. name, function()
      server:queue{hang = "before_headers"}
      local call = network().instance[operation]:async("x", operation == "patch" and {instance = {}} or nil)
      arrived(1)
      call:cancel()
      assert.is_true(call:done())
      outcome.failed({kind = "cancelled", sent = "maybe"}, call:wait())
      scheduler.turn(0)
      server:wait{closed = 1}
      call:cancel()
      outcome.failed({kind = "cancelled"}, call:wait())
    end)
  end

  it("before it moved has sent nothing", function()
    local call = network().instance.patch:async("x", {instance = {}})
    call:cancel()
    outcome.failed({kind = "cancelled", sent = "no"}, call:wait())
    for _ = 1, 5 do scheduler.turn(0) end
    assert.equal(0, #server:requests())
  end)

  it("after its end keeps its result", function()
    server:queue{body = "7"}
    local call = network().instance.get:async("x")
    outcome.succeeded(7, call:wait())
    call:cancel()
    call:close()
    outcome.succeeded(7, call:wait())
  end)

  it("leaves the others alone", function()
    server:queue({hang = "before_headers"}, {body = "2", delay = 0.05}, {body = "3", delay = 0.05})
    local client, calls = network(), {}
    for i = 1, 3 do
      calls[i] = client.instance.get:async("id" .. i)
      arrived(i)
    end
    calls[1]:cancel()
    outcome.succeeded(2, calls[2]:wait())
    outcome.succeeded(3, calls[3]:wait())
    outcome.failed({kind = "cancelled"}, calls[1]:wait())
  end)

  it("is seen by those who wait for it", function()
    server:queue{hang = "before_headers"}
    local call = network().instance.get:async("x")
    local results = assert(instar.all{
      function() return (select(3, call:wait())) end,
      function()
        arrived(1)
        call:cancel()
      end,
    })
    assert.equal("cancelled", results[1].kind)
  end)
end)

describe("a call that is let go of", function()
  local ways = {
    ["by close"] = function(make) make():close() end,
    ["by its last reference"] = function(make)
      make()
      collect()
    end,
  }
  if with_close then
    ways["by the end of its block"] = function(make) with_close(make(), function() end) end
  end

  for name, let_go in pairs(ways) do
    it(name .. " is cancelled when it is a read", function()
      server:queue{hang = "before_headers"}
      let_go(function()
        local call = network().instance.get:async("x")
        arrived(1)
        return call
      end)
      scheduler.turn(0)
      server:wait{closed = 1}
    end)

    it(name .. " goes on when it is anything else", function()
      server:queue{body = "{}", delay = 0.02}
      local ended
      local client = network{on_event = function(event) ended = event.name == "response" and event.status end}
      let_go(function() return client.instance.patch:async("x", {instance = {}}) end)
      turn_until(function() return ended end)
      assert.equal(200, ended)
      assert.equal("PATCH", server:only_request().method)
    end)
  end

  it("goes on when it is a write though its client is let go of too", function()
    server:queue{body = "{}", delay = 0.02}
    network().instance.patch:async("x", {instance = {}})
    collect()
    arrived(1)
    turn_until(function() return not scheduler.is_busy() or server:requests()[1].complete end)
    assert.is_true(server:only_request().complete)
  end)

  it("stops when its client is closed", function()
    server:queue{hang = "before_headers"}
    local client = network()
    local call = client.instance.patch:async("x", {instance = {}})
    arrived(1)
    client:close()
    outcome.failed({kind = "closed"}, call:wait())
    server:wait{closed = 1}
  end)

  it("ends with the state without a word", function()
    server:queue({hang = "before_headers"}, {hang = "before_headers"})
    local output, status = child.run([[
      local client = require "instar".losant{base_url = ..., token = "t", retries = 0}
      kept = {client.instance.get:async("x"), client.instance.patch:async("x", {instance = {}})}
      client.instance.get:async("dropped")
      kept[1]:wait(0.05)
      print("end")]], nil, server:url("http"))
    assert.same({"end\n", 0}, {output, status})
  end)
end)

describe("the token that many calls need", function()
  --- A client that logs in; `gate.open` lets the login end, `gate.status` is what it answers.
  local function login()
    local gate = {logins = 0, tokens = {}, status = 200}
    gate.client = instar.losant{email = "e", password = "p", retries = 0, transport = function(request)
      if request.url:find("/auth/user", 1, true) then
        gate.logins = gate.logins + 1
        while not gate.open do coroutine.yield() end
        return {status = gate.status, body = '{"token":"fresh"}'}
      end
      table.insert(gate.tokens, request.headers.authorization)
      return {status = 200, body = '"' .. request.url:match("/instances/([^?]+)") .. '"'}
    end}
    return gate
  end

  local function start(gate, count)
    local calls = {}
    for i = 1, count do calls[i] = gate.client.instance.get:async("id" .. i) end
    turn_until(function() return gate.logins > 0 end)
    for _ = 1, 5 do scheduler.turn(0) end
    return calls
  end

  it("is fetched once for fifty", function()
    local gate = login()
    local calls = start(gate, 50)
    gate.open = true
    for i, call in ipairs(calls) do outcome.succeeded("id" .. i, call:wait()) end
    assert.same({1, 50}, {gate.logins, #gate.tokens})
    for _, token in ipairs(gate.tokens) do assert.equal("Bearer fresh", token) end
  end)

  it("that is refused fails each of them, and is asked for again by the next", function()
    local gate = login()
    gate.status = 401
    local calls = start(gate, 50)
    gate.open = true
    for _, call in ipairs(calls) do outcome.failed({kind = "auth", sent = "no"}, call:wait()) end
    assert.same({1, 0}, {gate.logins, #gate.tokens})
    gate.status = 200
    outcome.succeeded("x", gate.client.instance.get("x"))
    assert.equal(2, gate.logins)
  end)

  for name, chosen in pairs{first = {1}, last = {50}, ["first forty-nine"] = {1, 49}} do
    it("comes to the others when the " .. name .. " of them is cancelled", function()
      local gate = login()
      local calls = start(gate, 50)
      local from, to = chosen[1], chosen[2] or chosen[1]
      for i = from, to do calls[i]:cancel() end
      gate.open = true
      for i, call in ipairs(calls) do
        if i >= from and i <= to then outcome.failed({kind = "cancelled", sent = "no"}, call:wait())
        else outcome.succeeded("id" .. i, call:wait()) end
      end
      assert.same({1, 49 - (to - from)}, {gate.logins, #gate.tokens})
    end)
  end

  it("is asked of a function once at a time", function()
    local asked, open = 0, false
    local client = instar.losant{transport = function() return {status = 200, body = "{}"} end, token = function()
      asked = asked + 1
      while not open do coroutine.yield() end
      return "t", os.time() + 3600
    end}
    local calls = {}
    for i = 1, 50 do calls[i] = client.instance.get:async("x") end
    turn_until(function() return asked > 0 end)
    calls[1]:cancel()
    open = true
    for i = 2, 50 do outcome.succeeded({}, calls[i]:wait()) end
    assert.equal(1, asked)
  end)
end)
