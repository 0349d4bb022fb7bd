-- SPDX-License-Identifier: MIT
-- From Lua values to JSON bodies: empty tables by contract, arrays, strings, numbers.

local cjson = require "cjson"
local compare = require "spec.support.compare"
local instar = require "instar"
local json = require "spec.support.json"

local function client(service)
  return instar[service]{token = "t", base_url = service == "acronis" and "https://a.example/api/2" or nil}
end

local needed = {
  ["losant instance.patch"] = {instanceId = "x"}, ["losant instance.generate_report"] = {instanceId = "x"},
  ["acronis report.update"] = {report_id = "x"}, ["kakaocloud instance.update"] = {instance_id = "x"},
}

--- The body that an operation would send.
local function body_of(label, arguments, options)
  local service, resource, action = label:match("^(%S+) (.+)%.(.+)$")
  local all = {}
  for _, list in ipairs{needed[label] or {}, arguments} do
    for name, value in pairs(list) do all[name] = value end
  end
  return client(service)[resource][action]:prepare(all, options).body
end

--- The text that a value becomes as the body of Losant's patch.
local function text_of(value)
  return body_of("losant instance.patch", {instance = value})
end

describe("an empty table", function()
  -- Operation, arguments, the body.
  for _, row in ipairs{
    {"losant instance.patch", {instance = {}}, "{}"},
    {"losant instance.patch", {instance = {reportConfigs = {}}}, '{"reportConfigs": []}'},
    {"losant instance.patch", {instance = {reportConfigs = {{}}}}, '{"reportConfigs": [{}]}'},
    {"losant instance.patch", {instance = {reportConfigs = {{cron = "c", emails = {}}, {emails = {}}}}},
      '{"reportConfigs": [{"cron": "c", "emails": []}, {"emails": []}]}'},
    {"losant instance.patch", {instance = {reportConfigs = {{emails = {{}}}}}},
      '{"reportConfigs": [{"emails": [{}]}]}'},
    {"losant instance.patch", {instance = {orgDefaultLimitConfig = {}, emails = {}}},
      '{"orgDefaultLimitConfig": {}, "emails": {}}'},
    {"losant instance.generate_report", {options = {}}, "{}"},
    {"kakaocloud instance.create", {instance = {}}, '{"instance": {}}'},
    {"kakaocloud instance.create", {instance = {subnets = {}, volumes = {}, security_groups = {}, new = {}}},
      '{"instance": {"subnets": [], "volumes": [], "security_groups": [], "new": {}}}'},
    {"kakaocloud instance.create", {instance = {subnets = {{}}}}, '{"instance": {"subnets": [{}]}}'},
    {"kakaocloud instance.update", {instance = {volumes = {}}}, '{"instance": {"volumes": {}}}'},
    {"kakaocloud token.issue", {auth = {identity = {methods = {}, password = {}}}},
      '{"auth": {"identity": {"methods": [], "password": {}}}}'},
    {"acronis report.update", {recipients = {}, parameters = {}, schedule = {}},
      '{"recipients": [], "parameters": {}, "schedule": {}}'},
  } do
    it(("goes out as the contract says: %s, %s"):format(row[1], row[3]), function()
      assert(compare.json(json.decode(row[3]), json.decode(body_of(row[1], row[2]))))
    end)
  end

  -- A value made with instar.array, the text.
  for _, row in ipairs{
    {instar.array{}, "[]"}, {{instar.array{}}, "[[]]"}, {{a = instar.array{}}, '{"a":[]}'},
    {{orgDefaultLimitConfig = instar.array{}}, '{"orgDefaultLimitConfig":[]}'}, {instar.array{1, "a"}, '[1,"a"]'},
    {instar.array{instar.array{}}, "[[]]"}, {instar.array{{}}, "[{}]"},
  } do
    it("is forced to be an array by instar.array: " .. row[2], function()
      assert.equal(row[2], text_of(row[1]))
    end)
  end

  it("in an option's members is an object, or what instar.array says", function()
    local options = {extra_body = {a = {}}}
    assert.equal('{"recipients":[],"a":{}}', body_of("acronis report.update", {recipients = {}}, options))
    options.extra_body.a = instar.array{}
    assert.equal('{"recipients":[],"a":[]}', body_of("acronis report.update", {recipients = {}}, options))
  end)
end)

