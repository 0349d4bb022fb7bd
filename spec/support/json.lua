-- SPDX-License-Identifier: MIT
-- JSON for specs: unlike with cjson, `[]` and `{}` stay apart, and integers are exact where the Lua has them.
-- dkjson, which comes with busted, decodes so; cjson says whether a text is JSON at all, where dkjson is lenient.

local cjson_safe = require "cjson.safe"
local dkjson = require "dkjson"

local json = {}

local strict = cjson_safe.new()
strict.decode_invalid_numbers(false)

--- What stands for null in decoded values.
json.null = dkjson.null

--- Decodes a text that holds one JSON value and nothing else.
-- @tparam string text
-- @return[1] the value
-- @treturn[2] nil
-- @treturn[2] string what is wrong
function json.decode(text)
  local valid, message = strict.decode(text)
  if valid == nil then return nil, message end
  return (dkjson.decode(text, 1, json.null))
end

--- Encodes a value; a table whose keys are 1 to n is an array.
-- @treturn string
function json.encode(value)
  return dkjson.encode(value)
end

--- Writes a value down for people to read.
-- @param value anything, decoded or not
-- @treturn string at most some 200 characters
function json.show(value)
  if value == nil then return "nothing" end
  if type(value) == "number" then return ("%.17g"):format(value) end
  local text = dkjson.encode(value, { exception = function(_, other) return tostring(other) end }) or tostring(value)
  return #text > 200 and text:sub(1, 200) .. "…" or text
end

--- Whether a decoded value was an array, an empty one included.
-- @treturn boolean
function json.is_array(value)
  local metatable = type(value) == "table" and getmetatable(value)
  return metatable and metatable.__jsontype == "array" or false
end

--- Reads a file that holds one JSON value.
-- @tparam string path
-- @return the value
function json.read_file(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  local value, message = json.decode(text)
  return assert(value, path .. ": " .. tostring(message))
end

return json
