-- SPDX-License-Identifier: MIT
-- Calls that go on by themselves: started, waited for, cancelled, dropped.

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

--- A client whose answers name the instance; an answer is held back until `open` says otherwise.
local function gated()
  local gate = {open = {}, entered = {}}
  gate.client = instar.losant{token = "t", retries = 0, transport = function(request)
    local id = request.url:match("/instances/([^?/]+)")
    table.insert(gate.entered, id)
    while not (gate.open[id] or gate.open.all) do coroutine.yield() end
    return {status = id:find("^bad") and 404 or 200, body = ('{"id":"%s"}'):format(id)}
  end}
  return gate
end

--- Lets everything move until something holds.
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

describe("a call", function()
  it("gives what the operation would have given, as often as it is asked", function()
    server:queue({body = '{"a":1}'}, {status = 404, body = '{"type":"NotFound","message":"none"}'})
    local client = network()
    local good = client.instance.get:async("x")
    for _ = 1, 2 do assert.equal(200, outcome.succeeded({a = 1}, good:wait()).status) end
    local bad = client.instance.get:async{instanceId = "y"}
    local first = outcome.failed({kind = "http", status = 404, code = "NotFound"}, bad:wait())
    assert.equal(first, (outcome.failed({}, bad:wait())))
  end)

  it("is done when it has ended, not before", function()
    local gate = gated()
    local call = gate.client.instance.get:async("x")
    assert.is_false(call:done())
    turn_until(function() return gate.entered[1] end)
    assert.is_false(call:done())
    assert.equal("instar call of losant instance.get (under way)", tostring(call))
    gate.open.x = true
    turn_until(function() return call:done() end)
    assert.equal("instar call of losant instance.get (done)", tostring(call))
    outcome.succeeded({id = "x"}, call:wait())
  end)

  it("that is a mistake raises at once, where it was made", function()
    local client = network()
    for _, arguments in ipairs{{}, {instanceId = true}, {instanceId = "x", nonsense = 1}} do
      local ok, message = pcall(function() return client.instance.get:async(arguments) end)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find("_spec.lua:", 1, true), message)
      assert.is_truthy(tostring(message):find("instance.get", 1, true), message)
    end
    assert.equal(0, #server:requests())
  end)

  it("of a closed client fails", function()
    local client = network()
    client:close()
    outcome.failed({kind = "closed"}, client.instance.get:async("x"):wait())
  end)

  it("keeps the cause when the transport raises", function()
    local cause = {}
    local client = instar.losant{token = "t", transport = function() error(cause) end}
    assert.equal(cause, outcome.failed({kind = "aborted"}, client.instance.get:async("x"):wait()).cause)
  end)
end)

describe("wait with a time", function()
  for _, seconds in ipairs{0, 0.001, -1} do
    it("of " .. seconds .. " s ends while the call goes on", function()
      local gate = gated()
      local call = gate.client.instance.get:async("x")
      outcome.failed({kind = "timeout"}, call:wait(seconds))
      assert.is_false(call:done())
      gate.open.x = true
      outcome.succeeded({id = "x"}, call:wait())
      outcome.succeeded({id = "x"}, call:wait(seconds))
    end)
  end

  it("that is long, or without end, gives the result", function()
    local gate = gated()
    gate.open.all = true
    for _, seconds in ipairs{3600, math.huge} do
      outcome.succeeded({id = "x"}, gate.client.instance.get:async("x"):wait(seconds))
    end
  end)

  it("refuses what is no number", function()
    local call = gated().client.instance.get:async("x")
    for _, seconds in ipairs{"1", {}, true} do
      local ok, message = pcall(function() return call:wait(seconds) end)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find("number of seconds", 1, true), message)
    end
    call:cancel()
  end)
end)

