-- SPDX-License-Identifier: MIT
-- What clients read from the environment, each case in a process of its own; and what loading the module does not do.

local json = require "spec.support.json"
local server = require "spec.support.server".start()

local VARIABLES = {
  "LOSANT_API_TOKEN", "LOSANT_API_URL", "KAKAOCLOUD_TOKEN", "KAKAOCLOUD_APPLICATION_CREDENTIAL_ID",
  "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET", "ACRONIS_BASE_URL", "ACRONIS_CLIENT_ID", "ACRONIS_CLIENT_SECRET",
  "ACRONIS_TOKEN",
}

-- The Lua that runs this spec.
local function interpreter()
  local index = 0
  while arg[index - 1] do index = index - 1 end
  return arg[index]
end

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs code in a new process with these variables of ours and no others.
-- @treturn table what it printed, decoded from JSON
local function run(variables, code)
  local words = {"env"}
  for _, name in ipairs(VARIABLES) do table.insert(words, "-u " .. name) end
  for name, value in pairs(variables) do table.insert(words, name .. "=" .. quoted(value)) end
  table.insert(words, "LUA_PATH=" .. quoted(package.path) .. " LUA_CPATH=" .. quoted(package.cpath))
  table.insert(words, interpreter() .. " -e " .. quoted(code) .. " 2>&1")
  local pipe = assert(io.popen(table.concat(words, " ")))
  local output = pipe:read("*a")
  pipe:close()
  return json.decode(output) or error("the process printed: " .. output)
end

-- Makes a client with the options, a Lua expression, and calls an operation that reads. Its transport answers a login
-- too. Prints the requests, and what kind of failure came of it.
local CALL = [[
  local sent = {}
  local instar = require "instar"
  local function transport(request)
    request.credential = request.headers.authorization or request.headers["x-auth-token"]
    table.insert(sent, request)
    local token = '{"access_token": "issued", "token": "issued"}'
    return {status = 200, headers = {["X-Subject-Token"] = "issued"}, body = token}
  end
  local options = %s
  options.transport = transport
  local client = instar.%s(options)
  local ok, message, err = client.%s.get("x")
  print(require("cjson").encode{sent = sent, kind = not ok and err.kind or nil, message = not ok and message or nil})
]]

local function call(service, variables, options)
  return run(variables, CALL:format(options, service, service == "acronis" and "report" or "instance"))
end

local LOSANT = "https://api.losant.com/instances/x?_actions=false&_links=true&_embedded=true"
local KAKAOCLOUD = "https://bcs.kr-central-2.kakaocloud.com/api/v1/instances/x"
local ISSUE = "https://iam.kakaocloud.com/identity/v3/auth/tokens"
local ACRONIS = "https://a.example/api/2"
local ACRONIS_URL = {ACRONIS_BASE_URL = ACRONIS}

local function with(variables, more)
  local all = {}
  for _, list in ipairs{variables, more} do
    for name, value in pairs(list) do all[name] = value end
  end
  return all
end

local KEY = {KAKAOCLOUD_APPLICATION_CREDENTIAL_ID = "id", KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET = "it's"}
local PAIR = with(ACRONIS_URL, {ACRONIS_CLIENT_ID = "id", ACRONIS_CLIENT_SECRET = "se:cret"})

