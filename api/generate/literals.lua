-- SPDX-License-Identifier: MIT
-- Values as source text: C strings, Lua literals, JSON.

local literals = {}

local CHUNK, WIDTH = 100, 120
local RESERVED = {["end"] = true, ["in"] = true, ["repeat"] = true}

--- The keys of a table in a fixed order.
function literals.sorted_keys(object)
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- Octal escapes have three digits, so that none swallows what follows. An escaped question mark makes no trigraph.
local function c_escape(byte)
  if byte:find('["\\?]') then return "\\" .. byte end
  return string.format("\\%03o", byte:byte())
end

--- A C string literal in plain ASCII; a long one is several literals, a line each.
-- @tparam string text
-- @tparam string indent what the further lines begin with
function literals.c_string(text, indent)
  local pieces, piece = {}, ""
  for byte in text:gmatch(".") do
    piece = piece .. (byte:find('[%c"\\?\127-\255]') and c_escape(byte) or byte)
    if #piece >= CHUNK then pieces[#pieces + 1], piece = piece, "" end
  end
  if piece ~= "" or #pieces == 0 then pieces[#pieces + 1] = piece end
  return '"' .. table.concat(pieces, '"\n' .. (indent or "") .. '"') .. '"'
end

--- A number without needless decimals, or the text of a string or boolean.
function literals.scalar(value)
  if type(value) == "number" then return string.format(value % 1 == 0 and "%d" or "%.14g", value) end
  return tostring(value)
end

--- A Lua string literal in plain ASCII.
function literals.lua_string(text)
  return '"' .. text:gsub('["\\]', "\\%0"):gsub("[%c\127-\255]", function(byte)
    return string.format("\\%03d", byte:byte())
  end) .. '"'
end

--- A key of a Lua table constructor.
function literals.lua_key(key)
  if type(key) == "number" then return string.format("[%d]", key) end
  if key:find("^[%a_][%w_]*$") and not RESERVED[key] then return key end
  return "[" .. literals.lua_string(key) .. "]"
end

--- A Lua table constructor: on one line where it fits behind used characters, else one entry a line.
-- @tparam table entries the text of each
-- @tparam string indent of the line it begins on
-- @tparam number used characters that stand before it on that line
-- @tparam[opt=""] string comma what stands behind the last of several lines
function literals.lua_table(entries, indent, used, comma)
  local inner = indent .. "  "
  local line = "{" .. table.concat(entries, ", ") .. "}"
  if #indent + used + #line < WIDTH and not line:find("\n", 1, true) then return line end
  return "{\n" .. inner .. table.concat(entries, ",\n" .. inner) .. (comma or "") .. "\n" .. indent .. "}"
end

local function json_string(text)
  return '"' .. text:gsub('["\\]', "\\%0"):gsub("%c", function(byte)
    return string.format("\\u%04x", byte:byte())
  end) .. '"'
end

--- JSON with sorted members; an empty table is an object.
function literals.json(value)
  local parts = {}
  if type(value) == "string" then return json_string(value) end
  if type(value) ~= "table" then return literals.scalar(value) end
  for i, item in ipairs(value) do parts[i] = literals.json(item) end
  if #parts > 0 then return "[" .. table.concat(parts, ",") .. "]" end
  for i, key in ipairs(literals.sorted_keys(value)) do
    parts[i] = json_string(key) .. ":" .. literals.json(value[key])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

return literals
