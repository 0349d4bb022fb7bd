-- SPDX-License-Identifier: MIT
-- What operations take as arguments, and what they refuse before anything is sent.

local instar = require "instar"

local HERE = debug.getinfo(1, "S").short_src
local INFINITE = math.huge
local NAN = INFINITE - INFINITE
local THREAD = coroutine.create(function() end)

local sent, clients

local function transport(request)
  sent[#sent + 1] = request
  return {status = 200, body = "{}"}
end

before_each(function()
  sent = {}
  clients = {
    losant = instar.losant{token = "t", transport = transport},
    kakaocloud = instar.kakaocloud{token = "t", transport = transport},
    acronis = instar.acronis{base_url = "https://a.example/api/2", token = "t", client_id = "i", client_secret = "s",
      transport = transport},
  }
end)

local function find(label)
  local service, resource, action = label:match("^(%S+) (.+)%.(.+)$")
  return clients[service][resource][action]
end

-- What an operation needs beside the argument that a row is about.
local needed = {
  ["losant instance.get"] = {instanceId = "x"},
  ["losant instance.patch"] = {instanceId = "x", instance = {}},
  ["losant instance.historical_summaries"] = {instanceId = "x"},
  ["kakaocloud instance.update"] = {instance_id = "x", instance = {}},
  ["acronis report.update"] = {report_id = "x"},
}

local function arguments_for(label, name, value)
  local arguments = {}
  for key, other in pairs(needed[label] or {}) do arguments[key] = other end
  arguments[name] = value
  return arguments
end

--- The call, a function on one line, must be misuse: a string of that line's position, the operation and the texts.
local function refuses(label, call, ...)
  local operation = find(label)
  local ok, message = pcall(call, operation)
  assert.is_false(ok)
  local start = ("%s:%d: %s: "):format(HERE, debug.getinfo(call, "S").linedefined, label)
  assert.equal(start, tostring(message):sub(1, #start))
  for _, text in ipairs{...} do assert.is_truthy(message:find(text, 1, true), message) end
  assert.equal(0, #sent)
  return message
end

local function shown(value)
  if type(value) == "string" then return "'" .. value:gsub("%c", "?") .. "'" end
  return (type(value) == "number" or type(value) == "boolean") and tostring(value) or type(value)
end

describe("an argument of a wrong type", function()
  -- Operation, argument, what it refuses.
  for _, row in ipairs{
    {"losant instance.get", "instanceId", {true, false, {}, print, THREAD, io.stdout, instar.null, INFINITE, NAN, "",
      ".", "..", "a\0b", "\0"}},
    {"losant instance.get", "losantdomain", {true, {}, {"x"}, print, io.stdout, NAN, "a\rb", "a\nb", "a\0b"}},
    {"losant instance.get", "_links", {"yes", 1, print, io.stdout}},
    {"losant instance.historical_summaries", "month", {true, print, THREAD, io.stdout, -INFINITE, {print}, {a = NAN}}},
    {"kakaocloud instance.list", "name", {true, {}, {"x"}, print, THREAD, io.stdout, INFINITE, NAN}},
    {"kakaocloud instance.list", "limit", {"", "-", "ten", "1.5", "0x10", 1.5, true, {}, print, INFINITE, NAN}},
    {"kakaocloud instance.list", "is_hadoop", {"", "yes", "TRUE", 0, 1, {}, print}},
    {"kakaocloud instance.list", "sort_keys", {true, print, io.stdout, {a = 1}, {print}, {{}}, {1, [3] = 3}, NAN}},
    {"kakaocloud instance.create", "instance", {"x", "", 5, true, false, print, THREAD, io.stdout}},
    {"kakaocloud instance.update", "instance", {"x", 5, true}},
    {"losant instance.patch", "instance", {print, THREAD, io.stdout, INFINITE, -INFINITE, NAN}},
    {"acronis report.update", "recipients", {"x", 5, true, print}},
    {"acronis report.update", "schedule", {"x", 5, true, print}},
    {"acronis token.issue", "scope", {true, {}, print, io.stdout, NAN}},
    {"acronis token.issue", "not_required_introspection", {"yes", 1, {}}},
  } do
    local label, name, values = row[1], row[2], row[3]
    for _, value in ipairs(values) do
      it(("is refused: %s, %s = %s"):format(label, name, shown(value)), function()
        local arguments = arguments_for(label, name, value)
        refuses(label, function(operation) operation(arguments) end, "argument '" .. name .. "'")
      end)
    end
  end
end)

describe("an argument", function()
  -- Operation, argument, value, what the URL ends in.
  for _, row in ipairs{
    {"losant instance.historical_summaries", "month", 1465790400000, "&month=1465790400000"},
    {"losant instance.historical_summaries", "filter", {"a", {b = {true}}},
      "&filter%5B0%5D=a&filter%5B1%5D%5Bb%5D%5B0%5D=true"},
    {"losant instance.historical_summaries", "filter", "", "&filter="},
    {"losant instance.historical_summaries", "filter", {}, "_embedded=true"},
    {"losant instance.historical_summaries", "filter", {"a", instar.null, "c"}, "&filter%5B0%5D=a&filter%5B2%5D=c"},
    {"losant instance.historical_summaries", "_embedded", instar.null, "_links=true"},
    {"losant instance.historical_summaries", "_embedded", false, "&_embedded=false"},
    {"losant instance.historical_summaries", "_embedded", "false", "&_embedded=false"},
    {"kakaocloud instance.list", "limit", 5, "?limit=5"},
    {"kakaocloud instance.list", "limit", 2 ^ 53, "?limit=9007199254740992"},
    {"kakaocloud instance.list", "limit", "-5", "?limit=-5"},
    {"kakaocloud instance.list", "name", 7, "?name=7"},
    {"kakaocloud instance.list", "name", 1.5, "?name=1.5"},
    {"kakaocloud instance.list", "name", instar.null, "/instances"},
    {"kakaocloud instance.list", "is_hadoop", false, "?is_hadoop=false"},
    {"kakaocloud instance.list", "sort_keys", "a,b", "?sort_keys=a%2Cb"},
    {"kakaocloud instance.list", "sort_keys", {"a", 2}, "?sort_keys=a%2C2"},
    {"kakaocloud instance.list", "vm_state", "a state not known yet", "?vm_state=a%20state%20not%20known%20yet"},
    {"kakaocloud instance.get", "instance_id", 42, "/instances/42"},
    {"kakaocloud instance.get", "instance_id", "...", "/instances/..."},
    {"kakaocloud instance.get", "instance_id", "a/../b", "/instances/a%2F..%2Fb"},
  } do
    local label, name, value, expected = row[1], row[2], row[3], row[4]
    it(("%s of %s may be %s"):format(name, label, shown(value)), function()
      assert(find(label)(arguments_for(label, name, value)))
      assert.equal(expected, sent[1].url:sub(-#expected))
    end)
  end

  -- Operation, argument, value, the body that is sent.
  for _, row in ipairs{
    {"losant instance.patch", "instance", instar.null, nil},
    {"losant instance.patch", "instance", "text", '"text"'},
    {"losant instance.patch", "instance", false, "false"},
    {"losant instance.patch", "instance", 0, "0"},
    {"losant instance.patch", "instance", {description = instar.null}, '{"description":null}'},
    {"losant instance.generate_report", "options", instar.null, nil},
    {"kakaocloud instance.update", "instance", instar.null, '{"instance":null}'},
    {"kakaocloud instance.update", "instance", {name = 5}, '{"instance":{"name":5}}'},
    {"acronis report.update", "recipients", instar.null, '{"recipients":null}'},
    {"acronis token.issue", "scope", instar.null, "grant_type=client_credentials"},
    {"acronis token.issue", "scope", "a b&c", "grant_type=client_credentials&scope=a%20b%26c"},
    {"acronis token.issue", "grant_type", "not known yet", "grant_type=not%20known%20yet"},
  } do
    local label, name, value, expected = row[1], row[2], row[3], row[4]
    it(("%s of %s may be %s in the body"):format(name, label, shown(value)), function()
      local arguments = arguments_for(label, name, value)
      arguments.instanceId = label:find("^losant") and "x"
      assert(find(label)(arguments))
      assert.equal(expected, sent[1].body)
    end)
  end

  it("of a header may be instar.null, which leaves it out", function()
    assert(clients.losant.instance.get{instanceId = "x", losantdomain = instar.null})
    assert(clients.losant.instance.get{instanceId = "x", losantdomain = "d"})
    assert.same({nil, "d"}, {sent[1].headers.losantdomain, sent[2].headers.losantdomain})
  end)

  it("of the caller's own table is left as it was", function()
    local instance = instar.array{1}
    local arguments = {instanceId = "x", instance = instance}
    assert(clients.losant.instance.patch(arguments))
    assert.same({instanceId = "x", instance = {1}}, arguments)
    assert.equal(instance, arguments.instance)
  end)
end)

describe("misuse", function()
  -- Operation, call, texts of the message.
  for _, row in ipairs{
    {"losant instance.get", function(get) get() end, "'instanceId' is missing"},
    {"losant instance.get", function(get) get{} end, "'instanceId' is missing"},
    {"losant instance.get", function(get) get(nil, {timeout = 1}) end, "'instanceId' is missing"},
    {"losant instance.patch", function(patch) patch("x") end, "'instance' is missing"},
    {"kakaocloud instance.create", function(create) create{} end, "'instance' is missing"},
    {"losant instance.get", function(get) get{instanceid = "x"} end, "'instanceid'", "did you mean 'instanceId'?"},
    {"losant instance.get", function(get) get{instance_id = "x"} end, "did you mean 'instanceId'?"},
    {"losant instance.get", function(get) get{instanceId = "x", _link = true} end, "did you mean '_links'?"},
    {"kakaocloud instance.list", function(list) list{vmState = "x"} end, "did you mean 'vm_state'?"},
    {"acronis report.update", function(update) update{report_id = "x", recipient = {}} end, "mean 'recipients'?"},
    {"losant instance.get", function(get) get{["instanceId\0"] = "x"} end, "unknown argument"},
    {"kakaocloud instance.list", function(list) list{["limit\0"] = 1} end, "unknown argument"},
    {"losant instance.get", function(get) get{"x"} end, "names", "number"},
    {"losant instance.get", function(get) get{instanceId = "x", [true] = 1} end, "names", "boolean"},
    {"losant instance.get", function(get) get(true) end, "arguments must be a table", "boolean"},
    {"losant instance.get", function(get) get(print) end, "arguments must be a table", "function"},
    {"losant instance.get", function(get) get("x", false) end, "arguments must be a table", "boolean"},
    {"losant instance.get", function(get) get({instanceId = "x"}, 5) end, "options must be a table", "number"},
    {"losant instance.get", function(get) get("x", {}, "y") end, "options must be a table", "string"},
    {"losant instance.get", function(get) get("x", {}, {}, {}) end, "too many"},
    {"losant instance.get", function(get) get({instanceId = "x"}, {}, {}) end, "too many"},
    {"losant instance.get", function(get) get("x", "y") end, "1", "got 2", "/instances/{instanceId}"},
    {"losant instance.get", function(get) get(1, 2, {}) end, "1", "got 2"},
    {"kakaocloud instance.list", function(list) list("x") end, "0", "got 1"},
    {"losant instance.get", function(get) get("x", {instanceId = "x"}) end, "'instanceId'", "twice"},
    {"losant instance.get", function(get) get("") end, "'instanceId'"},
    {"losant instance.get", function(get) get("..") end, "'instanceId'"},
    {"losant instance.get", function(get) get(NAN) end, "'instanceId'"},
    {"losant instance.get", function() clients.losant.instance:get("x", "y") end, "got 2"},
    {"losant instance.get", function() clients.losant.instance:get{id = "x"} end, "unknown argument 'id'"},
    {"losant instance.get", function(get) get:prepare{} end, "'instanceId' is missing"},
  } do
    it(("names place, operation and mistake: %s, line %d"):format(row[1], debug.getinfo(row[2], "S").linedefined),
      function() refuses(row[1], row[2], row[3], row[4], row[5]) end)
  end

  it("without a name that is near suggests none", function()
    local message = refuses("losant instance.get", function(get) get{["completely different"] = 1} end)
    assert.is_nil(message:find("did you mean", 1, true))
  end)

  for _, name in ipairs{"timeout", "attempt_timeout", "idle_timeout", "retries", "headers", "max_body", "progress",
    "extra_query", "extra_body"} do
    it("says where the option " .. name .. " belongs", function()
      refuses("kakaocloud instance.list", function(list) list{[name] = 1} end, "'" .. name .. "'", "second table")
    end)
  end
end)

describe("a body", function()
  local loop, deep = {}, {}
  loop.self = {loop}
  for _ = 1, 200 do deep = {deep} end
  -- What stands for the body, the path and the word that the message holds.
  for _, row in ipairs{
    {{a = {b = {1, print}}}, "'instance.a.b[2]'", "function"},
    {{a = {{b = io.stdout}}}, "'instance.a[1].b'", "userdata"},
    {{a = THREAD}, "'instance.a'", "thread"},
    {{a = {INFINITE}}, "'instance.a[1]'", "finite"},
    {{a = -INFINITE}, "'instance.a'", "finite"},
    {{["a.b"] = NAN}, "'instance.a.b'", "finite"},
    {{1, 2, a = 3}, "'instance'", "both"},
    {{list = {1, a = 3}}, "'instance.list'", "both"},
    {{list = {1, [3] = 3}}, "'instance.list'", "gaps"},
    {{list = {[0] = 1}}, "'instance.list'", "gaps"},
    {{list = {[1.5] = 1}}, "'instance.list'", "gaps"},
    {{list = {[true] = 1}}, "'instance.list'", ""},
    {{list = instar.array{a = 1}}, "'instance.list'", "array"},
    {loop, "'instance.self", "itself"},
    {{a = deep}, "'instance.a[1]", "deeply"},
  } do
    for _, label in ipairs{"losant instance.patch", "kakaocloud instance.update"} do
      it(("of %s refuses %s: %s"):format(label, row[2], row[3]), function()
        refuses(label, function(operation) operation(arguments_for(label, "instance", row[1])) end, row[2], row[3])
      end)
    end
  end

  it("may hold the same table twice", function()
    local shared = {1}
    assert(clients.losant.instance.patch{instanceId = "x", instance = {{shared, shared}}})
    assert.equal("[[[1],[1]]]", sent[1].body)
  end)
end)

describe("extra members", function()
  -- Options, what the message names.
  for _, row in ipairs{
    {{extra_query = "a=1"}, "'extra_query'"}, {{extra_query = {1}}, "'extra_query'"},
    {{extra_query = {a = print}}, "'a'"}, {{extra_query = {a = {b = NAN}}}, "'a'"},
    {{extra_body = "a"}, "'extra_body'"}, {{extra_body = {1}}, "'extra_body'"},
    {{extra_body = {a = print}}, "'extra_body.a'"}, {{extra_body = {a = {b = {NAN}}}}, "'extra_body.a.b[1]'"},
  } do
    it("are checked: " .. row[2], function()
      local arguments = arguments_for("losant instance.patch", "instance", {})
      refuses("losant instance.patch", function(patch) patch(arguments, row[1]) end, row[2])
    end)
  end

  it("need a body that is an object", function()
    local arguments = arguments_for("losant instance.patch", "instance", {1})
    refuses("losant instance.patch", function(patch) patch(arguments, {extra_body = {a = 1}}) end, "'extra_body'")
  end)

  -- Operation, argument, value, options, end of the URL, body.
  for _, row in ipairs{
    {"kakaocloud instance.list", "limit", 5, {extra_query = {["a b"] = "ü&"}}, "?limit=5&a%20b=%C3%BC%26", nil},
    {"kakaocloud instance.list", "limit", nil, {extra_query = {a = {1, {b = false}}}},
      "?a%5B0%5D=1&a%5B1%5D%5Bb%5D=false", nil},
    {"kakaocloud instance.list", "limit", nil, {extra_query = {a = instar.null}}, "/instances", nil},
    {"kakaocloud instance.list", "limit", nil, {extra_query = {["a\0b"] = 1}}, "?a%00b=1", nil},
    {"kakaocloud instance.update", "instance", {}, {extra_body = {new = {1}}}, "/x", '{"instance":{},"new":[1]}'},
    {"losant instance.patch", "instance", {}, {extra_body = {new = instar.null}}, "true", '{"new":null}'},
    {"losant instance.patch", "instance", {a = 1}, {extra_body = {new = false}}, "true", '{"a":1,"new":false}'},
    {"losant instance.patch", "instance", instar.null, {extra_body = {new = 1}}, "true", '{"new":1}'},
    {"losant instance.patch", "instance", {a = 1}, {extra_body = {}}, "true", '{"a":1}'},
    {"losant instance.patch", "instance", {}, {extra_body = {["a\0b"] = 1}}, "true", '{"a\\u0000b":1}'},
  } do
    it(("of %s are added: %s%s"):format(row[1], row[5], row[6] or ""), function()
      assert(find(row[1])(arguments_for(row[1], row[2], row[3]), row[4]))
      assert.equal(row[5], sent[1].url:sub(-#row[5]))
      assert.equal(row[6], sent[1].body)
    end)
  end
end)
