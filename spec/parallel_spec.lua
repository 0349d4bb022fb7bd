-- SPDX-License-Identifier: MIT
-- instar.map and instar.all: functions run as coroutines in which every call yields.

local child = require "spec.support.child"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local scheduler = require "instar.scheduler"
local server = require "spec.support.server".start()

before_each(function() server:reset() end)

--- A client whose calls end only when so many are under way together: who waits alone waits for ever.
local function rendezvous(count)
  local met = 0
  return instar.losant{token = "t", retries = 0, transport = function(request)
    met = met + 1
    for _ = 1, 100000 do
      if met >= count then return {status = 200, body = '"' .. request.url:match("/instances/([^?]+)") .. '"'} end
      coroutine.yield()
    end
    return nil, "timeout", "nobody else came"
  end}
end

local function plain()
  return instar.losant{token = "t", retries = 0, transport = function(request)
    coroutine.yield()
    local id = request.url:match("/instances/([^?]+)")
    return {status = id == "bad" and 404 or 200, body = '"' .. id .. '"'}
  end}
end

local function numbers(count)
  local list = {}
  for i = 1, count do list[i] = i end
  return list
end

describe("a function that is cancelled", function()
  it("takes along what its list has under way, and others may read on", function()
    server:queue({hang = "before_headers"}, {body = '{"instances":[{"id":1}],"pagination":{"total":1}}'})
    local client = instar.kakaocloud{base_url = server:url("http"), token = "t", retries = 0, max_in_flight = 1}
    local pager = client.instance.list:each{}
    assert.is_nil((instar.map({1, 2}, function(i)
      if i == 1 then return pager:next() end
      while #server:requests() == 0 do scheduler.sleep(0.005) end
      error("boom")
    end)))
    assert.equal(1, assert(pager:next()).id)
  end)

  --- Calls a function where no Lua can yield.
  local function blocked(body)
    local _ = ("x"):gsub("x", function() body() end)
  end

  for way, go_on in pairs{
    ["itself"] = function(patch) pcall(patch, 2) end,
    ["with async"] = function(patch) patch(2, "async") end,
    ["in a map"] = function(patch) instar.map({2, 3}, patch) end,
    ["in a list"] = function(_, client) client.instance.historical_summaries:collect{instanceId = "2"} end,
    ["in a generator"] = function(patch)
      coroutine.wrap(function() coroutine.yield(patch(2)) end)()
    end,
  } do
    it("calls no more, though the Lua cannot end it: " .. way, function()
      local asked, failed = {}, false
      local client = instar.losant{token = "t", retries = 0, transport = function(request)
        table.insert(asked, request.url:match("/instances/(%d)"))
        while not failed do coroutine.yield() end
        return {status = 200, body = "{}"}
      end}
      local function patch(id, async)
        local arguments = {instanceId = tostring(id), instance = {}}
        if async then return client.instance.patch:async(arguments) end
        return client.instance.patch(arguments)
      end
      local went_on = false
      assert.is_nil((instar.map({1, 2}, function(i)
        if i == 1 then
          return blocked(function()
            patch(1)
            went_on = true
            go_on(patch, client)
          end)
        end
        while #asked == 0 do coroutine.yield() end
        failed = true
        error("the other one", 0)
      end)))
      for _ = 1, 20 do instar.loop.step(0) end
      assert.is_true(went_on)
      assert.same({"1"}, asked)
    end)
  end

  it("waits no longer, where the Lua cannot end it", function()
    assert.equal("cancelled 1\n", (child.run[[
      local instar = require "instar"
      local polls, kind = 0, nil
      local get = instar.kakaocloud{token = "t", transport = function()
        polls = polls + 1
        return {status = 503, headers = {["Retry-After"] = "1000"}, body = "{}"}
      end}.instance.get
      local function wait() kind = select(3, get:wait("x", {status = "active"})).kind end
      assert(not instar.all{
        function() return (("x"):gsub("x", wait)) end, -- where no Lua can yield
        function()
          while polls == 0 do coroutine.yield() end
          error("the other one", 0)
        end,
      })
      print(kind .. " " .. polls)
    ]]))
  end)
end)

describe("a call that a cancelled function has started", function()
  it("goes on while the function waits for it, where no Lua can end that", function()
    server:queue{delay = 0.1, body = "7"}
    assert.equal("7\n", (child.run([[
      local instar, scheduler = require "instar", require "instar.scheduler"
      local client = instar.losant{base_url = ..., token = "t", retries = 0}
      local call, body
      assert(not instar.all{
        function()
          return coroutine.wrap(function() -- a generator's waits do not end with the function
            call = client.instance.get:async("x")
            repeat call:wait(0.01) until call:done()
          end)()
        end,
        function()
          while not call do coroutine.yield() end
          error("the other one", 0)
        end,
      })
      print((call:wait()))
    ]], nil, server:url("http"))))
  end)
end)

