-- SPDX-License-Identifier: MIT
-- JSON that can be read and compared: members in the order of their names, what holds tables over several lines.

local cjson = require "cjson.safe"

local json = {decode = cjson.decode}

local encode

local function is_flat(value)
  for _, item in pairs(value) do
    if type(item) == "table" then return false end
  end
  return true
end

local function items_of(value, indent)
  local items, names = {}, {}
  if #value > 0 or next(value) == nil then
    for i, item in ipairs(value) do items[i] = encode(item, indent) end
    return items, "[", "]"
  end
  for name in pairs(value) do table.insert(names, name) end
  table.sort(names)
  for i, name in ipairs(names) do items[i] = cjson.encode(name) .. ": " .. encode(value[name], indent) end
  return items, "{", "}"
end

--- A value as JSON. An empty table is an empty array.
-- @tparam any value
-- @tparam[opt=""] string indent of the line it begins on
-- @treturn string
function encode(value, indent)
  if type(value) ~= "table" then return (assert(cjson.encode(value))) end
  indent = indent or ""
  local flat = is_flat(value)
  local inner = indent .. "  "
  local items, open, close = items_of(value, inner)
  if flat then return open .. table.concat(items, ", ") .. close end
  return ("%s\n%s%s\n%s%s"):format(open, inner, table.concat(items, ",\n" .. inner), indent, close)
end

json.encode = encode

return json
