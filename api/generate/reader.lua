-- SPDX-License-Identifier: MIT
-- Reads one description and reports everything in it that the format does not allow.

local json = require "cjson"
local format = require "generate.format"
local rules = require "generate.rules"

local reader = {}

local check_value, check_object

local function is_array(value)
  if type(value) ~= "table" then return false end
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  return count == #value
end

local function all_strings(value)
  for _, item in pairs(value) do
    if type(item) ~= "string" then return false end
  end
  return true
end

local function is_integer(value)
  return type(value) == "number" and value % 1 == 0
end

local function is_line(value)
  return type(value) == "string" and not value:find("[%c]")
end

local simple = {
  string = is_line,
  boolean = function(value) return type(value) == "boolean" end,
  integer = is_integer,
  scalar = function(value) return is_line(value) or type(value) == "boolean" or type(value) == "number" end,
  strings = function(value) return is_array(value) and #value > 0 and all_strings(value) end,
  texts = function(value) return type(value) == "table" and all_strings(value) end,
  json = function(value) return type(value) == "table" end,
}

-- How messages call an entry of a list.
local function label(item, index)
  local name = type(item) == "table" and (item.name or type(item.names) == "table" and item.names[1])
  return type(name) == "string" and name or "entry " .. index
end

local compound = {}

function compound.object(report, where, value, kind)
  if type(value) ~= "table" then return report(where, "must be an object") end
  check_object(report, where, value, kind)
end

function compound.list(report, where, value, kind)
  if not is_array(value) then return report(where, "must be an array") end
  for i, item in ipairs(value) do
    if kind ~= "status" or not is_integer(item) then
      compound.object(report, where .. ": " .. label(item, i), item, kind)
    end
  end
end

function compound.map(report, where, value, kind)
  if type(value) ~= "table" then return report(where, "must be an object") end
  for name, item in pairs(value) do compound.object(report, where .. ": " .. tostring(name), item, kind) end
end

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then return true end
  end
  return false
end

function check_value(report, where, value, row)
  local rule, kind = row[1]:match("^(%S+) ?(%S*)$")
  if compound[rule] then return compound[rule](report, where, value, kind) end
  if not simple[rule](value) then
    report(where, "must be " .. rule .. (rule == "string" and " on one line" or ""))
  elseif row.values and not contains(row.values, value) then
    report(where, "\"" .. value .. "\" is not one of " .. table.concat(row.values, ", "))
  end
end

function check_object(report, where, object, kind)
  for name, value in pairs(object) do
    local row = format[kind][name]
    local place = where .. ": " .. tostring(name)
    if row then check_value(report, place, value, row) else report(place, "is not a member of " .. kind) end
  end
  for name, row in pairs(format[kind]) do
    if row.required and object[name] == nil then report(where .. ": " .. name, "is missing") end
  end
end

local function load_json(path)
  local file, problem = io.open(path, "rb")
  if not file then return nil, problem end
  local content = file:read("*a")
  file:close()
  local fine, value = pcall(json.decode, content)
  if fine and type(value) == "table" then return value end
  return nil, path .. ": " .. (fine and "must be an object" or tostring(value))
end

--- Reads and checks a description.
-- @tparam string path the file
-- @tparam string name the service it must describe
-- @tparam table problems a list; what is wrong is added, sorted, one message an entry
-- @treturn table the description as it stands in the file
function reader.read(path, name, problems)
  local service, problem = load_json(path)
  if not service then
    problems[#problems + 1] = problem
    return nil
  end
  local found = {}
  local function report(where, what)
    found[#found + 1] = where .. " " .. what
  end
  check_object(report, path, service, "service")
  if #found == 0 then rules.check(report, path, service, name) end
  table.sort(found)
  for _, message in ipairs(found) do problems[#problems + 1] = message end
  return service
end

return reader
