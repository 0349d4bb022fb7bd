-- SPDX-License-Identifier: MIT
-- TLS with real certificates: who is trusted, and that nothing is sent to anybody else.

local child = require "spec.support.child"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local ID = "575ec8687ae143cd83dc4a97"
local FILES = server.files

local folder

setup(function() folder = child.folder() end)
teardown(function() child.remove(folder) end)
before_each(function() server:reset() end)

local function new_client(port, tls, options)
  local all = { base_url = server:url(port), token = "secret-token", retries = 0, tls = tls }
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function write(client)
  return client.instance.patch { instanceId = ID, instance = { name = "x" } }
end

--- The call fails for TLS's sake, before anything was sent.
local function is_refused(client)
  local received = #server:requests()
  local _, message = outcome.failed({ kind = "tls", sent = "no", attempts = 1, status = false, body = false },
    write(client))
  assert.matches("127.0.0.1", message, 1, true)
  assert.is_nil(message:find("secret-token", 1, true))
  assert.equal(received, #server:requests())
end

local function is_answered(client)
  local received = #server:requests()
  server:queue { body = '{"safe":true}' }
  outcome.succeeded({ safe = true }, write(client))
  local requests = server:requests()
  assert.equal(received + 1, #requests)
  assert.equal("Bearer secret-token", requests[#requests]:header("authorization"))
end

--- A folder in which OpenSSL finds an authority's certificate under its hash.
local function hashed(certificate)
  local path = folder .. "/hashed"
  local output, status = child.shell(("mkdir -p %s && cp %s %s/$(openssl x509 -hash -noout -in %s).0"):format(path,
    certificate, path, certificate))
  assert(status == 0, output)
  return path
end

local function file(name, text)
  local path = folder .. "/" .. name
  local handle = assert(io.open(path, "w"))
  handle:write(text)
  handle:close()
  return path
end

local IDENTITY = { ca_file = FILES.ca, cert = FILES.client_cert, key = FILES.client_key }

describe("a server is refused", function()
  -- Port, options.
  local rows = {
    { "for another host's name", "https_wrong_host", { ca_file = FILES.ca } },
    { "for a certificate that has expired", "https_expired", { ca_file = FILES.ca } },
    { "for an authority that is unknown", "https_unknown_ca", { ca_file = FILES.ca } },
    { "for an authority that only the test knows", "https", nil },
    { "for an authority that only the test knows, checking being asked for", "https", { verify = true } },
    { "when another authority is named", "https", { ca_file = FILES.other_ca } },
    { "when the file of authorities is missing", "https", { ca_file = "/nowhere/ca.pem" } },
    { "when the file of authorities holds none", "https", { ca_file = FILES.client_key } },
    { "when the folder of authorities is empty", "https", function() return { ca_path = folder } end },
    { "when the folder of authorities is missing", "https", { ca_path = "/nowhere" } },
    { "that offers TLS 1.1 only", "https_tls11", { ca_file = FILES.ca } },
    { "that offers TLS 1.1 only, even unchecked", "https_tls11", { verify = false } },
    { "when the client's certificate is missing", "https_client", { ca_file = FILES.ca, cert = "/nowhere/c.pem",
      key = FILES.client_key } },
    { "when the client's key is missing", "https_client", { ca_file = FILES.ca, cert = FILES.client_cert,
      key = "/nowhere/k.pem" } },
    { "when the client's key is another's", "https_client", { ca_file = FILES.ca, cert = FILES.ca,
      key = FILES.client_key } },
    { "when the client's certificate is none", "https_client", function()
      return { ca_file = FILES.ca, cert = file("none.pem", "not a certificate\n"), key = FILES.client_key }
    end },
    { "that is shown no certificate and wants one", "https_client_tls12", { ca_file = FILES.ca } },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      local tls = row[3]
      if type(tls) == "function" then tls = tls() end
      server:queue { body = "{}" }
      is_refused(new_client(row[2], tls))
      assert.equal(0, #server:requests())
      assert.equal(1, server:queued())
    end)
  end

  -- There the client learns it when its request is out already.
  it("that is shown no certificate and wants one, with TLS 1.3", function()
    server:queue { body = "{}" }
    local err = outcome.failed({ kind = "tls", attempts = 1, status = false }, write(new_client("https_client",
      { ca_file = FILES.ca })))
    assert.not_equal("yes", err.sent)
    assert.equal(0, #server:requests())
  end)
end)

describe("a server is trusted", function()
  local rows = {
    { "by its authority's file", "https", { ca_file = FILES.ca } },
    { "by its authority's file, checking being asked for", "https", { ca_file = FILES.ca, verify = true } },
    { "by a folder of authorities", "https", function() return { ca_path = hashed(FILES.ca) } end },
    { "by a file and a folder", "https", function()
      return { ca_file = FILES.other_ca, ca_path = hashed(FILES.ca) }
    end },
    { "by another authority's file", "https_unknown_ca", { ca_file = FILES.other_ca } },
    { "and shown a certificate", "https_client", IDENTITY },
    { "and shown a certificate, with TLS 1.2", "https_client_tls12", IDENTITY },
    { "unchecked, whatever its name", "https_wrong_host", { verify = false } },
    { "unchecked, expired or not", "https_expired", { verify = false } },
    { "unchecked, whoever signed", "https_unknown_ca", { verify = false } },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      local tls = row[3]
      if type(tls) == "function" then tls = tls() end
      is_answered(new_client(row[2], tls))
    end)
  end

  it("with TLS 1.2 at least", function()
    is_answered(new_client("https", { ca_file = FILES.ca }))
    assert.is_true(server:connections()[1].tls >= 0x0303)
  end)

  it("under its other name", function()
    is_answered(new_client("https", { ca_file = FILES.ca }, { base_url = server:url("https", "localhost") }))
  end)
end)

-- As on a machine whose OpenSSL would take anything.
it("TLS 1.1 is refused where the system allows it", function()
  local lax = file("openssl.cnf", "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
    .. "[lax]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n")
  server:queue { body = "{}" }
  local output, status = child.run([[
    local instar = require "instar"
    local client = instar.losant { base_url = ..., token = "t", retries = 0, tls = { verify = false } }
    local body, _, err = client.instance.get "x"
    print(body and "answered" or err.kind .. " " .. err.sent)]], { OPENSSL_CONF = lax }, server:url("https_tls11"))
  assert.same({ "tls no\n", 0 }, { output, status })
end)

describe("trust is a client's own:", function()
  it("one that checks does not use the connection of one that does not", function()
    is_answered(new_client("https_unknown_ca", { verify = false }))
    is_refused(new_client("https_unknown_ca", { ca_file = FILES.ca }))
    is_refused(new_client("https_unknown_ca", nil))
    is_answered(new_client("https_unknown_ca", { verify = false }))
  end)

  it("one that knows another authority does not use the connection either", function()
    is_answered(new_client("https", { ca_file = FILES.ca }))
    is_refused(new_client("https", { ca_file = FILES.other_ca }))
    is_refused(new_client("https", nil))
  end)

  it("one without a certificate does not use the connection of one with", function()
    is_answered(new_client("https_client_tls12", IDENTITY))
    is_refused(new_client("https_client_tls12", { ca_file = FILES.ca }))
  end)

  it("a connection is used again by those that trust alike", function()
    is_answered(new_client("https", { ca_file = FILES.ca }))
    is_answered(new_client("https", { ca_file = FILES.ca }))
    assert.equal(1, #server:connections())
  end)
end)

describe("switching checks off", function()
  local function events_of(tls)
    local events = {}
    new_client("https", tls, { on_event = function(event) table.insert(events, event) end })
    return events
  end

  it("is told as an event", function()
    local events = events_of { verify = false }
    assert.same({ 1, "insecure_tls" }, { #events, events[1] and events[1].name })
  end)

  it("takes `verify = false` in full", function()
    for _, tls in ipairs { { verify = true }, { ca_file = FILES.ca }, {} } do assert.same({}, events_of(tls)) end
    for _, value in ipairs { 0, "false", "no", {} } do
      assert.error_matches(function() new_client("https", { verify = value }) end, "'verify' must be true or false")
    end
  end)
end)

it("plain HTTP sent to a TLS port is a broken connection", function()
  local client = new_client("http", nil, { base_url = "http://127.0.0.1:" .. server.ports.https })
  outcome.failed({ kind = "transport", sent = "maybe", status = false }, write(client))
  assert.equal(0, #server:requests())
end)
