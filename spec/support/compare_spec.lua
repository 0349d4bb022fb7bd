-- SPDX-License-Identifier: MIT
-- Comparing what arrived with what should have: likeness is found, and so is every difference.

local compare = require "spec.support.compare"
local json = require "spec.support.json"
local raw = require "spec.support.raw"
local server = require "spec.support.server".start()

local function decode(text)
  local value, message = json.decode(text)
  assert.is_nil(message)
  return value
end

describe("comparing JSON", function()
  local alike = {
    { "1", "1.0" }, { "-0.0", "0" }, { "9007199254740993", "9007199254740992" }, { '"\\u00fc"', '"ü"' },
    { '[1,{"a":null}]', ' [1, {"a": null}] ' }, { '{"a":1,"b":2}', '{"b":2,"a":1}' },
  }
  for _, row in ipairs(alike) do
    it("finds " .. row[1] .. " and " .. row[2] .. " alike", function()
      assert(compare.json(decode(row[1]), decode(row[2])))
    end)
  end

  local unlike = {
    { "1", "2" }, { "1", '"1"' }, { "null", "0" }, { "4503599627370497", "4503599627370496" },
    { "[]", "{}" }, { "{}", "[]" }, { "[1]", "[1,2]" }, { "[1,2]", "[1]" }, { "[null]", "[]" }, { "[1]", '{"1":1}' },
    { '{"a":1}', "{}" }, { "{}", '{"a":1}' }, { '{"a":null}', "{}" }, { "{}", '{"a":null}' },
    { '{"a":[{"b":1}]}', '{"a":[{"b":2}]}' },
  }
  for _, row in ipairs(unlike) do
    it("finds " .. row[1] .. " and " .. row[2] .. " unlike", function()
      local ok, message = compare.json(decode(row[1]), decode(row[2]))
      assert.is_nil(ok)
      assert.matches("^body", message)
    end)
  end

  it("says where the difference is", function()
    local _, message = compare.json(decode('{"a":[1,{"b":1}]}'), decode('{"a":[1,{"b":[2]}]}'))
    assert.equal("body.a[2].b: expected 1, got [2]", message)
  end)

  it("takes no text for JSON that is not", function()
    for _, text in ipairs { "", "[1 2]", "[1,]", "{}x", "[NaN]", "'a'" } do assert.is_nil((json.decode(text))) end
  end)
end)

describe("comparing results", function()
  local null = setmetatable({}, { __tostring = function() return "null" end })

  -- JSON that was sent, what a call made of it, whether that is right
  local rows = {
    { '{"a":1,"b":null}', { a = 1 }, true }, { '{"a":null}', { a = null }, nil }, { '{"a":1}', {}, nil },
    { "[1,null]", { 1, null }, true }, { "[1,null]", { 1 }, nil }, { "[1]", { 1, x = 2 }, nil },
    { "[]", {}, true }, { "{}", {}, true }, { "{}", null, nil }, { "[]", { 1 }, nil }, { '{"1":1}', { 1 }, nil },
    { '{"a":{"b":[1]}}', { a = { b = { 1 } } }, true }, { '{"a":{"b":[1]}}', { a = { b = { 2 } } }, nil },
    { "null", null, true }, { "false", false, true }, { "false", nil, nil }, { '"1"', 1, nil },
  }
  for index, row in ipairs(rows) do
    it(("judges case %d, %s"):format(index, row[1]), function()
      assert.equal(row[3], (compare.result(decode(row[1]), row[2], null)))
    end)
  end
end)

describe("comparing parts of a request", function()
  local paths = {
    { "/a+b", "/a%2Bb", true }, { "/%C3%BC", "/%c3%bc", true }, { "/", "/", true }, { "/a/b", "/a%2fb" },
    { "/a", "/a/" }, { "/a%2541", "/aA" }, { "/a+b", "/a%20b" }, { "/a/b", "/a" }, { "/a", "/a/b" },
  }
  for _, row in ipairs(paths) do
    it("judges path " .. row[2] .. " against " .. row[1], function()
      assert.equal(row[3], (compare.path(row[1], row[2])))
    end)
  end

  it("judges query pairs as multisets", function()
    local a, b = { "a", "1" }, { "b", "2" }
    assert(compare.pairs({ a, b }, nil, { b, a }))
    assert(compare.pairs({ a }, { b }, { a }))
    assert(compare.pairs({ a }, { b }, { b, a }))
    assert.is_nil((compare.pairs({ a, a }, nil, { a })))
    assert.is_nil((compare.pairs({ a }, nil, { a, a })))
    assert.is_nil((compare.pairs({ a }, { b }, { a, b, b })))
    assert.is_nil((compare.pairs({ a }, {}, { a, b })))
    assert.is_nil((compare.pairs({ { "a=b", "c" } }, nil, { { "a", "b=c" } })))
  end)

  it("takes forms by the byte, and no body for none", function()
    local form = { ["content-type"] = "application/x-www-form-urlencoded" }
    assert(compare.body({ form = "a=1" }, form, "a=1"))
    assert.is_nil((compare.body({ form = "a=1" }, form, "a=%31")))
    assert(compare.body(json.null, {}, ""))
    assert.is_nil((compare.body(json.null, {}, "null")))
  end)
end)

describe("comparing a whole request", function()
  local expected = {
    method = "PUT", path = "/a%20b", query = { { "q", "1" } }, headers = { ["content-type"] = "t" },
    absent_headers = { "x-no" }, body = decode('{"a":[]}'),
  }
  local request = 'PUT /a%20b?q=1 HTTP/1.1\r\nContent-Type: t\r\nContent-Length: 8\r\n\r\n{"a":[]}'

  local function received(bytes)
    server:reset()
    server:queue { close = true }
    local sock = raw.send(server, bytes)
    sock:shutdown("send")
    raw.read_all(sock)
    server:wait { requests = 1 }
    return server:only_request()
  end

  it("finds it as expected", function()
    assert(compare.request(expected, received(request)))
  end)

  -- a pattern in the request, what stands there instead, what the comparison says
  local rows = {
    { "PUT", "POST", '^method: expected "PUT", got "POST"' },
    { "%%20", "%%21", "^path" },
    { "%%20", '"', "^target: not legal" },
    { "%%20", "%%2g", "^target: not legal" },
    { "q=1", "q=2", "^query" },
    { ": t", ": u", '^header content%-type: expected "t", got "u"' },
    { "Content%-Type: t\r\n", "", '^header content%-type: expected "t", got nothing' },
    { "Content%-Type: t\r\n", "%0%0", '^header content%-type: expected "t", got "t, t"' },
    { "Content%-Type: t\r\n", "%0X-No:\r\n", "^header x%-no: not expected" },
    { "%[%]}", "{}}", "^body.a" },
    { "%[%]}", "[,}", "^body: not JSON" },
    { "Length: 8", "Length: 9", "^the request was cut off" },
  }
  for _, row in ipairs(rows) do
    it(("finds %s instead of %s"):format(row[2], row[1]), function()
      local ok, message = compare.request(expected, received((request:gsub(row[1], row[2], 1))))
      assert.is_nil(ok)
      assert.matches(row[3], message)
    end)
  end
end)
