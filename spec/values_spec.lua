-- SPDX-License-Identifier: MIT
-- From an answer to Lua values: JSON, blanks, text, and the response table.

local instar = require "instar"
local server = require "spec.support.server".start()

local answer

local function transport()
  return answer
end

local function client(service)
  return instar[service]{token = "t", retries = 0, transport = transport,
    base_url = service == "acronis" and "https://a.example/api/2" or nil}
end

--- Calls an operation that promises JSON, one that promises none, or a request, with this body as the answer.
local calls = {
  json = function() return client("losant").instance.get("x") end,
  other = function() return client("kakaocloud").instance.delete("x") end,
  request = function() return client("losant"):request{path = "/x"} end,
}

local function answered(call, body, headers)
  answer = {status = 200, headers = headers, body = body}
  return calls[call]()
end

local math_type = math.type -- luacheck: ignore 143

describe("a JSON answer", function()
  -- The body, what it becomes.
  for body, expected in pairs{
    ["{}"] = {}, ["[]"] = {}, ["[[],{}]"] = {{}, {}}, ['"text"'] = "text", ['""'] = "", ["true"] = true, ["0"] = 0,
    ["null"] = instar.null, [" \r\n\t[1] \n"] = {1},
    ['{"a": null, "b": {"c": null}}'] = {b = {}},
    ['[null, 1, null]'] = {instar.null, 1, instar.null},
    ['{"a": [null, {"b": null}]}'] = {a = {instar.null, {}}},
    ['{"a": false, "b": [false, true]}'] = {a = false, b = {false, true}},
    ['{"new": {"member": ["never", "seen"]}, "status": "a new state"}'] =
      {new = {member = {"never", "seen"}}, status = "a new state"},
    ['{"1": "a", "2": "b"}'] = {["1"] = "a", ["2"] = "b"},
    ['["\\u00fc\\u20ac\\ud83d\\ude00 ü€😀 \\" \\\\ \\/ \\n \\u0000"]'] = {'ü€😀 ü€😀 " \\ / \n \0'},
    ['{"ü": 1, "": 2}'] = {["ü"] = 1, [""] = 2},
  } do
    it("becomes a Lua value: " .. body, function()
      local value, response = answered("json", body)
      assert.same(expected, value)
      assert.equal(200, response.status)
    end)
  end

  -- A number, the value, and whether it is an integer where the Lua has them.
  for _, row in ipairs{
    {"0", 0, true}, {"-0", 0, true}, {"1", 1, true}, {"-1", -1, true}, {"1.0", 1, true}, {"1e3", 1000, true},
    {"1465790400000", 1465790400000, true}, {"1.465790400000e12", 1465790400000, true},
    {"9007199254740991", 2 ^ 53 - 1, true}, {"9007199254740992", 2 ^ 53, true}, {"-9007199254740992", -2 ^ 53, true},
    {"0.5", 0.5, false}, {"-1.25", -1.25, false}, {"1e-7", 1e-7, false}, {"0.1", 0.1, false}, {"1e300", 1e300, false},
    {"-1e300", -1e300, false}, {"1.7976931348623157e308", 1.7976931348623157e308, false}, {"5e-324", 5e-324, false},
  } do
    it("holds exact numbers: " .. row[1], function()
      local value = answered("json", ('{"a": {"b": [%s]}, "c": %s}'):format(row[1], row[1]))
      local alone = answered("json", row[1])
      for _, number in ipairs{value.a.b[1], value.c, alone} do
        assert.equal(row[2], number)
        local kind = row[3] and "integer" or "float"
        if math_type then assert.equal(kind, math_type(number)) end
      end
    end)
  end

  it("has the nearest double for what no double holds", function()
    assert.equal(2 ^ 53 + 2, answered("json", "[9007199254740994]")[1] + 0.0)
  end)

  it("is tidied however deep it is", function()
    local value = answered("json", ("["):rep(500) .. '{"a": null, "b": 1.0}' .. ("]"):rep(500))
    for _ = 1, 500 do value = value[1] end
    assert.same({b = 1}, value)
  end)

  it("goes out again as it came", function()
    local text = '{"emails":["a",null,{"b":[1,2.5]}],"n":1465790400000}'
    local value = answered("json", text)
    local prepared = client("losant").instance.patch:prepare("x", {instance = {wrapped = value}})
    answer = {status = 200, body = prepared.body}
    assert.same(value, calls.json().wrapped)
  end)

  it("may have any content type, or none", function()
    for _, kind in ipairs{"text/html", "application/octet-stream", "application/problem+json", ""} do
      assert.same({a = 1}, (answered("json", '{"a": 1}', {["Content-Type"] = kind})))
    end
    local _, _, err = answered("json", "<html>", {["Content-Type"] = "application/json"})
    assert.equal("decode", err.kind)
  end)
end)

