-- SPDX-License-Identifier: MIT
-- Replaying a vector: a library that does as recorded passes, and one that does not is told what it did.

local json = require "spec.support.json"
local raw = require "spec.support.raw"
local replay = require "spec.support.replay"
local server = require "spec.support.server".start()

local null = setmetatable({}, { __tostring = function() return "null" end })
local REQUEST = "PUT /api/2/reports/r%201 HTTP/1.1\r\nAuthorization: Bearer t\r\nContent-Length: 7\r\n\r\n"

-- A library whose one operation sends nothing but `bytes`, so often, and returns what `returned` does.
local function library(bytes, times, returned)
  local function update(args)
    for _ = 1, times do
      local sock = raw.send(server, bytes)
      sock:receive("*l")
      sock:close()
    end
    return returned(args)
  end
  return {
    null = null,
    array = function(list) return list end,
    acronis = function() return { report = { update = update }, close = function() end } end,
  }
end

local function vector(response, result)
  return {
    id = "acronis/report.update/x", operation = "report.update", client = { token = "t" },
    args = { report_id = "r 1", a = 1 },
    request = { method = "PUT", path = "/api/2/reports/r%201", query = {},
      headers = { authorization = "Bearer t" }, body = { a = 1 } },
    response = response, result = result,
  }
end

local function values(first, second, third)
  return function() return first, second, third end
end

local function failed(fields)
  return values(nil, "it failed", fields)
end

local ok_response = { status = 200, headers = {}, body = '{"b":[null]}' }
local bad_response = { status = 404, headers = {}, body = '{"error":{"code":7,"message":"no"}}' }
local right = { b = { null } }
local as_json = { json = json.decode(ok_response.body) }
local as_bytes = { bytes = { length = 3, sha256 = server:sha256("abc") } }
local as_error = { http_error = { status = 404, code = 7, message = "no", body = bad_response.body } }
local as_error_401 = { http_error = { status = 401, body = "" } }

local function err(changes)
  local fields = { kind = "http", status = 404, code = 7, message = "no", body = bad_response.body }
  for name, value in pairs(changes or {}) do fields[name] = value end
  return fields
end

-- What pcall returned, and the pattern its message should have had; nil where there was nothing to find.
local function assert_verdict(pattern, ok, message)
  if not pattern then return assert(ok, message) end
  assert.is_false(ok)
  assert.matches(pattern, message)
end

