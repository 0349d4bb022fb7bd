-- SPDX-License-Identifier: MIT
-- What goes over the wire: headers, escaping, and requests that have no operation.

local compare = require "spec.support.compare"
local instar = require "instar"
local json = require "spec.support.json"
local server = require "spec.support.server".start()
local uri = require "spec.support.uri"

local HERE = debug.getinfo(1, "S").short_src

before_each(function() server:reset() end)

local function client(service, more)
  local options = {token = "s3cret", retries = 0, base_url = server:url("http") .. "/base"}
  for name, value in pairs(more or {}) do options[name] = value end
  return instar[service](options)
end

local function queue(count)
  local scripts = {}
  for i = 1, count do scripts[i] = {body = "{}"} end
  server:queue((unpack or table.unpack)(scripts)) -- luacheck: ignore 113 143
end

local function names_of(request)
  local names = {}
  for _, pair in ipairs(request.headers) do table.insert(names, pair[1]:lower()) end
  table.sort(names)
  return table.concat(names, " ")
end

local CONSTANTS = {{"_actions", "false"}, {"_links", "true"}, {"_embedded", "true"}}

describe("a request", function()
  -- Service, operation, arguments, all headers by name, the first line.
  for _, row in ipairs{
    {"losant", "get", {instanceId = "x"}, "accept accept-encoding accept-version authorization host user-agent",
      "GET /base/instances/x?_actions=false&_links=true&_embedded=true"},
    {"losant", "patch", {instanceId = "x", instance = instar.null},
      "accept accept-encoding accept-version authorization content-length host user-agent",
      "PATCH /base/instances/x?_actions=false&_links=true&_embedded=true"},
    {"losant", "generate_report", {instanceId = "x", options = {}},
      "accept accept-encoding accept-version authorization content-length content-type host user-agent",
      "POST /base/instances/x/generateReport?_actions=false&_links=true&_embedded=true"},
    {"kakaocloud", "list", {}, "accept accept-encoding host user-agent x-api-version x-auth-token",
      "GET /base/api/v1/instances"},
    {"kakaocloud", "delete", {instance_id = "x"}, "accept accept-encoding host user-agent x-api-version x-auth-token",
      "DELETE /base/api/v1/instances/x"},
    {"kakaocloud", "update", {instance_id = "x", instance = {}},
      "accept accept-encoding content-length content-type host user-agent x-api-version x-auth-token",
      "PUT /base/api/v1/instances/x"},
  } do
    it(("of %s %s has these headers and no others"):format(row[1], row[2]), function()
      queue(1)
      assert(client(row[1]).instance[row[2]](row[3]))
      local request = server:only_request()
      assert.equal(row[5], request.method .. " " .. request.target)
      assert.equal(row[4], names_of(request))
      assert.equal("application/json", request:header("accept"))
      assert.is_truthy(request:header("user-agent"):find("^instar/" .. instar._VERSION:gsub("%p", "%%%0")))
      assert.equal(server:url("http"), "http://" .. request:header("host"))
      if request.body == "" then assert.is_true((request:header("content-length") or "0") == "0") end
    end)
  end

  it("carries headers and long bodies as they were given", function()
    queue(1)
    local long = ("ü\n"):rep(300000)
    assert(client("losant", {headers = {["X-Latin"] = "\252", ["X-Empty"] = "", ["X-Number"] = 1e15}}).instance.patch(
      {instanceId = "x", losantdomain = "d; e", instance = {long}}, {headers = {["X-Colon"] = "a: b, c"}}))
    local request = server:only_request()
    assert.same({"\252", "", "1000000000000000", "d; e", "a: b, c"}, {request:header("x-latin"),
      request:header("x-empty"), request:header("x-number"), request:header("losantdomain"), request:header("x-colon")})
    assert.equal(long, json.decode(request.body)[1])
  end)
end)