describe("a blank answer", function()
  for _, body in ipairs{"", " ", "\r\n", "\t \n"} do
    for call in pairs(calls) do
      it(("of %d bytes is true (%s)"):format(#body, call), function()
        assert.is_true((answered(call, body)))
      end)
    end
  end

  it("of 204 is true", function()
    answer = {status = 204}
    assert.is_true((calls.other()))
    assert.is_true((calls.json()))
  end)
end)

describe("what is no JSON", function()
  local texts = {"OK", "<html></html>", '{"a": 1', '{"a": 1}x', "{'a': 1}", "[1,]", "nul", "NaN", "-Infinity", "1 2",
    "\0", "\255", '{"a": 01}', "+1", "0x10"}

  for _, text in ipairs(texts) do
    it("is a decode error that carries it: " .. text:gsub("%c", "?"), function()
      local body, message, err = answered("json", text, {["X-Request-Id"] = "r-1", ["X-A"] = "b"})
      assert.is_nil(body)
      assert.is_truthy(message:find("losant instance.get", 1, true))
      assert.same({"decode", text, 200, "yes", "b", "r-1", false},
        {err.kind, err.body, err.status, err.sent, err.headers["x-a"], err.request_id, err.retryable})
    end)

    it("is a string where none is promised: " .. text:gsub("%c", "?"), function()
      assert.equal(text, (answered("other", text)))
      assert.equal(text, (answered("request", text)))
    end)
  end

  it("does not include JSON where none is promised", function()
    assert.same({a = 1}, (answered("other", '{"a": 1}')))
    assert.equal(instar.null, (answered("other", "null")))
  end)

  for call in pairs(calls) do
    it("is a lone false: decode error of " .. call, function()
      local body, _, err = answered(call, "false")
      assert.is_nil(body)
      assert.same({"decode", "false"}, {err.kind, err.body})
    end)
  end
end)

describe("the response table", function()
  before_each(function() server:reset() end)

  it("tells status, headers in lower case, attempts and seconds", function()
    server:queue{status = 202, delay = 0.02, body = "{}", headers = {
      {"X-CASED", "Value"}, {"x-repeated", "a"}, {"X-Repeated", "b, c"}, {"X-Repeated", ""}, {"X-Spaces", "  a b \t"},
      {"X-Empty", ""}, {"Set-Cookie", "a=1; b"},
    }}
    local kakao = instar.kakaocloud{token = "t", base_url = server:url("http")}
    local body, response, third = kakao.instance.get("x")
    assert.same({}, body)
    assert.is_nil(third)
    local headers = response.headers
    assert.same({202, 1}, {response.status, response.attempts})
    assert.same({"Value", "a, b, c, ", "a b", "", "a=1; b"}, {headers["x-cased"], headers["x-repeated"],
      headers["x-spaces"], headers["x-empty"], headers["set-cookie"]})
    assert.is_nil(headers["X-CASED"])
    assert.is_true(response.seconds >= 0.02 and response.seconds < 10)
    if math_type then assert.equal("integer", math_type(response.status)) end
  end)

  it("has the final headers only", function()
    server:queue{informational = {{status = 103, headers = {{"X-Early", "1"}}}}, body = "{}", headers = {["X-A"] = "1"}}
    local kakao = instar.kakaocloud{token = "t", base_url = server:url("http")}
    local _, response = assert(kakao.instance.get("x"))
    assert.same({200, nil, "1"}, {response.status, response.headers["x-early"], response.headers["x-a"]})
  end)
end)

describe("the program's own cjson", function()
  it("keeps its settings, and instar's ways do not depend on them", function()
    local cjson = require "cjson"
    local before = cjson.decode_invalid_numbers()
    cjson.decode_invalid_numbers(true)
    cjson.decode_max_depth(5)
    local value = answered("json", "[[[[[[[[1]]]]]]]]")
    local _, _, err = answered("json", "[NaN]")
    local kept = {cjson.decode_invalid_numbers(), cjson.decode_max_depth()}
    cjson.decode_invalid_numbers(before)
    cjson.decode_max_depth(1000)
    assert.same({{{{{{{{1}}}}}}}}, value)
    assert.equal("decode", err.kind)
    assert.same({true, 5}, kept)
  end)
end)
