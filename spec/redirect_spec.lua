-- SPDX-License-Identifier: MIT
-- Redirects are refused: neither request nor token goes anywhere but to the client's own address.

local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"

before_each(function() server:reset() end)

local function new_client()
  return instar.losant { base_url = server:url("http"), token = "secret-token", retries = 0 }
end

local function body_for(method)
  if method ~= "GET" and method ~= "DELETE" then return { a = 1 } end
end

--- Nothing but the first request was sent, though an answer to a second one lay ready.
local function was_asked_once(method)
  assert.equal(method, server:only_request().method)
  assert.equal(1, #server:connections())
  assert.equal(1, server:queued())
end

-- Where a service may send its clients.
local function targets()
  return {
    ["the same place"] = server:url("http") .. "/again",
    ["a path"] = "/again",
    ["another host"] = server:url("http", "localhost") .. "/elsewhere",
    ["another host without a scheme"] = "//localhost:" .. server.ports.http .. "/elsewhere",
    ["another scheme and port"] = server:url("https") .. "/elsewhere",
    ["a file"] = "file:///etc/passwd",
  }
end

for _, status in ipairs { 301, 302, 303, 307, 308 } do
  for _, method in ipairs { "GET", "POST", "PUT", "DELETE", "PATCH" } do
    it(("a %d in answer to %s is an error"):format(status, method), function()
      local location = server:url("http", "localhost") .. "/elsewhere"
      server:queue({ status = status, headers = { Location = location }, body = '{"message":"over there"}' },
        { body = "{}" })
      local client = new_client()
      local err = outcome.failed({ kind = "http", status = status, sent = "yes", attempts = 1, method = method },
        client:request { method = method, path = "/here", body = body_for(method) })
      assert.equal(location, err.headers.location)
      assert.equal('{"message":"over there"}', err.body)
      was_asked_once(method)
      client:close()
    end)
  end
end

for name, location in pairs(targets()) do
  it("a redirect to " .. name .. " is an error", function()
    server:queue({ status = 302, headers = { Location = location } }, { body = "{}" })
    outcome.failed({ kind = "http", status = 302 }, new_client().instance.get { instanceId = ID })
    was_asked_once("GET")
  end)
end

for _, status in ipairs { 300, 302, 304, 305 } do
  it(("a %d that leads nowhere is an error"):format(status), function()
    server:queue({ status = status }, { body = "{}" })
    outcome.failed({ kind = "http", status = status, sent = "yes" }, new_client().instance.get { instanceId = ID })
    was_asked_once("GET")
  end)
end

describe("a redirect of a login", function()
  -- Service, options, what must not be sent on.
  local rows = {
    { "losant", { email = "a@b.example", password = "hunter2" }, function(client) return client.instance.get(ID) end },
    { "kakaocloud", { application_credential_id = "id", application_credential_secret = "hunter2" },
      function(client) return client.instance.get(ID) end },
    { "acronis", { client_id = "id", client_secret = "hunter2" }, function(client) return client.report.get(ID) end },
  }
  for _, row in ipairs(rows) do
    it("takes no credentials elsewhere: " .. row[1], function()
      local options = { base_url = server:url("http"), retries = 0 }
      for option, value in pairs(row[2]) do options[option] = value end
      if row[1] == "kakaocloud" then options.iam_url = server:url("http") end
      server:queue({ status = 307, headers = { Location = server:url("http", "localhost") } }, { body = "{}" })
      outcome.failed({ kind = "http", status = 307, sent = "no" }, row[3](instar[row[1]](options)))
      was_asked_once("POST")
    end)
  end
end)

it("the next call after a redirect is answered on the same connection", function()
  server:queue({ status = 302, headers = { Location = "/again" }, body = "moved" }, { body = '{"id":"1"}' })
  local client = new_client()
  outcome.failed({ status = 302 }, client.instance.get(ID))
  outcome.succeeded({ id = "1" }, client.instance.get(ID))
  assert.equal(1, #server:connections())
end)