describe("replaying an exchange", function()
  -- the answer, what is recorded as the result, what the call returns, what is wrong with that if anything
  local rows = {
    { ok_response, as_json, values(right, { status = 200 }) },
    { ok_response, as_json, values({ b = {} }, { status = 200 }), "result.b%[1%]" },
    { ok_response, as_json, values(right, { status = 201 }), "response.status: expected 200, got 201" },
    { ok_response, as_json, values(right), "response.status: expected 200, got nil" },
    { ok_response, as_json, failed(err()), "the call failed: it failed" },
    { { status = 204, headers = {} }, { empty = true }, values(true, { status = 204 }) },
    { { status = 204, headers = {} }, { empty = true }, values({}, { status = 204 }), "an empty answer gives true" },
    { ok_response, { text = "a" }, values("a", { status = 200 }) },
    { ok_response, { text = "a" }, values("b", { status = 200 }), 'expected the text "a", got "b"' },
    { ok_response, as_bytes, values("abc", { status = 200 }) },
    { ok_response, as_bytes, values("abd", { status = 200 }), "not those expected" },
    { ok_response, as_bytes, values("abcd", { status = 200 }), "expected 3 bytes, got 4" },
    { ok_response, { decode_error = true }, failed { kind = "decode" } },
    { ok_response, { decode_error = true }, failed { kind = "http" }, 'err.kind: expected "decode", got "http"' },
    { ok_response, { decode_error = true }, values(right), "the call should have failed" },
    { bad_response, as_error, failed(err()) },
    { bad_response, as_error, failed(err { kind = "auth" }), "err.kind" },
    { bad_response, as_error, failed(err { status = 400 }), "err.status: expected 404, got 400" },
    { bad_response, as_error, failed(err { code = "7" }), 'err.code: expected 7, got "7"' },
    { bad_response, as_error, failed(err { message = "yes" }), "err.message" },
    { bad_response, as_error, failed(err { body = "" }), "err.body" },
    { bad_response, as_error, values(nil, "it failed"), "no error object" },
    { bad_response, as_error, values(nil, nil, err()), "not a message but nothing" },
    { bad_response, as_error_401, failed { kind = "auth", status = 401, message = "refused", body = "" } },
    { bad_response, as_error_401, failed { kind = "http", status = 401, message = "refused", body = "" }, "err.kind" },
    { bad_response, as_error_401, failed { kind = "auth", status = 401, body = "" }, "not a sentence" },
    { ok_response, { surprise = true }, values(right), "unknown kind of result" },
  }
  for index, row in ipairs(rows) do
    it(("judges case %d: %s"):format(index, row[4] or "right"), function()
      local instar = library(REQUEST .. '{"a":1}', 1, row[3])
      assert_verdict(row[4], pcall(replay.run, instar, "acronis", vector(row[1], row[2]), server))
    end)
  end

  local requests = {
    { REQUEST .. '{"a":2}', 1, "body.a: expected 1, got 2" },
    { REQUEST .. '{"a":1}', 2, "expected one request, the test peer received 2" },
    { "", 0, "expected one request, the test peer received 0" },
  }
  for _, row in ipairs(requests) do
    it("looks at what was sent: " .. row[3], function()
      local instar = library(row[1], row[2], values(right, { status = 200 }))
      assert_verdict(row[3], pcall(replay.run, instar, "acronis", vector(ok_response, as_json), server))
    end)
  end

  it("sends a client where the service is", function()
    local given
    local instar = { kakaocloud = function(options) given = options error("enough", 0) end }
    local example = vector(ok_response, as_json)
    example.client = { token = "t", api_version = false, trailing_slash = true }
    pcall(replay.run, instar, "kakaocloud", example, server)
    local root = server:url("http")
    assert.same({ base_url = root .. "/", iam_url = root, token = "t", api_version = false, retries = 0 }, given)
    instar.acronis = instar.kakaocloud
    pcall(replay.run, instar, "acronis", vector(ok_response, as_json), server)
    assert.same({ base_url = root .. "/api/2", router_url = root, token = "t", retries = 0 }, given)
  end)

  it("gives arguments as a caller would", function()
    local array = {}
    local instar = { null = null, array = function(list) return setmetatable(list, array) end }
    local given = replay.argument(json.decode('{"a":[],"b":{"c":null},"d":[null,1],"e":{}}'), instar)
    assert.same({ a = {}, b = { c = null }, d = { null, 1 }, e = {} }, given)
    assert.equal(array, getmetatable(given.a))
    assert.equal(null, given.b.c)
    assert.is_nil(getmetatable(given.e))
  end)
end)

describe("replaying a refusal", function()
  local function crash() return ({})[1][1] end
  local function raise(value) return function() error(value, 0) end end
  local rows = {
    { raise("report.update: report_id is missing"), 0 },
    { failed { kind = "auth" }, 0 },
    { failed { kind = "http" }, 0, 'err.kind: expected "auth"' },
    { values(right), 0, "the call should have failed" },
    { crash, 0, "a crash, no refusal" },
    { raise({}), 0, "misuse raises a string" },
    { raise("late"), 1, "something was sent" },
  }
  for index, row in ipairs(rows) do
    it(("judges case %d: %s"):format(index, row[3] or "right"), function()
      local instar = library(REQUEST .. '{"a":1}', row[2], row[1])
      assert_verdict(row[3], pcall(replay.run, instar, "acronis", vector(nil, { refused = true }), server))
    end)
  end

  it("may come from the constructor", function()
    local instar = { acronis = raise("token: a line break in a header") }
    replay.run(instar, "acronis", vector(nil, { refused = true }), server)
    instar.acronis = crash
    assert.is_false((pcall(replay.run, instar, "acronis", vector(nil, { refused = true }), server)))
  end)
end)
