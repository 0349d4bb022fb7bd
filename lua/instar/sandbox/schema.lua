-- SPDX-License-Identifier: MIT
-- Checking values against the descriptions in the table of operations.

local calendar = require "instar.sandbox.calendar"
local json = require "instar.sandbox.json"

local schema = {}

local function is_number(value)
  return type(value) == "number" and value - value == 0
end

local tests = {
  any = function() return true end,
  array = function(value) return type(value) == "table" and (next(value) == nil or value[1] ~= nil) end,
  boolean = function(value) return type(value) == "boolean" end,
  integer = function(value) return is_number(value) and value % 1 == 0 end,
  list = function(value) return type(value) == "table" end,
  number = is_number,
  object = function(value) return type(value) == "table" and value[1] == nil end,
  string = function(value) return type(value) == "string" end,
}

local formats = {
  date = function(text) return calendar.parse(text .. "T00:00:00Z") end,
  ["date-time"] = calendar.parse,
  email = function(text) return text:find("^[^@%s]+@[^@%s]+$") end,
  hex24 = function(text) return #text == 24 and not text:find("%X") end,
  uri = function(text) return text:find("^%a[%w+.-]*:.") end,
  uuid = function(text) return text:gsub("%x", "h"):find("^hhhhhhhh%-hhhh%-hhhh%-hhhh%-hhhhhhhhhhhh$") end,
}

-- Numbers have their value, strings their characters, arrays their items.
local function measure(value)
  if type(value) == "string" then
    return select(2, value:gsub("[^\128-\191]", "")), " characters"
  end
  return type(value) == "table" and #value or value, type(value) == "table" and " items" or ""
end

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

-- Each says what is wrong with a value of the right type, or nothing.
local rules = {
  values = function(node, value)
    return not contains(node.values, value) and "must be one of " .. table.concat(node.values, ", ")
  end,
  min = function(node, value)
    local size, unit = measure(value)
    return size < node.min and ("must be at least %d%s"):format(node.min, unit)
  end,
  max = function(node, value)
    local size, unit = measure(value)
    return size > node.max and ("must be at most %d%s"):format(node.max, unit)
  end,
  format = function(node, value)
    return not formats[node.format](value) and "must be a valid " .. node.format
  end,
}

local rule_order = { "values", "min", "max", "format" }

--- A report that collects problems.
-- @treturn table `problems` rows are `{path = {place, name or position from 0, …}, kind, text, expected}`
function schema.report()
  return { path = {}, problems = {} }
end

--- Add a problem at the report's path.
-- @tparam string kind `type`, `null`, `missing`, `unknown`, `media`, `syntax`, `values`, `min`, `max` or `format`
-- @tparam string text what is wrong, to stand after the path
-- @tparam[opt] string expected the type that is wanted
function schema.add(report, kind, text, expected)
  local path = json.array()
  for index, step in ipairs(report.path) do
    path[index] = step
  end
  report.problems[#report.problems + 1] = { path = path, kind = kind, text = text, expected = expected }
end

--- Run a check one step further down the path.
-- @return what the check returns
function schema.at(report, step, check, ...)
  local depth = #report.path + 1
  report.path[depth] = step
  local result = check(report, ...)
  report.path[depth] = nil
  return result
end

--- Check a member or argument that may be absent.
function schema.check_optional(report, node, value)
  if value ~= nil then
    schema.check(report, node, value)
  elseif node.required then
    schema.add(report, "missing", "is required")
  end
end

--- Report the members of an object that are not among the known ones.
-- @tparam table object
-- @tparam table known true by name
function schema.refuse_unknown(report, object, known)
  local names = {}
  for name in pairs(object) do
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    if not known[name] then
      schema.at(report, name, schema.add, "unknown", "is not allowed")
    end
  end
end

--- Check the members of an object.
-- @tparam table members nodes with names
-- @tparam boolean closed whether others are refused
function schema.check_members(report, members, object, closed)
  local known = {}
  for _, member in ipairs(members) do
    known[member.name] = true
    schema.at(report, member.name, schema.check_optional, member, object[member.name])
  end
  if closed then
    schema.refuse_unknown(report, object, known)
  end
end

local function check_inside(report, node, value)
  if node.members then
    schema.check_members(report, node.members, value, node.closed)
  end
  for index = 1, node.items and #value or 0 do
    schema.at(report, index - 1, schema.check, node.items, value[index])
  end
  for name, item in pairs(node.map and value or {}) do
    schema.at(report, name, schema.check, node.map, item)
  end
end

local function check_rules(report, node, value)
  for _, kind in ipairs(rule_order) do
    local text = node[kind] ~= nil and rules[kind](node, value)
    if text then
      schema.add(report, kind, text)
    end
  end
end

--- Check a value against a node. Arrays among the values are marked as such.
function schema.check(report, node, value)
  if value == json.null then
    if not node.nullable then
      schema.add(report, "null", "must not be null")
    end
  elseif not tests[node.type](value) then
    schema.add(report, "type", "must be of type " .. node.type, node.type)
  else
    if node.type == "array" then
      json.array(value)
    end
    check_rules(report, node, value)
    check_inside(report, node, value)
  end
end

--- A problem's place as text, such as `instance.volumes[0].size`.
function schema.place(problem)
  local parts = {}
  for index = 2, #problem.path do
    local step = problem.path[index]
    parts[#parts + 1] = type(step) == "number" and ("[%d]"):format(step) or (index > 2 and "." or "") .. step
  end
  return #parts > 0 and table.concat(parts) or problem.path[1]
end

return schema