describe("instar.array", function()
  it("gives the same table, of which nothing can be seen but the mark", function()
    local list = {1, 2}
    assert.equal(list, instar.array(list))
    assert.same({1, 2}, list)
    assert.equal(2, #list)
    assert.equal(list, instar.array(instar.array(list)))
  end)

  for _, value in ipairs{"text", 5, true, instar.null} do
    it("takes no " .. type(value), function()
      local call = function() instar.array(value) end
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.is_truthy(message:find("^[^:]*json_spec.lua:%d+: instar.array: "), message)
    end)
  end
end)

describe("a value", function()
  -- A value, its text.
  for _, row in ipairs{
    {true, "true"}, {false, "false"}, {{false}, "[false]"}, {{a = instar.null}, '{"a":null}'},
    {{instar.null, 1, instar.null}, "[null,1,null]"}, {"", '""'}, {{[""] = ""}, '{"":""}'},
    {{["1"] = "a"}, '{"1":"a"}'},
    {"ü€😀", '"ü€😀"'}, {{["ü"] = 1}, '{"ü":1}'}, {'"\\/', '"\\"\\\\/"'},
    {0, "0"}, {1, "1"}, {-1, "-1"}, {1e3, "1000"}, {1465790400000, "1465790400000"}, {2 ^ 53, "9007199254740992"},
    {-2 ^ 53, "-9007199254740992"}, {1e15, "1000000000000000"}, {0.5, "0.5"}, {0.1, "0.1"}, {-1.25, "-1.25"},
  } do
    it("becomes " .. row[2], function()
      assert.equal(row[2], text_of(row[1]))
    end)
  end

  it("may be nested 99 deep", function()
    local value = 1
    for _ = 1, 99 do value = {value} end
    assert.equal(("["):rep(99) .. "1" .. ("]"):rep(99), text_of(value))
  end)
end)

describe("a string", function()
  it("of any character arrives, as a value and as a name", function()
    for byte = 0, 127 do
      local text = "a" .. string.char(byte) .. "b"
      local encoded = text_of{[text] = text}
      assert.is_nil(encoded:find("[%z\1-\31]"), "a control character goes out raw")
      assert.same({[text] = text}, cjson.decode(encoded))
    end
  end)

  it("that is long arrives", function()
    local text = ("0123456789\n"):rep(100000)
    assert.equal(text, cjson.decode(text_of{text})[1])
  end)
end)

describe("a number", function()
  local exact = {0.1, 1 / 3, 2 / 3, -1e300, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, 1e16, 1e21, 2 ^ 63,
    2 ^ 64, -2 ^ 63, 123456789012345680000, 1e-7, 1.5e-5, 4.35, 0.1 + 0.2, -0.0}
  math.randomseed(20)
  for _ = 1, 2000 do table.insert(exact, (math.random() - 0.5) * 10 ^ math.random(-300, 300)) end

  it("reads back as the same number", function()
    for _, number in ipairs(exact) do
      local text = text_of{number}:match("^%[(.*)%]$")
      assert.is_truthy(text:find("^%-?%d+%.?%d*e?[+-]?%d*$"), text)
      assert.equal(number, tonumber(text) + 0.0)
      assert.equal(number, cjson.decode("[" .. text .. "]")[1] + 0.0)
    end
  end)

  it("that is an integer keeps all digits where the Lua has them", function()
    local least, most = math.mininteger, math.maxinteger -- luacheck: ignore 143
    if not most then least, most = -2 ^ 53, 2 ^ 53 end
    assert.equal(("[%d,%d,%d]"):format(least, most, most - 1), text_of{least, most, most - 1})
  end)
end)

describe("a table's metatable", function()
  it("is not asked", function()
    local function fail() error("called") end
    local strange = setmetatable({a = 1}, {__index = fail, __len = fail, __pairs = fail, __tostring = fail})
    assert.equal('{"a":1}', text_of(strange))
  end)
end)
