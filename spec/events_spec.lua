-- SPDX-License-Identifier: MIT
-- What on_event is told.

local instar = require "instar"
local server = require "spec.support.server".start()

local seen

before_each(function()
  seen = {}
  server:reset()
end)

local function listen(event)
  seen[#seen + 1] = event
end

local function client(service, more)
  local url = server:url("http")
  local options = {retries = 0, on_event = listen, base_url = service == "acronis" and url .. "/api/2" or url,
    iam_url = service == "kakaocloud" and url or nil}
  for name, value in pairs(more or {token = "t0ken"}) do options[name] = value end
  return instar[service](options)
end

local function names()
  local list = {}
  for i, event in ipairs(seen) do list[i] = event.name end
  return table.concat(list, " ")
end

describe("on_event", function()
  it("gets a request and its response", function()
    server:queue{status = 202, body = "{}"}
    assert(client("losant").instance.generate_report("x"))
    assert.equal("request response", names())
    for _, event in ipairs(seen) do
      assert.equal("POST", event.method)
      assert.is_truthy(event.operation:find("instance.generate_report", 1, true))
      assert.is_truthy(event.url:find(server:url("http") .. "/instances/x/generateReport?", 1, true))
    end
    assert.is_nil(seen[1].status)
    assert.same({202, 1}, {seen[2].status, seen[2].attempts})
    assert.is_true(seen[2].seconds > 0 and seen[2].seconds < 10)
  end)

  it("gets the response of a failure", function()
    server:queue({status = 404, body = "{}"}, {close_before_answer = true})
    local losant = client("losant")
    assert.is_nil((losant.instance.get("x")))
    assert.equal(404, seen[2].status)
    assert.is_nil((losant.instance.generate_report("x")))
    assert.equal("request response request response", names())
    assert.is_nil(seen[4].status)
    assert.is_string(seen[4].failure)
  end)

  it("gets the login that a call needs, and the one after a 401", function()
    local issue = {headers = {["X-Subject-Token"] = "i55ued"}, body = '{"token": "i55ued", "access_token": "i55ued"}'}
    local operation = {losant = "auth.authenticate_user", kakaocloud = "token.issue", acronis = "token.issue"}
    local logins = {losant = {email = "e", password = "p"}, acronis = {client_id = "i", client_secret = "s"},
      kakaocloud = {application_credential_id = "i", application_credential_secret = "s"}}
    for service, options in pairs(logins) do
      seen = {}
      server:queue(issue, {status = 401}, issue, {body = "{}"})
      local a_client = client(service, options)
      assert((a_client:request{path = "/x"}))
      assert.equal("refresh request response request response refresh request response request response", names())
      assert.same({service, operation[service]}, {seen[1].service, seen[1].operation})
      assert.is_truthy(seen[2].operation:find(operation[service], 1, true))
      assert.same({200, 401, 200}, {seen[3].status, seen[5].status, seen[10].status})
    end
  end)

  it("gets nothing of a mistake, of prepare, and of what is not sent", function()
    local losant = client("losant", {token = false})
    assert.is_false((pcall(losant.instance.get)))
    losant.instance.get:prepare("x")
    assert.is_nil((losant.instance.get("x")))
    losant:close()
    assert.is_nil((losant.instance.get("x")))
    assert.equal("", names())
  end)

  it("is told of no secret", function()
    local secrets = {"t0ken", "pa55word", "s3cret", "i55ued", "aWQ6czNjcmV0"}
    local function check(value)
      for _, secret in ipairs(secrets) do assert.is_nil(tostring(value):find(secret, 1, true), tostring(value)) end
      if type(value) ~= "table" then return end
      for name, member in pairs(value) do check(name) check(member) end
    end
    server:queue({body = '{"token": "i55ued"}'}, {body = "{}"}, {body = '{"access_token": "i55ued"}'}, {body = "{}"},
      {status = 401}, {body = "{}"})
    assert(client("losant", {email = "e", password = "pa55word"}).instance.get("x"))
    assert(client("acronis", {client_id = "id", client_secret = "s3cret"}).report.get("x"))
    assert(client("losant", {token = function() return "t0ken" end}).instance.get("x"))
    assert.is_true(#seen >= 12)
    check(seen)
  end)
end)

describe("a doubtful argument", function()
  -- Service, operation, arguments, the arguments that are reported.
  for _, row in ipairs{
    {"losant", "instance.historical_summaries", {instanceId = "x", sortField = "name", sortDirection = "asc"},
      "sortField"},
    {"losant", "instance.historical_summaries", {instanceId = "x", sortField = "", sortDirection = "ASC"},
      "sortField sortDirection"},
    {"losant", "instance.historical_summaries", {instanceId = "x", sortField = "resourceId", filter = "x"}, ""},
    {"losant", "instance.patch", {instanceId = "x", instance = {mfaMode = "not known"}}, ""},
    {"kakaocloud", "instance.list", {availability_zone = "kr-central-2-d", instance_type = "vm"}, "availability_zone"},
    {"kakaocloud", "instance.list", {availability_zone = instar.null, vm_state = "x"}, ""},
    {"acronis", "token.issue", {grant_type = "new"}, "grant_type"}, {"acronis", "token.issue", {}, ""},
  } do
    it(("of %s %s is reported, not refused: '%s'"):format(row[1], row[2], row[4]), function()
      server:queue{body = "{}"}
      local a_client = client(row[1], {token = "t", client_id = row[1] == "acronis" and "i" or nil,
        client_secret = row[1] == "acronis" and "s" or nil})
      local resource, action = row[2]:match("^(.+)%.(.+)$")
      assert(a_client[resource][action](row[3]))
      local reported = {}
      for _, event in ipairs(seen) do
        if event.name == "suspect_argument" then
          table.insert(reported, event.argument)
          assert.equal("table", type(event.values))
          assert.is_truthy(event.operation:find(row[2], 1, true))
        end
      end
      assert.equal(row[4], table.concat(reported, " "))
      assert.equal("request", seen[#reported + 1].name)
    end)
  end

  it("comes with the documented values", function()
    server:queue{body = "{}"}
    assert(client("kakaocloud").instance.list{instance_type = "pc"})
    assert.same({"vm", "bm", "gpu"}, seen[1].values)
  end)
end)

describe("tls = {verify = false}", function()
  it("is told when the client is made, and nothing less is", function()
    client("losant", {tls = {verify = false}})
    assert.equal("insecure_tls", names())
    client("losant", {tls = {verify = true}})
    client("losant", {tls = {}})
    assert.equal("insecure_tls", names())
  end)
end)

describe("an error in on_event", function()
  for name, problem in pairs{["a string"] = "boom", ["a table"] = {code = 1}, ["false"] = false} do
    it(("(%s) changes nothing and is counted"):format(name), function()
      server:queue({body = '{"a": 1}'}, {status = 404, body = "{}"})
      local function fail() error(problem, 0) end
      local losant = client("losant", {token = "t", tls = {verify = false}, on_event = fail})
      assert.equal(1, losant:stats().event_errors)
      assert.same({a = 1}, (losant.instance.get("x")))
      local _, _, err = losant.instance.get("x")
      assert.same({"http", 404}, {err.kind, err.status})
      assert.same({5, problem}, {losant:stats().event_errors, losant:stats().event_error})
    end)
  end

  it("is not counted when there is none", function()
    assert.same({0, nil}, {client("losant"):stats().event_errors, client("losant"):stats().event_error})
  end)
end)

describe("a function for events", function()
  it("may change what it was given", function()
    server:queue{body = "{}"}
    local losant = client("losant", {token = "t", on_event = function(event)
      event.url, event.method = "http://evil.example/", "DELETE"
    end})
    assert(losant.instance.get("x"))
    assert.equal("GET", server:only_request().method)
  end)

  it("may use another client", function()
    server:queue({body = "{}"}, {body = "{}"}, {body = "{}"})
    local other = client("kakaocloud")
    assert(client("losant", {token = "t", on_event = function() assert(other.instance.get("y")) end}).instance.get("x"))
    assert.equal(3, #server:requests())
  end)

  it("that closes its client ends the call", function()
    local losant
    losant = client("losant", {token = "t", on_event = function() losant:close() end})
    local _, _, err = losant.instance.get("x")
    assert.same({"closed", "no"}, {err.kind, err.sent})
    assert.equal(0, #server:requests())
  end)
end)