describe("all", function()
  it("takes its options from beside the functions or from a table of their own", function()
    local function fail() return nil, "no" end
    for _, results in ipairs{
      assert(instar.all{fail, settle = true}), assert(instar.all({fail}, {settle = true})),
    } do
      assert.same({false, "no"}, {results[1].ok, results[1].message})
    end
  end)

  it("takes what table.pack makes", function()
    assert.same({1, 2, n = 2}, assert(instar.all{function() return 1 end, function() return 2 end, n = 2}))
  end)

  it("refuses options that it does not know, and what is no function", function()
    for text, given in pairs{
      ["unknown option 'setle'"] = {{print, setle = true}}, ["unknown option 'x'"] = {{print}, {x = 1}},
      ["item 2 is no function"] = {{print, 5, print}},
    } do
      local ok, message = pcall(instar.all, given[1], given[2])
      assert.is_false(ok)
      assert.is_truthy(message:find(text, 1, true), message)
    end
  end)
end)

describe("map", function()
  it("gives the first result of each, in order", function()
    local list = {n = 0}
    local results = assert(instar.map(numbers(50), function(item, i)
      assert(item == i)
      for _ = 1, (i * 7) % 11 do coroutine.yield() end
      table.insert(list, i)
      return i * 2, "second"
    end))
    assert.equal(50, results.n)
    for i = 1, 50 do assert.equal(i * 2, results[i]) end
    assert.not_same(numbers(50), {unpack and unpack(list) or table.unpack(list)}) -- luacheck: ignore 113 143
  end)

  it("takes an empty list, and results that are nil or false", function()
    assert.same({n = 0}, instar.map({}, error))
    assert.same({n = 0}, instar.all{})
    assert.same({n = 3, [2] = false}, instar.map({1, 2, 3}, function(i) if i == 2 then return false end end))
  end)

  for max, most in pairs{[1] = 1, [3] = 3, [16] = 16, [100] = 40, [false] = 16} do
    it("runs at most so many at a time: " .. tostring(max), function()
      local now, highest = 0, 0
      assert(instar.map(numbers(40), function()
        now = now + 1
        highest = math.max(highest, now)
        for _ = 1, 3 do coroutine.yield() end
        now = now - 1
      end, {max = max or nil}))
      assert.equal(most, highest)
    end)
  end

  it("makes calls at once, each with its own result", function()
    local client = rendezvous(16)
    local results = assert(instar.map(numbers(16), function(i) return client.instance.get("id" .. i) end))
    for i = 1, 16 do assert.equal("id" .. i, results[i]) end
  end)

  it("makes calls at once over sockets", function()
    local client = instar.losant{base_url = server:url("http"), token = "t", retries = 0}
    local paths = {}
    for i = 1, 100 do server:queue{body = tostring(i)} end
    local results = assert(instar.map(numbers(100), function(i)
      local body = client.instance.get("id" .. i)
      paths[body] = "/instances/id" .. i
      return body
    end, {max = 32}))
    for i, request in ipairs(server:requests()) do assert.equal(request.path, paths[i]) end
    assert.equal(100, results.n)
  end)

  it("tells how far it is", function()
    local seen = {}
    local function note(done, total) table.insert(seen, done .. "/" .. total) end
    assert(instar.map(numbers(5), tostring, {progress = note}))
    assert.equal("1/5 2/5 3/5 4/5 5/5", table.concat(seen, " "))
  end)

  it("ends with the failure of its progress function", function()
    local function fail() error("tired", 0) end
    local err = outcome.failed({kind = "aborted"}, instar.map(numbers(5), tostring, {progress = fail}))
    assert.equal("tired", err.cause)
  end)

  -- Mistakes: what is called, its arguments, what the message holds.
  for _, row in ipairs{
    {"map", {nil, print}, "a list is needed"}, {"map", {{}, nil}, "a function is needed"},
    {"map", {{}, print, 5}, "options must be a table"}, {"map", {{}, print, {maximum = 1}}, "unknown option 'maximum'"},
    {"map", {{}, print, {max = 0}}, "whole number"}, {"map", {{}, print, {max = 1.5}}, "whole number"},
    {"map", {{}, print, {max = "2"}}, "must be a whole number from 1"},
    {"map", {{}, print, {settle = 1}}, "must be true or false"},
    {"all", {5}, "a list of functions"}, {"all", {{print, 5}}, "item 2"},
  } do
    it("refuses a mistake: " .. row[1] .. ", " .. row[3], function()
      local ok, message = pcall(function() return instar[row[1]](row[2][1], row[2][2], row[2][3]) end)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find(row[3], 1, true), message)
      assert.is_truthy(tostring(message):find("parallel_spec.lua:", 1, true), message)
    end)
  end
