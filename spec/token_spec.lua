-- SPDX-License-Identifier: MIT
-- The option `token`: a string, a function, or false.

local instar = require "instar"
local server = require "spec.support.server".start()

local real_getenv = os.getenv
local sent, statuses

before_each(function()
  sent, statuses = {}, {}
  os.getenv = function() return nil end -- luacheck: ignore 122
end)

after_each(function()
  os.getenv = real_getenv -- luacheck: ignore 122
end)

local function transport(request)
  sent[#sent + 1] = request.headers.authorization or "none"
  return {status = table.remove(statuses, 1) or 200, body = "{}"}
end

local function client(token, more)
  local options = {token = token, transport = transport}
  for name, value in pairs(more or {}) do options[name] = value end
  return instar.losant(options)
end

--- A token function that counts: "t1", "t2", … with these seconds until its end, if any.
local function counting(seconds)
  local count = 0
  return function()
    count = count + 1
    return "t" .. count, seconds and os.time() + seconds
  end
end

describe("a token", function()
  it("that is a string is sent with each call, and a 401 is final", function()
    statuses = {200, 401}
    local a_client = client("s")
    assert(a_client.instance.get("x"))
    local _, _, err = a_client.instance.get("x")
    assert.same({"auth", 401, 1, "yes"}, {err.kind, err.status, err.attempts, err.sent})
    assert.same({"Bearer s", "Bearer s"}, sent)
  end)

  for _, service in ipairs{"losant", "kakaocloud", "acronis"} do
    for name, options in pairs{missing = {}, ["false"] = {token = false}} do
      it(("of %s that is %s fails the call"):format(service, name), function()
        options.base_url = "https://a.example"
        options.transport = transport
        local a_client = instar[service](options)
        local resource = service == "acronis" and a_client.report or a_client.instance
        local body, message, err = resource.get("x")
        assert.is_nil(body)
        assert.is_truthy(message:find(service, 1, true), message)
        assert.same({"auth", "no", 0, false}, {err.kind, err.sent, err.attempts, err.retryable})
        local _, _, other = a_client:request{path = "/x"}
        assert.equal("auth", other.kind)
        assert.same({}, sent)
      end)
    end
  end

  it("that is false goes before a login", function()
    local a_client = client(false, {email = "e", password = "p"})
    local _, _, err = a_client.instance.get("x")
    assert.equal("auth", err.kind)
    assert.same({}, sent)
  end)
end)

describe("a token function", function()
  it("is asked for every call when it tells no end", function()
    local a_client = client(counting())
    for _ = 1, 3 do assert(a_client.instance.get("x")) end
    assert.same({"Bearer t1", "Bearer t2", "Bearer t3"}, sent)
  end)

  it("is asked again when the end that it told is near", function()
    local a_client = client(counting(3600))
    for _ = 1, 2 do assert(a_client.instance.get("x")) end
    local ended = client(counting(-1))
    for _ = 1, 2 do assert(ended.instance.get("x")) end
    local acronis = instar.acronis{token = counting(890), base_url = "https://a.example", transport = transport}
    for _ = 1, 2 do assert(acronis.report.get("x")) end
    assert.same({"Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2", "Bearer t1", "Bearer t2"}, sent)
  end)

  for _, seconds in ipairs{false, 3600} do
    it("is asked once more after a 401, with the end " .. tostring(seconds), function()
      statuses = {401, 200, 401, 401}
      local a_client = client(counting(seconds or nil))
      local _, response = assert(a_client.instance.get("x"))
      assert.equal(2, response.attempts)
      local _, _, err = a_client.instance.get("x")
      assert.same({"auth", 401}, {err.kind, err.status})
      assert.equal(4, #sent)
      assert.same({"Bearer t1", "Bearer t2"}, {sent[1], sent[2]})
      assert.not_equal(sent[3], sent[4])
    end)
  end

  it("is not asked before something needs it", function()
    local a_client = client(function() error("asked") end)
    a_client.instance.get:prepare("x")
    a_client.instance.get:describe()
    assert(a_client.auth.authenticate_user{credentials = {}})
    assert.is_false((pcall(a_client.instance.get)))
    a_client:close()
    local _, _, err = a_client.instance.get("x")
    assert.equal("closed", err.kind)
    assert.same({"none"}, sent)
  end)

  -- What it gives, by name.
  for name, give in pairs{
    ["nothing"] = function() end,
    ["nil and a reason"] = function() return nil, "no token today" end,
    ["a number"] = function() return 5 end,
    ["true"] = function() return true end,
    ["a table"] = function() return {} end,
    ["CR LF"] = function() return "a\r\nX-Evil: 1" end,
    ["LF"] = function() return "a\n" end,
    ["NUL"] = function() return "a\0b" end,
    ["an end that is a string"] = function() return "t", "tomorrow" end,
    ["an end that is a table"] = function() return "t", {} end,
  } do
    it("that gives " .. name .. " aborts the call", function()
      local _, message, err = client(give).instance.get("x")
      assert.same({"aborted", "no"}, {err.kind, err.sent})
      assert.is_nil(message:find("Evil", 1, true))
      assert.same({}, sent)
    end)
  end

  for name, cause in pairs{["a string"] = "boom", ["a table"] = {code = 1}} do
    it(("that raises %s aborts the call with it as the cause"):format(name), function()
      local _, message, err = client(function() error(cause, 0) end).instance.get("x")
      assert.same({"aborted", "no"}, {err.kind, err.sent})
      assert.equal(cause, err.cause)
      assert.is_string(message)
      assert.same({}, sent)
    end)
  end

  it("may call what needs no token, and is told when it calls what does", function()
    local a_client, inner
    a_client = client(function()
      assert(a_client.auth.authenticate_user{credentials = {}})
      inner = {a_client.instance.get("x")}
      return "t"
    end)
    assert(a_client.instance.get("y"))
    assert.is_nil(inner[1])
    assert.same({"auth", "no"}, {inner[3].kind, inner[3].sent})
    assert.same({"none", "Bearer t"}, sent)
    assert(a_client.instance.get("z"))
  end)

  it("is usable again after it failed", function()
    local fail = true
    local a_client = client(function() return not fail and "t" or error("boom") end)
    assert.is_nil((a_client.instance.get("x")))
    fail = false
    assert(a_client.instance.get("x"))
    assert.same({"Bearer t"}, sent)
  end)

  it("that closes its client ends the call", function()
    local a_client
    a_client = instar.losant{base_url = server:url("closed"), token = function() a_client:close() return "t" end}
    local _, _, err = a_client.instance.get("x")
    assert.same({"closed", "no"}, {err.kind, err.sent})
  end)

  it("tells why it has none, as operations do", function()
    local sealed = client(function() return nil, "vault is sealed" end)
    local _, message, err = sealed.instance.get("x")
    assert.same({"aborted", "vault is sealed"}, {err.kind, err.cause})
    assert.is_truthy(message:find("vault is sealed", 1, true), message)
    local other = client(false)
    local chained = client(function() return other.instance.get("x") end)
    local _, _, outer = chained.instance.get("x")
    assert.same({"aborted", "auth"}, {outer.kind, outer.cause.kind})
  end)

  it("goes on for others when the function that needed the token first is cancelled", function()
    local other, steps = instar.losant{token = "other", retries = 0, transport = function()
      coroutine.yield()
      return {status = 200, body = "{}"}
    end}, 0
    local a_client = client(function()
      for _ = 1, 5 do
        assert(other.instance.get("x"))
        steps = steps + 1
      end
      return "t"
    end)
    local second
    assert.is_nil((instar.map({1, 2}, function(i)
      if i == 1 then return a_client.instance.get("first") end
      while steps == 0 do coroutine.yield() end
      second = a_client.instance.get:async("second")
      error("enough", 0)
    end)))
    assert(second:wait())
    assert.same({5, {"Bearer t"}}, {steps, sent})
  end)

  it("gives tokens that no error shows, whatever was fetched meanwhile", function()
    local count = 0
    local a_client = instar.losant{retries = 0, token = function()
      count = count + 1
      return "secret-token-" .. count
    end, transport = function(request)
      for _ = 1, request.url:find("slow") and 20 or 1 do coroutine.yield() end
      return {status = 500, body = '{"message":"bad ' .. request.headers.authorization .. '"}'}
    end}
    local slow = a_client.instance.get:async("slow")
    for _ = 1, 4 do instar.loop.step(0) end
    a_client.instance.get("x")
    local _, message = slow:wait()
    assert.is_truthy(message:find("bad Bearer <secret>", 1, true), message)
  end)

  it("gives tokens that no event shows, whatever was fetched meanwhile", function()
    local count, failures = 0, {}
    local a_client = instar.losant{retries = 0, token = function()
      count = count + 1
      return "secret-token-" .. count
    end, on_event = function(event) failures[#failures + 1] = event.failure end, transport = function(request)
      for _ = 1, request.url:find("slow") and 20 or 1 do coroutine.yield() end
      return nil, "transport", "refused " .. request.headers.authorization
    end}
    local slow = a_client.instance.get:async("slow")
    for _ = 1, 4 do instar.loop.step(0) end
    a_client.instance.get("x")
    slow:wait()
    assert.same({"refused Bearer <secret>", "refused Bearer <secret>"}, failures)
  end)

  it("gives tokens that no call shows that is cancelled when its answer is there", function()
    local call
    local a_client = instar.losant{retries = 0, token = "secret-token", on_event = function(event)
      if event.name == "response" then call:cancel() end
    end, transport = function(request)
      coroutine.yield()
      return {status = 500, body = '{"message":"bad ' .. request.headers.authorization .. '"}'}
    end}
    call = a_client.instance.get:async("x")
    local _, message = call:wait()
    assert.is_truthy(message:find("bad Bearer <secret>", 1, true), message)
  end)

  it("may use another client", function()
    local other = client("other")
    assert(client(function() return other.instance.get("x") and "t" end).instance.get("y"))
    assert.same({"Bearer other", "Bearer t"}, sent)
  end)
end)

describe("a login", function()
  local function acronis(status, seconds)
    local logins = 0
    local a_client = instar.acronis{base_url = "https://a.example", client_id = "i", client_secret = "secret",
      retries = 0, transport = function(request)
        coroutine.yield()
        if not request.url:find("/idp/token", 1, true) then return {status = 200, body = '{"items":[]}'} end
        logins = logins + 1
        return {status = status, body = ('{"access_token":"t","expires_on":%d}'):format(os.time() + seconds)}
      end}
    return a_client, function() return logins end
  end

  it("for a token that lives shortly is not repeated before half of its life is over", function()
    local a_client, logins = acronis(200, 600)
    for _ = 1, 3 do assert(a_client.report.list{tenant_id = "x"}) end
    assert.equal(1, logins())
  end)

  it("that fails gives each call that waited for it an error of its own", function()
    local a_client, logins = acronis(500, 600)
    local list = function() return a_client.report.list{tenant_id = "x"} end
    local results = assert(instar.map({1, 2}, list, {settle = true}))
    assert.equal(1, logins())
    assert.same({500, 500}, {results[1].error.status, results[2].error.status})
    assert.is_false(rawequal(results[1].error, results[2].error))
  end)
end)
