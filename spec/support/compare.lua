-- SPDX-License-Identifier: MIT
-- Compares what arrived with what should have: each function returns true, or nil and what differs.

local json = require "spec.support.json"
local uri = require "spec.support.uri"

local compare = {}

local EXACT = 2 ^ 53  -- doubles hold every integer up to here

local function verdict(equal, where, expected, actual)
  if equal then return true end
  return nil, ("%s: expected %s, got %s"):format(where, json.show(expected), json.show(actual))
end

-- Past 2^53 two integers are equal when they are the same double: not every Lua and JSON library holds them exactly.
local function equal_numbers(a, b)
  return a == b or (math.abs(a) >= EXACT and a + 0.0 == b + 0.0)
end

local function equal_scalars(expected, actual)
  if type(expected) == "number" and type(actual) == "number" then return equal_numbers(expected, actual) end
  return expected == actual
end

local same

local function same_array(expected, actual, where, rules)
  for index, value in ipairs(expected) do
    local ok, message = same(value, actual[index], ("%s[%d]"):format(where, index), rules)
    if not ok then return nil, message end
  end
  for key in pairs(actual) do
    if expected[key] == nil then return nil, ("%s: unexpected [%s]"):format(where, json.show(key)) end
  end
  return true
end

-- A null member counts as absent where the rules say so.
local function wanted(value, rules)
  if value == json.null and rules.absent_nulls then return nil end
  return value
end

local function same_object(expected, actual, where, rules)
  for key, value in pairs(expected) do
    local ok, message = same(wanted(value, rules), actual[key], where .. "." .. key, rules)
    if not ok then return nil, message end
  end
  for key, value in pairs(actual) do
    if expected[key] == nil then
      return nil, ("%s: unexpected member %s = %s"):format(where, json.show(key), json.show(value))
    end
  end
  return true
end

same = function(expected, actual, where, rules)
  if expected == json.null then expected = rules.null end
  if type(expected) ~= "table" or type(actual) ~= "table" or expected == rules.null or actual == rules.null then
    return verdict(equal_scalars(expected, actual), where, expected, actual)
  end
  if rules.typed_arrays and json.is_array(expected) ~= json.is_array(actual) then
    return verdict(false, where, expected, actual)
  end
  local walk = json.is_array(expected) and same_array or same_object
  return walk(expected, actual, where, rules)
end

--- Compares two JSON values as decoded by `json.decode`: `[]` is not `{}`, null is not absent, 1 is 1.0.
function compare.json(expected, actual)
  return same(expected, actual, "body", { null = json.null, typed_arrays = true })
end

--- Compares what a call returned with the JSON that was sent: null members are absent, empty tables are alike.
-- @param expected as decoded by `json.decode`
-- @param actual
-- @param null what stands for null inside arrays and at the top
function compare.result(expected, actual, null)
  return same(expected, actual, "result", { null = null, absent_nulls = true })
end

--- Compares two encoded paths segment by segment.
function compare.path(expected, actual)
  local wanted_segments, segments = uri.segments(expected), uri.segments(actual)
  local equal = #wanted_segments == #segments
  for index, segment in ipairs(wanted_segments) do equal = equal and segment == segments[index] end
  return verdict(equal, "path", expected, actual)
end

local function counted(list, counts, step)
  for _, pair in ipairs(list) do
    local key = ("%q = %q"):format(pair[1], pair[2])
    counts[key] = (counts[key] or 0) + step
  end
  return counts
end

--- Compares query pairs as multisets.
-- @tparam table expected decoded pairs that must be there
-- @tparam ?table optional decoded pairs that may be there, once each
-- @tparam table actual decoded pairs
function compare.pairs(expected, optional, actual)
  local counts = counted(expected, counted(actual, {}, 1), -1)
  local allowed = counted(optional or {}, {}, 1)
  for pair, count in pairs(counts) do
    if count < 0 then return nil, ("query: %s is missing, got %s"):format(pair, json.show(actual)) end
    if count > (allowed[pair] or 0) then return nil, ("query: %s is not expected"):format(pair) end
  end
  return true
end

local function occurrences(request, name)
  local count = 0
  for _, pair in ipairs(request.headers) do
    if pair[1]:lower() == name:lower() then count = count + 1 end
  end
  return count
end

--- Compares headers: those expected must be there once, those named absent must not.
-- @tparam table expected values by name
-- @tparam ?table absent names
-- @tparam table request as from `server:requests`
function compare.headers(expected, absent, request)
  for name, value in pairs(expected) do
    local equal = request:header(name) == value and occurrences(request, name) == 1
    if not equal then return verdict(false, "header " .. name, value, request:header(name)) end
  end
  for _, name in ipairs(absent or {}) do
    if request:header(name) then return nil, ("header %s: not expected, got %s"):format(name, request:header(name)) end
  end
  return true
end

local function is_form(headers)
  return headers["content-type"] == "application/x-www-form-urlencoded"
end

--- Compares a request's body.
-- @param expected JSON value; null for no body
-- @tparam table headers expected headers: they tell a form, which stands in `expected.form`
-- @tparam string actual
function compare.body(expected, headers, actual)
  if expected == json.null then return verdict(actual == "", "body", "", actual) end
  if is_form(headers) then return verdict(actual == expected.form, "body", expected.form, actual) end
  local value, message = json.decode(actual)
  if message then return nil, ("body: not JSON (%s): %s"):format(message, json.show(actual)) end
  return compare.json(expected, value)
end

--- Compares a whole request.
-- @tparam table expected {method, path, query, optional_query, headers, absent_headers, body}
-- @tparam table request as from `server:requests`
function compare.request(expected, request)
  if not request.complete then return nil, "the request was cut off: " .. json.show(request) end
  if not uri.is_legal(request.target) then return nil, "target: not legal in a URL: " .. request.target end
  local ok, message = verdict(request.method == expected.method, "method", expected.method, request.method)
  if ok then ok, message = compare.path(expected.path, request.path) end
  if ok then ok, message = compare.pairs(expected.query, expected.optional_query, request.query) end
  if ok then ok, message = compare.headers(expected.headers, expected.absent_headers, request) end
  if ok then ok, message = compare.body(expected.body, expected.headers, request.body) end
  return ok, message
end

return compare
