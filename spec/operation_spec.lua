-- SPDX-License-Identifier: MIT
-- Operations and clients as objects: what they tell of themselves, what they count, how they end.

local instar = require "instar"
local json = require "spec.support.json"
local server = require "spec.support.server".start()

local HERE = debug.getinfo(1, "S").short_src
local SERVICES = {"losant", "kakaocloud", "acronis"}

local sent

local function transport(request)
  sent[#sent + 1] = request
  return {status = 200, body = "{}"}
end

before_each(function()
  sent = {}
  server:reset()
end)

local function client(service, more)
  local options = {token = "s3cret", transport = transport}
  if service == "acronis" then
    options.base_url, options.client_id, options.client_secret = "https://a.example/api/2", "id", "s3cret"
  end
  for name, value in pairs(more or {}) do options[name] = value end
  return instar[service](options)
end

local function over_network(more)
  local options = {base_url = server:url("http"), token = "s3cret", retries = 0}
  for name, value in pairs(more or {}) do options[name] = value end
  return instar.losant(options)
end

local function api(service)
  return json.read_file("api/" .. service .. ".json")
end

local function operation_of(a_client, name)
  local resource, action = name:match("^(.+)%.(.+)$")
  return a_client[resource][action]
end

local function text_of(status, service)
  if type(status) == "table" then return status.code, status.text end
  return status, service.statuses[tostring(status)]
end

describe("describe", function()
  for _, name in ipairs(SERVICES) do
    local service = api(name)
    for _, entry in ipairs(service.operations) do
      it(("tells what api/%s.json says of %s"):format(name, entry.name), function()
        local told = operation_of(client(name), entry.name):describe()
        local unsafe = entry.method == "POST" or entry.method == "PATCH"
        assert.same({name, entry.name, entry.method, entry.path, entry.text}, {told.service,
          told.resource .. "." .. told.action, told.method, told.path, told.text})
        assert.same({entry.root, entry.auth or "token", entry["repeat"] or unsafe and "unsafe" or "safe"},
          {told.root, told.auth, told["repeat"]})
        local statuses = {}
        for _, status in ipairs(entry.statuses) do
          local code, text = text_of(status, service)
          statuses[code] = text
        end
        assert.same(statuses, told.statuses)
        local style = entry.paging and entry.paging.style
        assert.equal(style, told.paging and told.paging.style)
      end)

      it(("tells the parameters of %s in their order"):format(entry.name), function()
        local told = operation_of(client(name), entry.name):describe().parameters
        local expected = {}
        for _, list in ipairs{service.common or {}, entry.parameters or {}} do
          for _, parameter in ipairs(list) do table.insert(expected, parameter) end
        end
        assert.equal(#expected, #told)
        for i, parameter in ipairs(expected) do
          local required = parameter["in"] == "path" or parameter.required or false
          local type = parameter.type or service.schemas[parameter.schema].type
          assert.same({parameter.name, parameter["in"], type, parameter.text, required},
            {told[i].name, told[i]["in"], told[i].type, told[i].text, told[i].required})
          assert.same(parameter.values, told[i].values)
          assert.same(parameter.default ~= nil and tostring(parameter.default) or nil, told[i].default)
        end
      end)
    end
  end
end)

describe("prepare", function()
  -- Service, operation, arguments, the header of the credential and what it shows.
  for _, row in ipairs{
    {"losant", "instance.get", {instanceId = "x"}, "authorization", "Bearer <secret>"},
    {"losant", "instance.patch", {instanceId = "x", instance = {a = 1}}, "authorization", "Bearer <secret>"},
    {"losant", "auth.authenticate_user", {credentials = {email = "e"}}, "authorization", nil},
    {"kakaocloud", "instance.list", {limit = 5, sort_keys = {"a"}}, "x-auth-token", "<secret>"},
    {"kakaocloud", "token.issue", {auth = {}}, "x-auth-token", nil},
    {"acronis", "report.update", {report_id = "x", recipients = {}}, "authorization", "Bearer <secret>"},
    {"acronis", "token.issue", {scope = "openid"}, "authorization", "Basic <secret>"},
  } do
    it(("returns the request of %s %s, unsent"):format(row[1], row[2]), function()
      local operation = operation_of(client(row[1]), row[2])
      local prepared = operation:prepare(row[3], {headers = {["X-More"] = "1"}})
      assert.equal(0, #sent)
      assert.equal(row[5], prepared.headers[row[4]])
      assert(operation(row[3], {headers = {["X-More"] = "1"}}))
      sent[1].headers[row[4]] = row[5]
      assert.same(sent[1], prepared)
    end)
  end

  it("needs no credential and takes leading strings", function()
    local prepared = client("losant", {token = false}).instance.get:prepare("x y")
    assert.is_truthy(prepared.url:find("/instances/x%20y?", 1, true))
    assert.equal("GET", prepared.method)
  end)

  it("of a closed client fails as a call does", function()
    local a_client = client("losant")
    a_client:close()
    local prepared, message, err = a_client.instance.get:prepare("x")
    assert.is_nil(prepared)
    assert.is_string(message)
    assert.equal("closed", err.kind)
  end)
end)

describe("a resource", function()
  it("takes the colon as well as the dot", function()
    local instance = client("losant").instance
    assert(instance:get("x"))
    assert(instance:get{instanceId = "x"})
    assert(instance:get("x", nil, {headers = {a = "b"}}))
    assert(instance.get("x"))
    for i = 2, 4 do assert.equal(sent[1].url, sent[i].url) end
    assert.equal("b", sent[3].headers.a)
  end)

  it("and a client name what they do not have", function()
    local a_client = client("losant")
    for call, text in pairs{
      [function() local _ = a_client.instnce end] = "did you mean 'instance'?",
      [function() local _ = a_client.instance.gett end] = "did you mean 'get'?",
      [function() a_client.instance.generateReport() end] = "did you mean 'generate_report'?",
      [function() local _ = a_client["nothing like it"] end] = "losant has no resource 'nothing like it'",
    } do
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.equal(("%s:%d: "):format(HERE, debug.getinfo(call, "S").linedefined), message:match("^.-:%d+: "))
      assert.is_truthy(message:find(text, 1, true), message)
    end
  end)

  it("and a client cannot be written to, nor their methods be called on something else", function()
    local a_client = client("losant")
    for _, call in ipairs{
      function() a_client.x = 1 end, function() a_client.instance.get = 1 end, function() a_client.close() end,
      function() a_client.stats{} end, function() a_client.request(io.stdout, {path = "/"}) end,
      function() a_client.instance.get.prepare(a_client, "x") end,
    } do
      assert.is_false((pcall(call)))
    end
    assert.equal(0, #sent)
  end)
end)

describe("tostring", function()
  it("shows what things are and never a secret", function()
    local losant = client("losant")
    assert.equal("instar.losant client (https://api.losant.com)", tostring(losant))
    assert.equal("instar.acronis client (https://a.example/api/2)", tostring(client("acronis")))
    assert.equal("losant instance.get: GET /instances/{instanceId}", tostring(losant.instance.get))
    assert.equal("kakaocloud instance.update: PUT /api/v1/instances/{instance_id}",
      tostring(client("kakaocloud").instance.update))
    assert.is_truthy(tostring(losant.instance):find("instance", 1, true))
    losant:close()
    assert.is_truthy(tostring(losant):find("closed", 1, true))
  end)

  it("is all that can be seen of a metatable", function()
    local losant = client("losant")
    for _, object in ipairs{losant, losant.instance, losant.instance.get} do
      assert.is_not.equal("table", type(getmetatable(object)))
    end
  end)
end)

describe("stats", function()
  it("counts requests, connections, bytes and time", function()
    server:queue({body = ("x"):rep(1000)}, {status = 404, body = "{}"})
    local a_client = over_network()
    assert.same({0, 0, 0, 0, 0, 0, 0, 0}, (function(s)
      return {s.requests, s.retries, s.opened, s.reused, s.sent_bytes, s.received_bytes, s.seconds, s.event_errors}
    end)(a_client:stats()))
    a_client.instance.get("x")
    a_client.instance.get("y")
    local stats = a_client:stats()
    assert.same({2, 0, 1, 1}, {stats.requests, stats.retries, stats.opened, stats.reused})
    assert.is_true(stats.received_bytes >= 1002 and stats.received_bytes < 2000)
    assert.is_true(stats.sent_bytes > 200 and stats.sent_bytes < 2000)
    assert.is_true(stats.seconds > 0 and stats.seconds < 10)
    if math.type then assert.equal("integer", math.type(stats.requests)) end -- luacheck: ignore 143
  end)

  it("counts what failed, and nothing that was not tried", function()
    local a_client = over_network{base_url = server:url("closed")}
    assert.is_nil((a_client.instance.get("x")))
    assert.same({1, 0}, {a_client:stats().requests, a_client:stats().opened})
    local without = over_network{token = false}
    assert.is_nil((without.instance.get("x")))
    assert.equal(0, without:stats().requests)
  end)

  it("can be asked for after close", function()
    local a_client = client("losant")
    assert(a_client.instance.get("x"))
    a_client:close()
    assert.equal(1, a_client:stats().requests)
  end)
end)

describe("close", function()
  it("may be called twice, and ends every operation", function()
    local a_client = over_network()
    local get = a_client.instance.get
    a_client:close()
    a_client:close()
    for _, call in ipairs{
      function() return get("x") end, function() return a_client.instance.patch("x", {instance = {}}) end,
      function() return a_client:request{path = "/x"} end,
    } do
      local body, message, err = call()
      assert.is_nil(body)
      assert.is_truthy(message:find("closed", 1, true))
      assert.same({"closed", "no", 0}, {err.kind, err.sent, err.attempts})
    end
    local _, _, err = get("x")
    assert.same({"instance.get", "GET"}, {err.operation, err.method})
    assert.equal(0, #server:requests())
  end)

  if _VERSION == "Lua 5.4" then
    it("is what a variable to be closed does", function()
      local a_client = client("losant")
      assert(load("local client <close> = ..."))(a_client)
      local _, _, err = a_client.instance.get("x")
      assert.equal("closed", err.kind)
    end)
  end

  it("is done by the collector, as soon as no operation of the client is held", function()
    local get = client("losant").instance.get
    local clients, survivors = setmetatable({}, {__mode = "k"}), 0
    for _ = 1, 50 do
      local a_client
      a_client = client("losant", {on_event = function() return a_client end})
      assert(a_client.instance.get("x"))
      clients[a_client] = true
    end
    for _ = 1, 3 do collectgarbage() end
    for _ in pairs(clients) do survivors = survivors + 1 end
    assert.is_true(survivors <= 1, survivors .. " survived") -- LuaJIT's stack may hold the last
    assert(get("x"))
  end)
end)