end)

describe("the first failure", function()
  it("that is returned is what map returns, and nothing more is started", function()
    local client, started = plain(), 0
    local err = outcome.failed({kind = "http", status = 404}, instar.map(numbers(50), function(i)
      started = started + 1
      return client.instance.get(i == 3 and "bad" or "id" .. i)
    end, {max = 4}))
    assert.is_nil(err.traceback)
    assert.is_true(started <= 8, started)
  end)

  it("that is raised comes with the coroutine's traceback", function()
    local function culprit() error("boom") end
    local err, message = outcome.failed({kind = "aborted"}, instar.all{function() culprit() return 1 end})
    assert.is_truthy(message:find("parallel_spec.lua:%d+: boom"), message)
    assert.is_truthy(err.traceback:find("culprit", 1, true), err.traceback)
    assert.equal(message, err.cause)
  end)

  it("that is an error of instar's own stays itself, raised or returned", function()
    local client = plain()
    local own = select(3, client.instance.get("bad"))
    for _, fn in ipairs{function() error(own, 0) end, function() return nil, own.text, own end} do
      assert.equal(own, (select(3, instar.all{fn})))
    end
  end)

  it("that is any other value is kept as the cause", function()
    local cause = {}
    for _, fn in ipairs{function() error(cause, 0) end, function() return nil, cause end} do
      assert.equal(cause, outcome.failed({kind = "aborted"}, instar.all{fn}).cause)
    end
    local mute = setmetatable({}, {__tostring = function() error "no text" end})
    assert.equal(mute, outcome.failed({kind = "aborted"}, instar.all{function() return nil, mute end}).cause)
  end)

  it("cancels the calls of the others", function()
    server:queue({hang = "before_headers"}, {hang = "before_headers"})
    local client = instar.losant{base_url = server:url("http"), token = "t", retries = 0}
    local went_on = false
    local function hang()
      client.instance.get("x")
      went_on = true
    end
    outcome.failed({kind = "aborted"}, instar.all{hang, hang, function()
      while #server:requests() < 2 do scheduler.sleep(0.005) end
      error("enough")
    end})
    scheduler.turn(0)
    server:wait{closed = 2}
    assert.is_false(went_on)
  end)

  it("cancels what is nested", function()
    server:queue({hang = "before_headers"}, {hang = "before_headers"})
    local client = instar.losant{base_url = server:url("http"), token = "t", retries = 0}
    outcome.failed({kind = "aborted"}, instar.all{
      function() return instar.map({"a", "b"}, function(id) return client.instance.get(id) end) end,
      function()
        while #server:requests() < 2 do scheduler.sleep(0.005) end
        error("enough")
      end,
    })
    scheduler.turn(0)
    server:wait{closed = 2}
  end)

  it("is one among others with settle", function()
    local client = plain()
    local results = assert(instar.all{settle = true,
      function() return client.instance.get("x") end,
      function() return client.instance.get("bad") end,
      function() error("boom", 0) end,
      function() end,
    })
    assert.equal(4, results.n)
    assert.same({ok = true, value = "x"}, results[1])
    assert.same({false, 404, results[2].error.text}, {results[2].ok, results[2].error.status, results[2].message})
    assert.same({false, "aborted", "boom"}, {results[3].ok, results[3].error.kind, results[3].message})
    assert.same({ok = true}, results[4])
  end)
end)

describe("nesting", function()
  it("of map in map in all works", function()
    local client = plain()
    local results = assert(instar.all{
      function()
        return instar.map(numbers(5), function(i)
          return instar.map(numbers(3), function(j) return (client.instance.get(i .. "-" .. j)) end)
        end)
      end,
      function() return client.instance.get:async("y"):wait() end,
    })
    for i = 1, 5 do
      for j = 1, 3 do assert.equal(i .. "-" .. j, results[1][i][j]) end
    end
    assert.equal("y", results[2])
  end)

  it("passes a failure through", function()
    local client = plain()
    outcome.failed({status = 404}, instar.all{function()
      return instar.map({"x", "bad"}, function(id) return client.instance.get(id) end)
    end})
  end)

  it("lets others run between a call's start and its end", function()
    local client = rendezvous(2)
    assert.same({"a", "b", n = 2}, instar.all{
      function() return client.instance.get("a") end,
      function() return instar.all{function() return client.instance.get("b") end}[1] end,
    })
  end)
end)