describe("any text", function()
  local texts = {"a\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\n", "a/../../me", "a?b=c&d", "a#b", "%41", "%2e%2e", "a+b",
    "a%", "ü€😀", "\239\187\191x", " ", ".a", "..a", "...", "a;b=c", "a\\b", "http://evil.example/", ("x"):rep(4000)}
  for byte = 1, 255 do table.insert(texts, byte == 46 and "a." or string.char(byte)) end
  math.randomseed(7)
  for _ = 1, 100 do
    local bytes = {}
    for i = 1, math.random(40) do bytes[i] = string.char(math.random(255)) end
    table.insert(texts, "-" .. table.concat(bytes))
  end

  it("arrives whole as an id in the path, and changes nothing else", function()
    queue(#texts)
    local a_client = client("kakaocloud")
    for _, text in ipairs(texts) do assert(a_client.instance.get(text)) end
    local requests = server:requests()
    assert.equal(#texts, #requests)
    for i, request in ipairs(requests) do
      assert.is_true(uri.is_legal(request.target), request.target)
      assert.same({"", "base", "api", "v1", "instances", texts[i]}, uri.segments(request.path))
      assert.same({"GET", nil, nil}, {request.method, request.query[1], request:header("x-evil")})
    end
  end)

  it("arrives whole in a query and in names of a query, NUL too in the values", function()
    queue(#texts)
    local kakao = client("kakaocloud")
    for _, text in ipairs(texts) do
      local value = text .. "\0"
      assert(kakao.instance.list({name = value}, {extra_query = {list = {value, {[text] = value}}}}))
    end
    for i, request in ipairs(server:requests()) do
      local value = texts[i] .. "\0"
      assert.is_true(uri.is_legal(request.target), request.target)
      local expected = {{"name", value}, {"list[0]", value}, {"list[1][" .. texts[i] .. "]", value}}
      assert(compare.pairs(expected, nil, request.query))
    end
  end)
end)

describe("client:request", function()
  for _, method in ipairs{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} do
    it("sends a " .. method .. " with the client's credential and constants", function()
      queue(2)
      for service, rest in pairs{losant = {query = CONSTANTS, name = "authorization", value = "Bearer s3cret"},
        kakaocloud = {query = {}, name = "x-auth-token", value = "s3cret"}} do
        local body, response = client(service):request{method = method, path = "/new/a%2Fb",
          query = {a = {"1"}, c = "d e"}, headers = {["X-More"] = 1}}
        assert.same({method == "HEAD" and true or {}, 200}, {body, response.status})
        local requests = server:requests()
        local expected = {{"a[0]", "1"}, {"c", "d e"}}
        for _, pair in ipairs(rest.query) do table.insert(expected, pair) end
        assert(compare.request({method = method, path = "/base/new/a%2Fb", query = expected, body = json.null,
          headers = {[rest.name] = rest.value, ["x-more"] = "1", accept = "application/json"},
          absent_headers = {"content-type"}}, requests[#requests]))
      end
    end)

    if method ~= "HEAD" and method ~= "GET" then
      it("sends a body with " .. method, function()
        queue(2)
        local acronis = client("acronis")
        assert(acronis:request{method = method, path = "/new", body = {a = {instar.null, {}, instar.array{}}}})
        assert(acronis:request{method = method, path = "/new", body = instar.null})
        local requests = server:requests()
        assert.equal('{"a":[null,{},[]]}', requests[1].body)
        assert.equal("application/json", requests[1]:header("content-type"))
        assert.same({"", nil}, {requests[2].body, requests[2]:header("content-type")})
      end)
    end
  end

  it("is a GET unless it says otherwise, and takes a call's options", function()
    queue(1)
    local a_client = client("losant")
    local _, _, err = a_client:request({path = "/x"}, {max_body = 1})
    assert.equal("limit", err.kind)
    assert.equal("GET", server:only_request().method)
  end)

  it("fails as operations do", function()
    server:queue{status = 404, body = '{"type": "NotFound", "message": "gone"}'}
    local _, message, err = client("losant"):request{method = "POST", path = "/x"}
    assert.is_truthy(message:find("losant request", 1, true))
    assert.same({"http", 404, "NotFound", "gone", "POST", "request"},
      {err.kind, err.status, err.code, err.message, err.method, err.operation})
    assert.is_truthy(err.url:find("/base/x?", 1, true))
  end)

  it("logs in and renews as operations do", function()
    server:queue({body = '{"token": "1"}'}, {status = 401}, {body = '{"token": "2"}'}, {body = "{}"})
    local losant = instar.losant{base_url = server:url("http"), email = "e", password = "p"}
    assert(losant:request{path = "/x"})
    assert.equal("Bearer 2", server:requests()[4]:header("authorization"))
  end)

  -- A call, texts of the message.
  for _, row in ipairs{
    {function(c) c:request() end, "table"}, {function(c) c:request("/x") end, "table"},
    {function(c) c:request{} end, "'path'"}, {function(c) c:request{path = 5} end, "'path'"},
    {function(c) c:request{path = ""} end, "'path'"}, {function(c) c:request{path = "x"} end, "'path'"},
    {function(c) c:request{path = "https://evil.example/"} end, "'path'"},
    {function(c) c:request{path = "/a b"} end, "'path'"}, {function(c) c:request{path = "/a?b=c"} end, "'query'"},
    {function(c) c:request{path = "/a#b"} end, "'path'"}, {function(c) c:request{path = "/ü"} end, "'path'"},
    {function(c) c:request{path = "/a\nb"} end, "'path'"}, {function(c) c:request{path = "/a\0b"} end, "'path'"},
    {function(c) c:request{path = "/a/../b"} end, "'path'"}, {function(c) c:request{path = "/.."} end, "'path'"},
    {function(c) c:request{path = "/./a"} end, "'path'"}, {function(c) c:request{path = "/a/."} end, "'path'"},
    {function(c) c:request{path = "/x", method = "get"} end, "'method'"},
    {function(c) c:request{path = "/x", method = "TRACE"} end, "'method'"},
    {function(c) c:request{path = "/x", method = "GET\r\nX: y"} end, "'method'"},
    {function(c) c:request{path = "/x", method = 5} end, "'method'"},
    {function(c) c:request{path = "/x", metod = "GET"} end, "did you mean 'method'?"},
    {function(c) c:request{path = "/x", timeout = 1} end, "'timeout'"},
    {function(c) c:request{"/x"} end, "unknown"}, {function(c) c:request{path = "/x", query = "a=b"} end, "'query'"},
    {function(c) c:request{path = "/x", query = {1}} end, "'query'"},
    {function(c) c:request{path = "/x", query = {a = print}} end, "'a'"},
    {function(c) c:request{path = "/x", headers = "a: b"} end, "'headers'"},
    {function(c) c:request{path = "/x", method = "PUT", body = print} end, "'body'"},
    {function(c) c:request{path = "/x", method = "PUT", body = {a = {print}}} end, "'body.a[1]'"},
    {function(c) c:request{path = "/x", method = "HEAD", body = {}} end, "'body' cannot go with method HEAD"},
    {function(c) c:request({path = "/x"}, 5) end, "options must be a table"},
    {function(c) c:request({path = "/x"}, {timout = 5}) end, "did you mean 'timeout'?"},
  } do
    local line = debug.getinfo(row[1], "S").linedefined
    it(("refuses the mistake of line %d"):format(line), function()
      local ok, message = pcall(row[1], client("losant"))
      assert.is_false(ok)
      local start = ("%s:%d: losant request: "):format(HERE, line)
      assert.equal(start, tostring(message):sub(1, #start))
      assert.is_truthy(message:find(row[2], 1, true), message)
      assert.equal(0, #server:requests())
    end)
  end
end)

it("a header of blanks is sent, empty", function()
  queue(1)
  assert(client("losant"):request{path = "/x", headers = {["X-A"] = " \t"}})
  local found
  for _, pair in ipairs(server:requests()[1].headers) do
    if pair[1]:lower() == "x-a" then found = pair[2] end
  end
  assert.equal("", found)
end)
