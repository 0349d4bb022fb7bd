-- SPDX-License-Identifier: MIT
-- Clients, operations and calls come and go: collected when nobody wants them, kept while somebody does.

local child = require "spec.support.child"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"

before_each(function() server:reset() end)

local function new_client(options)
  local all = { base_url = server:url("http"), token = "t", retries = 0 }
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function collect()
  for _ = 1, 4 do collectgarbage() end
end

describe("what nobody wants", function()
  -- Makes a client; `keep` marks what is to be collected with it.
  local makers = {
    ["plain"] = function() return new_client() end,
    ["with operations in use"] = function(keep)
      local client = new_client()
      keep(client.instance)
      keep(client.instance.get)
      return client
    end,
    ["with a token function that mentions it"] = function(keep)
      local client
      local token = function() return tostring(client) end
      client = new_client { token = token, transport = function() return { status = 200, body = "{}" } end }
      keep(token)
      return client
    end,
    ["with an on_event function that mentions it"] = function(keep)
      local client
      local listener = function() return client end
      client = new_client { on_event = listener, transport = function() return { status = 200, body = "{}" } end }
      keep(listener)
      return client
    end,
    ["with a transport that mentions it and its operations"] = function(keep)
      local client, get
      local transport = function() return { status = 200, body = tostring(client) .. tostring(get) } end
      client = new_client { transport = transport }
      get = client.instance.get
      keep(transport)
      keep(get)
      return client
    end,
    ["closed"] = function()
      local client = new_client()
      client:close()
      return client
    end,
  }

  --- Makes and drops so many; counts what is left of them. The last ones made do not count: compiled code of LuaJIT's
  -- may leave them where the collector looks.
  local function survivors(make, count, use)
    local kept = setmetatable({}, { __mode = "k" })
    for index = 1, count + 3 do
      local counts = index <= count or nil
      local client = make(function(value) kept[value] = counts end)
      kept[client] = counts
      if use then use(client) end
    end
    collect()
    local left = 0
    for _ in pairs(kept) do left = left + 1 end
    return left
  end

  for name, make in pairs(makers) do
    it("is collected, 200 of 200: a client " .. name, function()
      assert.equal(0, survivors(make, 200))
    end)

    it("is collected after use: a client " .. name, function()
      assert.equal(0, survivors(make, 20, function(client)
        server:queue { body = "{}" }
        client.instance.get(ID)
      end))
    end)
  end

  it("is collected after errors of every origin", function()
    local make = function()
      local client
      client = new_client { token = function() error(client) end }
      return client
    end
    assert.equal(0, survivors(make, 20, function(client)
      local _, _, err = client.instance.get(ID)
      assert.equal(client, err.cause)
      pcall(client.instance.get)
      pcall(function() return client.instance.gte end)
    end))
  end)
end)

describe("an operation", function()
  it("outlives the variable of its client", function()
    local get = new_client().instance.get
    collect()
    server:queue { body = '{"n":1}' }
    outcome.succeeded({ n = 1 }, get(ID))
  end)

  it("outlives it during its call too", function()
    local client
    client = new_client { token = function()
      client = nil
      collect()
      return "t"
    end }
    local get = client.instance.get
    server:queue { body = '{"n":1}' }
    outcome.succeeded({ n = 1 }, get(ID))
    assert.is_nil(client)
  end)

  it("of a resource that was kept alone works", function()
    local resource = new_client().instance
    collect()
    server:queue { body = "{}" }
    outcome.succeeded({}, resource.get(ID))
  end)
end)

describe("in a coroutine", function()
  it("calls work", function()
    local client = new_client()
    server:queue({ body = "1" }, { body = "2" }, { body = "3" })
    local thread = coroutine.wrap(function()
      coroutine.yield((client.instance.get(ID)))
      coroutine.yield((client.instance.patch { instanceId = ID, instance = {} }))
      return (client.instance.get(ID))
    end)
    assert.same({ 1, 2, 3 }, { thread(), thread(), thread() })
  end)

  it("a client may be made, and used when the coroutine is gone", function()
    local client = coroutine.wrap(function() return new_client { token = function() return "t" end } end)()
    collect()
    server:queue { body = "1" }
    outcome.succeeded(1, client.instance.get(ID))
  end)

  it("a client may be used whose functions were made in another", function()
    local names = {}
    local client = coroutine.wrap(function()
      return new_client { on_event = function(event) table.insert(names, event.name) end }
    end)()
    server:queue { body = "1" }
    coroutine.wrap(function() outcome.succeeded(1, client.instance.get(ID)) end)()
    assert.same({ "request", "response" }, names)
  end)

  it("a call that fails leaves the coroutine alive", function()
    local client = new_client { base_url = server:url("closed") }
    local thread = coroutine.create(function()
      coroutine.yield(select("#", client.instance.get(ID)))
      return "end"
    end)
    assert.same({ true, 3 }, { coroutine.resume(thread) })
    assert.same({ true, "end" }, { coroutine.resume(thread) })
  end)
end)