describe("the environment", function()
  -- Service, variables, options, the requests that go out: URL and credential.
  for _, row in ipairs{
    {"losant", {LOSANT_API_TOKEN = "env"}, "{}", {{LOSANT, "Bearer env"}}},
    {"losant", {LOSANT_API_TOKEN = "env", LOSANT_API_URL = "https://l.example/v1/"}, "{}",
      {{(LOSANT:gsub("api.losant.com", "l.example/v1")), "Bearer env"}}},
    {"losant", {LOSANT_API_TOKEN = "env", LOSANT_API_URL = ""}, "{}", {{LOSANT, "Bearer env"}}},
    {"losant", {LOSANT_API_TOKEN = "env", LOSANT_API_URL = "https://l.example"}, "{token = 'own'}",
      {{(LOSANT:gsub("api.losant.com", "l.example")), "Bearer own"}}},
    {"losant", {LOSANT_API_TOKEN = "env"}, "{email = 'e', password = 'p'}",
      {{"https://api.losant.com/auth/user?_actions=false&_links=true&_embedded=true"}, {LOSANT, "Bearer issued"}}},
    {"losant", {LOSANT_API_TOKEN = "env"}, "{base_url = 'https://l.example', token = 'own'}",
      {{(LOSANT:gsub("api.losant.com", "l.example")), "Bearer own"}}},
    {"kakaocloud", {KAKAOCLOUD_TOKEN = "env"}, "{}", {{KAKAOCLOUD, "env"}}},
    {"kakaocloud", with(KEY, {KAKAOCLOUD_TOKEN = "env"}), "{}", {{KAKAOCLOUD, "env"}}},
    {"kakaocloud", KEY, "{}", {{ISSUE}, {KAKAOCLOUD, "issued"}}},
    {"kakaocloud", with(KEY, {KAKAOCLOUD_TOKEN = ""}), "{}", {{ISSUE}, {KAKAOCLOUD, "issued"}}},
    {"kakaocloud", KEY, "{token = 'own'}", {{KAKAOCLOUD, "own"}}},
    {"kakaocloud", {KAKAOCLOUD_TOKEN = "env"}, "{iam_url = 'https://i.example'}", {{KAKAOCLOUD, "env"}}},
    {"acronis", with(ACRONIS_URL, {ACRONIS_TOKEN = "env"}), "{}", {{ACRONIS .. "/reports/x", "Bearer env"}}},
    {"acronis", PAIR, "{}",
      {{ACRONIS .. "/idp/token", "Basic aWQ6c2U6Y3JldA=="}, {ACRONIS .. "/reports/x", "Bearer issued"}}},
    {"acronis", PAIR, "{client_id = 'a', client_secret = 'b'}",
      {{ACRONIS .. "/idp/token", "Basic YTpi"}, {ACRONIS .. "/reports/x", "Bearer issued"}}},
    {"acronis", PAIR, "{token = function() return 'own' end}", {{ACRONIS .. "/reports/x", "Bearer own"}}},
  } do
    local names = {}
    for name, value in pairs(row[2]) do table.insert(names, value == "" and name .. " (empty)" or name) end
    table.sort(names)
    it(("%s and options %s"):format(table.concat(names, ", "), row[3]), function()
      local seen = {}
      for _, request in ipairs(call(row[1], row[2], row[3]).sent) do
        table.insert(seen, {request.url, request.credential})
      end
      assert.same(row[4], seen)
    end)
  end

  -- Service, variables, options, text of the message.
  for _, row in ipairs{
    {"losant", {}, "{}", "token"}, {"losant", {LOSANT_API_TOKEN = ""}, "{}", "token"},
    {"losant", {LOSANT_API_TOKEN = "env"}, "{token = false}", "false"},
    {"losant", {LOSANT_API_TOKEN = "env"}, "{base_url = 'https://l.example'}", "token"},
    {"kakaocloud", KEY, "{token = false}", "false"}, {"kakaocloud", KEY, "{base_url = 'https://k.example'}", "token"},
    {"kakaocloud", {KAKAOCLOUD_APPLICATION_CREDENTIAL_ID = "id"}, "{}", "KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET"},
    {"acronis", PAIR, "{token = false}", "false"}, {"acronis", PAIR, "{base_url = 'https://b.example'}", "token"},
    {"acronis", with(ACRONIS_URL, {ACRONIS_TOKEN = "env"}), "{base_url = 'https://b.example'}", "token"},
    {"acronis", with(ACRONIS_URL, {ACRONIS_CLIENT_SECRET = "s"}), "{}", "ACRONIS_CLIENT_ID"},
    {"acronis", with(PAIR, {ACRONIS_CLIENT_SECRET = ""}), "{}", "ACRONIS_CLIENT_SECRET"},
  } do
    it(("gives %s no credential with options %s and says '%s'"):format(row[1], row[3], row[4]), function()
      local result = call(row[1], row[2], row[3])
      assert.equal("auth", result.kind)
      assert.is_truthy(result.message:find(row[4], 1, true), result.message)
      assert.equal(0, #result.sent)
    end)
  end

  it("is enough for a constructor without an argument", function()
    server:reset()
    server:queue({body = "{}"}, {body = "{}"})
    local url = server:url("http")
    run({LOSANT_API_TOKEN = "l", LOSANT_API_URL = url, ACRONIS_TOKEN = "a", ACRONIS_BASE_URL = url .. "/api/2"}, [[
      local instar = require "instar"
      assert(instar.losant().instance.get("x"))
      assert(instar.acronis().report.get("x"))
      assert(tostring(instar.kakaocloud()):find("kakaocloud"))
      print("[]")
    ]])
    local requests = server:requests()
    assert.same({"Bearer l", "/instances/x", "Bearer a", "/api/2/reports/x"}, {requests[1]:header("authorization"),
      requests[1].path, requests[2]:header("authorization"), requests[2].path})
  end)

  it("is checked as options are", function()
    local result = run({ACRONIS_CLIENT_ID = "a:b", ACRONIS_CLIENT_SECRET = "c", LOSANT_API_TOKEN = "a\nb",
      LOSANT_API_URL = "http://l.example"}, [[
      local instar = require "instar"
      local made = {}
      for i, options in ipairs{false, {token = "t"}} do made[i] = pcall(instar.losant, options or nil) end
      table.insert(made, (pcall(instar.acronis)))
      print(require("cjson").encode(made))
    ]])
    assert.same({false, false, false}, result)
  end)
end)

describe("require 'instar'", function()
  it("reads nothing, opens nothing and sets no global", function()
    local result = run({LOSANT_API_TOKEN = "env"}, [[
      local json = require "cjson"
      local function forbid(name) return function() error(name .. " was called") end end
      local before, strings = {}, {}
      for name in pairs(_G) do before[name] = true end
      for name in pairs(string) do strings[name] = true end
      for name in pairs(io) do io[name] = forbid(name) end
      for _, name in ipairs{"getenv", "execute", "time", "clock", "tmpname"} do os[name] = forbid(name) end
      local write = print
      print = forbid("print")
      local module = require "instar"
      local new = {}
      for name in pairs(_G) do if not before[name] then table.insert(new, name) end end
      for name in pairs(string) do if not strings[name] then table.insert(new, "string." .. name) end end
      write(json.encode{new = #new, name = new[1], module = type(module)})
    ]])
    assert.same({new = 0, module = "table"}, result)
  end)
end)