describe("many calls", function()
  it("have each their own result, in whatever order they end", function()
    local gate, calls = gated(), {}
    for i = 1, 20 do calls[i] = gate.client.instance.get:async((i % 3 == 0 and "bad" or "x") .. i) end
    turn_until(function() return #gate.entered == 20 end)
    for i = 20, 1, -1 do
      gate.open[gate.entered[i]] = true
      turn_until(function() return calls[i]:done() end)
      for other = 1, i - 1 do assert.is_false(calls[other]:done()) end
    end
    for i = 1, 20 do
      if i % 3 == 0 then assert.equal("bad" .. i, outcome.failed({status = 404}, calls[i]:wait()).data.id)
      else outcome.succeeded({id = "x" .. i}, calls[i]:wait()) end
    end
  end)

  it("by hundreds go over sockets at once, each with its own answer", function()
    local client, calls = network{max_in_flight = 400}, {}
    for i = 1, 400 do server:queue{body = '{"script":' .. i .. '}', delay = 0.01} end
    for i = 1, 400 do calls["/instances/id" .. i] = client.instance.get:async("id" .. i) end
    for _, call in pairs(calls) do assert(call:wait()) end
    local requests = server:requests()
    assert.equal(400, #requests)
    for i, request in ipairs(requests) do assert.equal(i, calls[request.path]:wait().script) end
  end)

  it("above max_in_flight wait for a place, and get it in order", function()
    local client, calls = network{max_in_flight = 3}, {}
    server:queue({hang = "before_headers"}, {hang = "before_headers"}, {hang = "before_headers"})
    for i = 1, 9 do
      if i > 3 then server:queue{body = "{}"} end
      calls[i] = client.instance.get:async("id" .. i)
    end
    turn_until(function() return #server:requests() == 3 end)
    for _ = 1, 20 do scheduler.turn(0.001) end
    assert.equal(3, #server:requests())
    calls[2]:cancel()
    for i = 4, 9 do outcome.succeeded({}, calls[i]:wait()) end
    for i, request in ipairs(server:requests()) do
      if i > 3 then assert.equal("/instances/id" .. i, request.path) end
    end
    assert.is_false(calls[1]:done() or calls[3]:done())
    client:close()
    for _, i in ipairs{1, 3} do outcome.failed({kind = "closed"}, calls[i]:wait()) end
  end)

  it("stand before a blocking call that is made later", function()
    local client = network{max_in_flight = 1}
    for i = 1, 3 do client.instance.patch:async("id" .. i, {instance = {}}) end
    client.instance.get("last")
    local paths = {}
    for i, request in ipairs(server:requests()) do paths[i] = request.path end
    assert.same({"/instances/id1", "/instances/id2", "/instances/id3", "/instances/last"}, paths)
  end)

  it("leave their place when they are cancelled while they wait for it", function()
    local client, calls = network{max_in_flight = 1}, {}
    for i = 1, 5 do calls[i] = client.instance.get:async("id" .. i) end
    server:queue({body = "{}"}, {body = "{}"})
    for _, i in ipairs{1, 3, 4} do calls[i]:cancel() end
    for _, i in ipairs{5, 2} do outcome.succeeded({}, calls[i]:wait()) end
    local requests = server:requests()
    assert.same({"/instances/id2", "/instances/id5", 2}, {requests[1].path, requests[2].path, #requests})
  end)

  it("move on while another call blocks", function()
    local gate = gated()
    local call = gate.client.instance.get:async("x")
    local blocking = instar.losant{token = "t", transport = function()
      gate.open.x = true
      while not call:done() do coroutine.yield() end
      return {status = 200, body = "7"}
    end}
    outcome.succeeded(7, blocking.instance.get("y"))
    outcome.succeeded({id = "x"}, call:wait())
  end)

  it("move on over sockets while another call blocks", function()
    local client, calls = network{max_in_flight = 8}, {}
    for i = 1, 60 do
      server:queue{body = "{}", delay = 0.02}
      calls[i] = client.instance.get:async("id" .. i)
    end
    server:queue{body = "{}", delay = 0.02}
    outcome.succeeded({}, client.instance.get("last"))
    assert.is_true(#server:requests() > 1)
    for i = 1, 60 do outcome.succeeded({}, calls[i]:wait()) end
  end)
end)

describe("ten thousand calls", function()
  it("end each with its own result, and give the memory back", function()
    local client = instar.losant{token = "t", retries = 0, transport = function(request)
      coroutine.yield()
      return {status = 200, body = request.url:match("/instances/n(%d+)")}
    end}
    local function round()
      local kept, calls, right = setmetatable({}, {__mode = "k"}), {}, 0
      for i = 1, 10000 do
        calls[i] = client.instance.get:async("n" .. i)
        kept[calls[i]] = true
      end
      for i = 1, 10000 do right = right + (calls[i]:wait() == i and 1 or 0) end
      assert.equal(10000, right)
      calls = nil -- luacheck: ignore 311
      collect()
      assert.is_nil(next(kept))
      return collectgarbage("count")
    end
    local first, second = round(), round()
    assert.is_true(second < first + 500,
      ("%.0f KiB after the first round, %.0f after the second"):format(first, second))
    assert.is_false(scheduler.is_busy())
  end)
end)