describe("a finalizer", function()
  it("that cancels reads may run while they are being finished", function()
    local output, status = child.run([[
      local instar = require "instar"
      local losant, step = instar.losant{base_url = ..., token = "t"}, instar.loop.step
      for _ = 1, 400 do
        losant.instance.get:async("x")
        for _ = 1, 3 do step(0.002) end
      end
      print "fine"]], nil, server:url("http"))
    assert.same({"fine\n", 0}, {output, status})
  end)

  -- One collection at every place of a call's life where Lua may collect: pausing never, it runs a whole cycle at each.
  -- The finalizer that runs at the place in question does its deed, those before arm the next one.
  local SWEEP = [[
    local instar = require "instar"
    local headers = {["x-first"] = "1", ["x-second"] = ("v"):rep(50)}
    local clients = {
      network = instar.losant{base_url = ..., token = "t"},
      transport = instar.losant{token = function() return "t" end, on_event = function() end, transport = function()
        coroutine.yield()
        return {status = 200, headers = headers, body = '{"items":[{"a":1}],"totalCount":1}'}
      end},
      failing = instar.losant{token = "t", transport = function()
        coroutine.yield()
        return {status = 500, headers = {["x-first"] = "1"}, body = '{"message":"m"}'}
      end},
    }

    -- Does `act(deed)`, and the deed at a place of it; true when it came to that place.
    local function reaches(place, act)
      local left, armed, deed = place, true, nil
      local function arm()
        local function finalize()
          if not armed then return end
          left = left - 1
          if left == 0 then deed() else arm() end
          if _VERSION == "Lua 5.2" then collectgarbage "restart" end -- which takes a pause of 0 for a long one
        end
        if newproxy then getmetatable(newproxy(true)).__gc = finalize else setmetatable({}, {__gc = finalize}) end
      end
      collectgarbage()
      collectgarbage "stop"
      act(function(deed_of_now)
        deed = deed_of_now
        arm()
        collectgarbage "restart"
      end)
      armed = false
      return left <= 0
    end

    local function sweep(act)
      if jit then jit.off() end -- compiled code, when a cycle is due, leaves it to the interpreter, and would for ever
      collectgarbage("setpause", 0)
      if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", 0, 1000, 40)
      else
        collectgarbage("setstepmul", 10000000)
      end
      for name, client in pairs(clients) do
        local place = 1
        while reaches(place, function(ready) act(client, ready) end) do place = place + 1 end
        assert(place > 20, name .. ": hardly a finalizer ran there")
      end
      print "fine"
    end
  ]]

  for deed, source in pairs{
    ["cancel a call"] = [[
      local call = client.instance.get:async "x"
      ready(function() call:cancel() end)
      local body, _, err = call:wait() ]],
    ["close a list, and wait, while another reads it"] = [[
      local pager, err = client.instances.get:each({}, {prefetch = 0}), nil
      ready(function()
        pager:close()
        for _ = 1, 2 do instar.loop.step(0) end
      end)
      assert(instar.all{function() err = select(3, pager:next()) end}) ]],
  } do
    it("may anywhere " .. deed, function()
      local output, status = child.run(SWEEP .. "sweep(function(client, ready)" .. source
        .. [[assert(not err or err.kind == "cancelled" or err.kind == "http", err) end)]], nil, server:url("http"))
      assert.same({"fine\n", 0}, {output, status})
    end)
  end
end)

describe("calls within calls", function()
  it("of the transport, on the same client", function()
    local client
    client = new_client { transport = function(request)
      if request.url:find("/inner", 1, true) then return { status = 200, body = "1" } end
      return { status = 200, body = "[" .. client.instance.get("inner") .. "]" }
    end }
    outcome.succeeded({ 1 }, client.instance.get("outer"))
  end)

  it("of on_event, on another client over the network", function()
    local other, seen = new_client(), nil
    local client = new_client { on_event = function(event)
      if event.name == "request" then seen = other.instance.get("inner") end
    end }
    server:queue({ body = "1" }, { body = "2" })
    outcome.succeeded(2, client.instance.get(ID))
    assert.equal(1, seen)
  end)

  it("of the token function, on another client over the network", function()
    local other = new_client()
    local client = new_client { token = function() return "t" .. other.instance.get("inner") end }
    server:queue({ body = "1" }, { body = "2" })
    outcome.succeeded(2, client.instance.get(ID))
    assert.equal("Bearer t1", server:requests()[2]:header("authorization"))
  end)
end)

describe("the end of a Lua state", function()
  local CLIENT = [[
    local url = ...
    local instar = require "instar"
    client = instar.losant { base_url = url, token = "t", retries = 0 }
  ]]
  local rows = {
    { "with an open client", "" },
    { "with a client that was used", "client.instance.get 'x'" },
    { "with a closed client", "client:close()" },
    { "with many clients", "all = {} for i = 1, 200 do all[i] = instar.losant { base_url = url, token = 't' } end" },
    { "with a call just started", "call = client.instance.get:async 'x'" },
    { "with a call under way", "call = client.instance.get:async 'x' call:wait(0.01)" },
    { "with a write that was dropped", "client.instance.patch:async { instanceId = 'x', instance = {} }" },
    { "with a call under way whose client was closed",
      "call = client.instance.get:async 'x' call:wait(0.01) client:close()" },
    { "in a function of instar.all", "instar.all { function() client.instance.get 'x' os.exit(0, true) end }" },
    { "in the transport", [[
      client = instar.losant { base_url = url, token = "t", transport = function() os.exit(0, true) end }
      client.instance.get "x"]] },
    { "in the token function", [[
      client = instar.losant { base_url = url, token = function() os.exit(0, true) end }
      client.instance.get "x"]] },
    { "in a coroutine's call", [[
      client = instar.losant { base_url = url, token = "t", transport = function() os.exit(0, true) end }
      coroutine.wrap(function() client.instance.get "x" end)()]] },
    { "with a cycle of clients", [[
      local other
      client = instar.losant { base_url = url, token = function() return tostring(other) end }
      other = instar.losant { base_url = url, token = function() return tostring(client) end }]] },
  }
  for _, row in ipairs(rows) do
    it("is a good one " .. row[1], function()
      server:queue { body = "{}" }
      local output, status = child.run(CLIENT .. row[2], nil, server:url("http"))
      assert.same({ "", 0 }, { output, status })
    end)
  end
end)
