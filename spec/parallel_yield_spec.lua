-- SPDX-License-Identifier: MIT
-- Where coroutines of instar.map wait: everywhere in the program's functions, also where the Lua cannot yield.

local instar = require "instar"
local scheduler = require "instar.scheduler"

--- A client whose calls end only when so many are under way together.
local function rendezvous(count, body)
  local met = 0
  return instar.losant{token = "t", retries = 0, transport = function()
    met = met + 1
    for _ = 1, 1000 do
      if met >= count then return {status = 200, body = body or "7"} end
      scheduler.sleep(0)
    end
    return nil, "timeout", "nobody else came"
  end}
end

-- A Lua function that calls `body` somewhere, and gives what that gave.
local places = {
  ["a plain function"] = function(body) return (body()) end,
  ["a tail call"] = function(body) return body() end,
  ["pcall"] = function(body) return (select(2, pcall(body))) end,
  ["xpcall"] = function(body) return (select(2, xpcall(body, debug.traceback))) end,
  ["pcall in pcall"] = function(body) return (select(3, pcall(pcall, body))) end,
  ["a for iterator"] = function(body)
    local result
    for value in function() return not result and body() or nil end do result = value end
    return result
  end,
  ["a comparator of sort"] = function(body)
    local result
    table.sort({2, 1}, function(a, b)
      result = body()
      return a < b
    end)
    return result
  end,
  ["a callback of gsub"] = function(body)
    local result
    ("x"):gsub("x", function() result = body() end)
    return result
  end,
  ["a metamethod"] = function(body)
    return setmetatable({}, {__index = function() return (body()) end}).x
  end,
  ["an arithmetic metamethod"] = function(body)
    return setmetatable({}, {__add = function() return (body()) end}) + 1
  end,
  ["__tostring"] = function(body)
    local result
    tostring(setmetatable({}, {__tostring = function()
      result = body()
      return "x"
    end}))
    return result
  end,
  ["a coroutine of the program's"] = function(body)
    local results = {coroutine.resume(coroutine.create(body))}
    return results[2]
  end,
  ["an iterator made by coroutine.wrap"] = function(body)
    local result
    for value in coroutine.wrap(function() coroutine.yield((body())) end) do result = value end
    return result
  end,
  ["a chunk that is loaded"] = function(body)
    return (loadstring or load)("return (...)()")(body) -- luacheck: ignore 113
  end,
}

local function fill(count, fn)
  local list = {}
  for i = 1, count do list[i] = fn end
  return list
end

for name, place in pairs(places) do
  describe("in " .. name, function()
    it("a call lets the others go on", function()
      local client = rendezvous(4)
      assert.same({7, 7, 7, 7, n = 4}, instar.all(fill(4, function()
        return place(function() return client.instance.get("x") end)
      end)))
    end)

    it("calls of each of three hundred at once end", function()
      local client = instar.losant{token = "t", retries = 0, transport = function()
        for _ = 1, 3 do scheduler.sleep(0) end
        return {status = 200, body = "7"}
      end}
      local results = assert(instar.all(fill(300, function()
        return place(function() return assert(client.instance.get("x")) and client.instance.get("y") end)
      end)))
      for i = 1, 300 do assert.equal(7, results[i]) end
    end)

    it("a wait for a started call, and a list in a list, end", function()
      local client = rendezvous(3)
      assert.same({7, 7, 7, n = 3}, instar.all(fill(3, function()
        return place(function() return client.instance.get:async("x"):wait() end)
      end)))
      assert.same({7, n = 1}, instar.all{function()
        return place(function() return instar.all{function() return client.instance.get("x") end}[1] end)
      end})
    end)
  end)
end

describe("what the Lua layer calls", function()
  it("yields too: pagers", function()
    local met = 0
    local client = instar.kakaocloud{token = "t", transport = function(request)
      if request.url:find("offset=0", 1, true) then met = met + 1 end
      while met < 3 do scheduler.sleep(0) end
      local first = request.url:find("offset=0", 1, true)
      local id = first and "a" or "b"
      return {status = 200, body = ('{"instances":[{"id":"%s"}],"pagination":{"total":2}}'):format(id)}
    end}
    assert.same({2, 2, 2, n = 3}, instar.all{
      function() return #client.instance.list:collect{limit = 1} end,
      function()
        local count = 0
        for _ in client.instance.list:each{limit = 1} do count = count + 1 end
        return count
      end,
      function()
        local pages = client.instance.list:pages{limit = 1}
        return (pages:next() and 1) + (pages:next() and 1)
      end,
    })
  end)

  it("yields too: waiting for a state", function()
    local client = rendezvous(3, '{"instance":{"status":"active"}}')
    local kakao = instar.kakaocloud{token = "t", transport = function(request)
      assert(client.instance.get("x"))
      return {status = 200, body = request.url and '{"instance":{"status":"active"}}'}
    end}
    local results = assert(instar.all(fill(3, function() return kakao.instance.get:wait("x", {status = "active"}) end)))
    for i = 1, 3 do assert.equal("active", results[i].instance.status) end
  end)

  it("yields too: logins and token functions", function()
    local met, count = 0, 0
    local function meet()
      met = met + 1
      while met < 2 do scheduler.sleep(0) end
    end
    local login = instar.losant{email = "e", password = "p", transport = function(request)
      if not request.url:find("/auth/user", 1, true) then return {status = 200, body = "1"} end
      meet()
      return {status = 200, body = '{"token":"t"}'}
    end}
    local asking = instar.losant{transport = function() return {status = 200, body = "2"} end, token = function()
      count = count + 1
      meet()
      return "t", os.time() + 3600
    end}
    assert.same({1, 2, 1, n = 3}, instar.all{
      function() return login.instance.get("x") end,
      function() return asking.instance.get("x") end,
      function() return login.instance.get("y") end,
    })
    assert.equal(1, count)
  end)
end)
