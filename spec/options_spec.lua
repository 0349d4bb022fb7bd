-- SPDX-License-Identifier: MIT
-- The options of clients and of calls: what they take, what they refuse, and what they change.

local instar = require "instar"
local server = require "spec.support.server".start()

local HERE = debug.getinfo(1, "S").short_src
local INFINITE = math.huge
local NAN = INFINITE - INFINITE

local sent

local function transport(request)
  sent[#sent + 1] = request
  return {status = 200, body = "{}"}
end

before_each(function() sent = {} end)

local BASE = "https://a.example/api/2"

--- A client with a token and without a network, unless the options say otherwise.
local function client(service, options)
  local all = {token = "t", transport = transport, base_url = service == "acronis" and BASE or nil}
  for name, value in pairs(options or {}) do all[name] = value end
  return instar[service](all)
end

local reads = {
  losant = function(a_client, ...) return a_client.instance.get("x", ...) end,
  kakaocloud = function(a_client, ...) return a_client.instance.get("x", ...) end,
  acronis = function(a_client, ...) return a_client.report.get("x", ...) end,
}

local function shown(value)
  if type(value) == "string" then return "'" .. value:gsub("%c", "?") .. "'" end
  if type(value) ~= "table" then return type(value) == "number" and tostring(value) or type(value) end
  local name, member = next(value)
  return name == nil and "{}" or ("{%s = %s}"):format(shown(name), shown(member))
end

--- The call must be misuse: a string that starts with a position in this file and the owner, and holds the texts.
local function refuses(owner, call, ...)
  local ok, message = pcall(call)
  assert.is_false(ok)
  local file, line, rest = tostring(message):match("^(.-):(%d+): (.*)$")
  assert.same({HERE, debug.getinfo(call, "S").linedefined}, {file, tonumber(line)})
  assert.equal(owner, rest:sub(1, #owner))
  for _, text in ipairs{...} do assert.is_truthy(rest:find(text, 1, true), rest) end
  assert.is_nil(rest:find("pa55", 1, true))
  assert.equal(0, #sent)
  return message
end

local spans = {0, -1, -INFINITE, NAN, "5", true, {}, print}
local breaking = {"a\rb", "a\nb", "a\r\nX-Evil: 1", "a\0b", "\n"}
local urls = {true, 5, {}, print, "", "a.example", "//a.example", "https://", "ftp://a.example", "file:///etc/passwd",
  "https://a.example/?q=1", "https://a.example?", "https://a.example/#f", "https://me@a.example",
  "https://me:pa55@a.example", "https://:@a.example", "https://a.example/a b", "https://a.example/\n",
  "https://a.example/\0", "http://a.example", "http://127.0.0.1.evil.example", "http://localhost.evil.example",
  "http://127.0.0.1@evil.example", "http://127.0.0.1:80@evil.example", "http://[::2]", "http://128.0.0.1",
  "http://0.0.0.0", "http://127.0.0.1%2eevil.example", "http://evil.example#@127.0.0.1"}

-- Service, option, values that it refuses.
local refused = {
  {"losant", "base_url", urls}, {"kakaocloud", "iam_url", urls}, {"acronis", "router_url", urls},
  {"losant", "token", {true, 5, {}, io.stdout}}, {"losant", "token", breaking},
  {"kakaocloud", "token", breaking}, {"acronis", "token", breaking},
  {"losant", "api_version", {true, 5, {}, print, ""}}, {"losant", "api_version", breaking},
  {"kakaocloud", "api_version", breaking},
  {"losant", "timeout", spans}, {"losant", "connect_timeout", spans}, {"losant", "attempt_timeout", spans},
  {"losant", "idle_timeout", spans},
  {"losant", "retries", {-1, 1.5, INFINITE, NAN, "3", true, {}}},
  {"losant", "max_body", {0, -1, 1.5, INFINITE, NAN, "1", true, {}}},
  {"losant", "max_in_flight", {0, -1, 1.5, INFINITE, NAN, "1", true, {}}},
  {"losant", "tls", {true, false, "x", 5, {5}, {verify = "no"}, {verify = 0}, {ca_file = true}, {ca_path = 5},
    {cert = {}}, {key = ""}, {ca_file = "a\0b"}, {insecure = true}}},
  {"losant", "allow_http", {"true", 1, {}}},
  {"losant", "proxy", {true, 5, {}, "", "a\0b"}},
  {"losant", "headers", {true, "x", 5, {"x"}, {[true] = "x"}}},
  {"losant", "user_agent", {true, 5, {}, ""}}, {"losant", "user_agent", breaking},
  {"losant", "on_event", {true, "print", 5, {}}}, {"losant", "transport", {true, "print", 5, {}}},
  {"losant", "email", {true, 5, {}}}, {"losant", "password", {true, 5, {}}},
  {"kakaocloud", "application_credential_id", {5}}, {"kakaocloud", "application_credential_secret", {5}},
  {"acronis", "client_secret", {5, true}}, {"acronis", "client_id", {5, "a:b"}},
}

-- Options that are half of a login need the other half to be refused for themselves.
local halves = {
  email = "password", password = "email", client_id = "client_secret", client_secret = "client_id",
  application_credential_id = "application_credential_secret",
  application_credential_secret = "application_credential_id",
}

describe("a client's option", function()
  for _, row in ipairs(refused) do
    local service, name, values = row[1], row[2], row[3]
    for _, value in ipairs(values) do
      it(("is refused: %s %s = %s"):format(service, name, shown(value)), function()
        local options = {[name] = value}
        if halves[name] then options[halves[name]] = "other" end
        local word = type(value) == "table" and name == "tls" and "tls" or "'" .. name .. "'"
        refuses("instar." .. service .. ": ", function() client(service, options) end, word)
      end)
    end
  end

  -- Service, options, texts of the message.
  for _, row in ipairs{
    {"losant", {tokn = "x"}, "'tokn'", "did you mean 'token'?"},
    {"losant", {baseUrl = "x"}, "did you mean 'base_url'?"},
    {"losant", {conect_timout = 1}, "did you mean 'connect_timeout'?"},
    {"acronis", {clientid = "x"}, "did you mean 'client_id'?"},
    {"losant", {iam_url = "https://a.example"}, "unknown option 'iam_url'"},
    {"kakaocloud", {router_url = "https://a.example"}, "unknown option 'router_url'"},
    {"kakaocloud", {email = "x"}, "unknown option 'email'"},
    {"losant", {["timeout\0"] = 1}, "unknown option"}, {"losant", {"token"}, "names"},
    {"losant", {tls = {verfy = false}}, "tls: ", "did you mean 'verify'?"},
    {"acronis", {api_version = "1"}, "'api_version'"},
    {"losant", {email = "e"}, "'email'", "'password'"}, {"losant", {password = "p"}, "'password'", "'email'"},
    {"losant", {twoFactorCode = "1"}, "'twoFactorCode'", "'email'"},
    {"losant", {email = "e", twoFactorCode = "1"}, "'password'"},
    {"kakaocloud", {application_credential_id = "i"}, "'application_credential_secret'"},
    {"acronis", {client_secret = "s"}, "'client_id'"},
  } do
    local service, options = row[1], row[2]
    it(("is named in the message: %s %s"):format(service, shown(options)), function()
      refuses("instar." .. service .. ": ", function() instar[service](options) end, row[3], row[4])
    end)
  end

  it("without a name that is near suggests none", function()
    local message = refuses("instar.losant: ", function() client("losant", {["completely different"] = 1}) end)
    assert.is_nil(message:find("did you mean", 1, true))
  end)

  for _, value in ipairs{"token", 5, true, print} do
    it("cannot be a " .. type(value) .. " in place of the table", function()
      refuses("instar.losant: ", function() instar.losant(value) end, "table", type(value))
    end)
  end
end)

describe("headers", function()
  -- Headers that no client may be given, and what the message names.
  local headers = {
    {{["Content-Length"] = "1"}, "Content-Length"}, {{host = "x"}, "host"},
    {{["Transfer-Encoding"] = "x"}, "Transfer-Encoding"},
    {{["a b"] = "x"}, "a b"}, {{["a:"] = "x"}, "a:"}, {{[""] = "x"}, "header"}, {{["a\nb"] = "x"}, "header"},
    {{["a\0b"] = "x"}, "header"}, {{["ü"] = "x"}, "ü"}, {{a = true}, "'a'"}, {{a = {}}, "'a'"}, {{a = print}, "'a'"},
    {{a = NAN}, "'a'"},
  }
  for _, value in ipairs(breaking) do table.insert(headers, {{["X-Good"] = value}, "X-Good"}) end
  for _, row in ipairs(headers) do
    it("are refused for clients, calls and requests: " .. shown(row[1]), function()
      local a_client = client("losant")
      refuses("instar.losant: ", function() client("losant", {headers = row[1]}) end, row[2])
      refuses("losant instance.get: ", function() a_client.instance.get({instanceId = "x"}, {headers = row[1]}) end,
        row[2])
      refuses("losant request: ", function() a_client:request{path = "/x", headers = row[1]} end, row[2])
    end)
  end

  for service, name in pairs{losant = "authorization", acronis = "Authorization", kakaocloud = "x-auth-token"} do
    it(("of %s cannot replace the credential"):format(service), function()
      refuses("instar." .. service, function() client(service, {headers = {[name] = "x"}}) end, name)
    end)
  end

  it("of a call win over those of the client, whatever their case", function()
    local a_client = client("losant", {headers = {["X-A"] = "client", ["X-B"] = 5}, user_agent = "me/1"})
    assert(a_client.instance.get({instanceId = "x"}, {headers = {["x-a"] = "call"}}))
    local headers_sent = sent[1].headers
    assert.same({"call", "5", "me/1"}, {headers_sent["x-a"], headers_sent["x-b"], headers_sent["user-agent"]})
    assert(a_client.instance.get("x"))
    assert.equal("client", sent[2].headers["x-a"])
  end)
end)

describe("base_url", function()
  -- What is given, where a request then goes; nil options beside it.
  for _, row in ipairs{
    {"https://a.example", "https://a.example"}, {"https://a.example/", "https://a.example"},
    {"https://a.example/v1/x//", "https://a.example/v1/x"}, {"https://a.example:8443/v1", "https://a.example:8443/v1"},
    {"https://a.example/a%2Fb", "https://a.example/a%2Fb"}, {"HTTPS://a.example", "https://a.example"},
    {"http://localhost:80/v1", "http://localhost:80/v1"}, {"http://127.0.0.1", "http://127.0.0.1"},
    {"http://127.8.9.1:81", "http://127.8.9.1:81"}, {"http://[::1]:82/", "http://[::1]:82"},
    {"http://a.example/v1", "http://a.example/v1", {allow_http = true}},
  } do
    it("may be " .. row[1], function()
      local options = row[3] or {}
      options.base_url = row[1]
      assert(reads.kakaocloud(client("kakaocloud", options)))
      assert.equal(row[2] .. "/api/v1/instances/x", sent[1].url)
    end)
  end

  it("of Acronis is needed by operations, not by the client", function()
    local a_client = instar.acronis{token = "t", transport = transport}
    refuses("acronis report.get: ", function() a_client.report.get("x") end, "base_url")
  end)
end)

describe("api_version", function()
  -- Service, header, default, option, what is sent.
  for _, row in ipairs{
    {"losant", "accept-version", nil, "^1.29.3"}, {"losant", "accept-version", "^2", "^2"},
    {"losant", "accept-version", false, nil}, {"kakaocloud", "x-api-version", nil, "1.3.0"},
    {"kakaocloud", "x-api-version", "2", "2"}, {"kakaocloud", "x-api-version", false, nil},
  } do
    it(("%s of %s sends %s"):format(tostring(row[3]), row[1], tostring(row[4])), function()
      assert(reads[row[1]](client(row[1], {api_version = row[3]})))
      assert.equal(row[4], sent[1].headers[row[2]])
    end)
  end
end)

describe("tls", function()
  -- The option, the peer's port, whether the call succeeds.
  for _, row in ipairs{
    {nil, "https", false}, {{}, "https", false}, {{verify = true}, "https", false}, {{verify = false}, "https", true},
    {{ca_file = server.files.ca}, "https", true}, {{ca_file = server.files.ca}, "https_unknown_ca", false},
    {{ca_file = server.files.ca, verify = false}, "https_unknown_ca", true},
  } do
    it(("= %s %s with the port %s"):format(shown(row[1]), row[3] and "succeeds" or "fails", row[2]), function()
      server:reset()
      server:queue{body = "{}"}
      local losant = instar.losant{token = "t", base_url = server:url(row[2]), tls = row[1], retries = 0}
      local body, _, err = losant.instance.get("x")
      assert.same(row[3] and {} or nil, body)
      if not row[3] then assert.equal("tls", err.kind) end
      assert.equal(row[3] and 1 or 0, #server:requests())
    end)
  end
end)

describe("a call's option", function()
  local rows = {
    {"timeout", spans}, {"attempt_timeout", spans}, {"idle_timeout", spans}, {"retries", {-1, 1.5, "1", true}},
    {"max_body", {0, -1, "1", true, INFINITE}}, {"headers", {5, "x", {"x"}}}, {"extra_query", {5, "x", true, {"x"}}},
    {"extra_body", {5, "x", true, {"x"}}}, {"progress", {5, "x", true, {}}},
    {"base_url", {"https://a.example"}}, {"token", {"x"}}, {"max_in_flight", {1}}, {"connect_timeout", {1}},
    {"timout", {1}},
  }
  for _, row in ipairs(rows) do
    for _, value in ipairs(row[2]) do
      it(("is refused: %s = %s"):format(row[1], shown(value)), function()
        local patch, options = client("losant").instance.patch, {[row[1]] = value}
        refuses("losant instance.patch: ", function() patch({instanceId = "x", instance = {}}, options) end,
          "'" .. row[1] .. "'")
      end)
    end
  end

  it("has a name that is suggested", function()
    local get = client("losant").instance.get
    refuses("losant instance.get: ", function() get("x", nil, {timout = 1}) end, "did you mean 'timeout'?")
    refuses("losant instance.get: ", function() get("x", nil, {1}) end, "names")
  end)

  it("may be math.huge where it is a time", function()
    local all = {timeout = INFINITE, attempt_timeout = INFINITE, idle_timeout = INFINITE}
    assert(reads.losant(client("losant", all), nil, all))
    all.connect_timeout = INFINITE
    assert(reads.losant(client("losant", all)))
  end)

  it("max_body wins over the client's", function()
    local a_client = client("losant", {max_body = 1})
    local _, _, err = reads.losant(a_client)
    assert.equal("limit", err.kind)
    assert(reads.losant(a_client, nil, {max_body = 2}))
  end)
end)
