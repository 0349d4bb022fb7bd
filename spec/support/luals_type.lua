-- SPDX-License-Identifier: MIT
-- Reads type expressions of LuaLS annotations, strictly: what that grammar does not allow raises an error.

local luals_type = {}

local NAME = "^[%w_\128-\255][%w_.*\128-\255-]*"
local SYMBOLS = { "[]", "...", "[", "]", ":", "|", ",", "<", ">", "(", ")", "?", "{", "}" }

local function match_symbol(text, at)
  for _, symbol in ipairs(SYMBOLS) do
    if text:sub(at, at + #symbol - 1) == symbol then return symbol end
  end
end

-- The kind of the token that begins a text, and its characters.
local function match_token(text)
  local string = text:match('^"[^"\\]*"')
  if string then return "string", string end
  local name = text:match(NAME)
  if name then return "name", name end
  return "symbol", match_symbol(text, 1)
end

local Reader = {}
Reader.__index = Reader

--- A reader of a line.
-- @tparam string text
-- @treturn table `at` is where its next token begins
function luals_type.reader(text)
  return setmetatable({ text = text, at = 1 }, Reader)
end

--- What is left, without the space in front.
function Reader:rest()
  return (self.text:sub(self.at):gsub("^%s+", ""))
end

--- The next token's kind and characters; nil at the end, or before what is no token.
function Reader:peek()
  local kind, characters = match_token(self:rest())
  if characters then return kind, characters end
end

function Reader:fail(message)
  error(("%s, at \"%s\" in \"%s\""):format(message, self:rest(), self.text), 0)
end

function Reader:skip(characters)
  self.at = #self.text - #self:rest() + 1 + #characters
end

--- Takes a token if it is the next one.
function Reader:accept(wanted)
  local _, characters = self:peek()
  if characters ~= wanted then return false end
  self:skip(characters)
  return true
end

function Reader:expect(wanted)
  if not self:accept(wanted) then self:fail(wanted .. " is missing") end
end

--- Takes a name.
function Reader:name()
  local kind, characters = self:peek()
  if kind ~= "name" then self:fail("a name is missing") end
  self:skip(characters)
  return characters
end

local function read_parameter(reader)
  local parameter = { name = reader:accept("...") and "..." or reader:name() }
  parameter.optional = reader:accept("?")
  reader:expect(":")
  parameter.type = reader:type()
  return parameter
end

local function read_function(reader)
  local result = { kind = "function", parameters = {}, returns = {} }
  reader:expect("(")
  while not reader:accept(")") do
    table.insert(result.parameters, read_parameter(reader))
    if not reader:accept(",") then
      reader:expect(")")
      break
    end
  end
  if not reader:accept(":") then return result end
  if reader:accept("(") then reader:fail("LuaLS takes this parenthesis for one around all returns") end
  repeat table.insert(result.returns, reader:type()) until not reader:accept(",")
  return result
end

local function read_name(reader)
  local result = { kind = "name", name = reader:name() }
  if not reader:accept("<") then return result end
  result.arguments = {}
  repeat table.insert(result.arguments, reader:type()) until not reader:accept(",")
  reader:expect(">")
  return result
end

local function read_unit(reader)
  local kind, characters = reader:peek()
  if kind == "string" then
    reader:skip(characters)
    return { kind = "literal", value = characters }
  elseif reader:accept("(") then
    local inner = reader:type()
    reader:expect(")")
    return inner
  elseif reader:accept("fun") then
    return read_function(reader)
  end
  return read_name(reader)
end

local function read_arrays(reader)
  local unit = read_unit(reader)
  while reader:accept("[]") do unit = { kind = "array", items = unit } end
  return unit
end

--- Takes a type.
-- @treturn table {kind = "name" | "literal" | "array" | "union" | "function", …}, `optional` behind a `?`
function Reader:type()
  local types = {}
  repeat table.insert(types, read_arrays(self)) until not self:accept("|")
  local result = #types == 1 and types[1] or { kind = "union", types = types }
  if self:accept("?") then return { kind = "union", types = { result }, optional = true } end
  return result
end

--- Takes the name of a field: a name, or a string in brackets.
function Reader:key()
  if not self:accept("[") then return self:name() end
  local kind, characters = self:peek()
  if kind ~= "string" then self:fail("a string is missing") end
  self:skip(characters)
  self:expect("]")
  return characters:sub(2, -2)
end

--- Takes the remark that may end a line; what begins it must be unable to go on with a type.
function Reader:remark()
  local rest = self:rest()
  if rest ~= "" and not (rest:find("^%w") and self.text:sub(self.at, self.at):find("%s")) then
    self:fail("this cannot follow a type")
  end
end

--- Calls a function for each name in a type.
function luals_type.each_name(node, visit)
  if node.kind == "name" then visit(node.name) end
  for _, list in ipairs { node.types or {}, node.arguments or {}, node.returns or {} } do
    for _, inner in ipairs(list) do luals_type.each_name(inner, visit) end
  end
  for _, parameter in ipairs(node.parameters or {}) do luals_type.each_name(parameter.type, visit) end
  if node.items then luals_type.each_name(node.items, visit) end
end

return luals_type
