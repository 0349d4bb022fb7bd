-- SPDX-License-Identifier: MIT
-- JSON in and out: arrays stay arrays when they are empty, integers stay integral on every Lua.

local cjson = require "cjson.safe"

local json = {}

--- Stands for JSON null, in decoded values and in values to encode.
json.null = cjson.null

--- A value, or nil where it is null.
function json.optional(value)
  if value ~= json.null then
    return value
  end
end

local decoder = cjson.new()
decoder.decode_invalid_numbers(false)

local array_metatable = {}

--- Mark a table as an array, so that it is written as one even when it is empty.
-- @tparam[opt] table list the table; a new one by default
-- @treturn table the same table
function json.array(list)
  return setmetatable(list or {}, array_metatable)
end

--- Whether a table is written as an array: it was marked, or it has items.
function json.is_array(value)
  return type(value) == "table" and (getmetatable(value) == array_metatable or value[1] ~= nil)
end

--- Decode JSON text.
-- @tparam string text
-- @return[1] the value
-- @treturn[2] nil
-- @treturn[2] string what is wrong with the text
function json.decode(text)
  return decoder.decode(text)
end

local short_escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(character)
  return short_escapes[character] or ("\\u%04x"):format(character:byte())
end

local EXACT = 2 ^ 53

local function encode_number(number)
  assert(number == number and number ~= math.huge and number ~= -math.huge, "JSON has no such number")
  if number % 1 == 0 and number > -EXACT and number < EXACT then
    return ("%.0f"):format(number)
  end
  for digits = 14, 17 do
    local text = ("%." .. digits .. "g"):format(number)
    if tonumber(text) == number then
      return text
    end
  end
  return ("%d"):format(number) -- an integer that no double holds
end

local encode

local function encode_array(list)
  local parts = {}
  for index, item in ipairs(list) do
    parts[index] = encode(item)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

-- Members are sorted, so that one state gives one text.
local function encode_object(object)
  local names = {}
  for name in pairs(object) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    names[index] = encode(name) .. ":" .. encode(object[name])
  end
  return "{" .. table.concat(names, ",") .. "}"
end

local encoders = {
  boolean = tostring,
  number = encode_number,
  string = function(text)
    return '"' .. text:gsub('[%c"\\]', escape) .. '"'
  end,
  table = function(value)
    return json.is_array(value) and encode_array(value) or encode_object(value)
  end,
}

--- Encode a value. Tables are objects unless they are arrays (`json.is_array`).
-- @treturn string JSON text
function json.encode(value)
  if value == json.null then
    return "null"
  end
  local encoder = encoders[type(value)] or error("JSON has no " .. type(value))
  return encoder(value)
end

encode = json.encode

return json
