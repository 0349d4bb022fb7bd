-- SPDX-License-Identifier: MIT
-- Reads files of LuaLS annotations, strictly, into a model: classes with fields and overloads, aliases, functions.

local luals_type = require "spec.support.luals_type"

local luals = {}

local Model = {}
Model.__index = Model

--- An empty model.
function luals.new()
  return setmetatable({ classes = {}, aliases = {}, functions = {} }, Model)
end

local function declare(model, name)
  if model.classes[name] or model.aliases[name] then error(name .. " is declared twice", 0) end
end

local tags = {}

function tags.meta(block, reader)
  block.is_meta = true
  if reader:rest() ~= "" then reader:name() end
end

function tags.class(block, reader, model)
  local class = { fields = {}, overloads = {}, parents = {}, exact = reader:accept("(") }
  if class.exact then
    if reader:name() ~= "exact" then reader:fail("only exact can stand there") end
    reader:expect(")")
  end
  class.name = reader:name()
  declare(model, class.name)
  if reader:accept(":") then
    repeat table.insert(class.parents, reader:name()) until not reader:accept(",")
  end
  model.classes[class.name], block.class = class, class
end

function tags.field(block, reader)
  if not block.class then reader:fail("a field without a class") end
  local name = reader:key()
  if block.class.fields[name] then reader:fail("field " .. name .. " is declared twice") end
  block.class.fields[name] = { optional = reader:accept("?"), type = reader:type() }
  reader:remark()
end

function tags.overload(block, reader)
  if not block.class then reader:fail("an overload without a class") end
  reader:expect("fun")
  reader.at = reader.at - #"fun"
  table.insert(block.class.overloads, reader:type())
end

function tags.alias(block, reader, model)
  local name = reader:name()
  declare(model, name)
  local alias = { name = name, types = {} }
  if reader:rest() ~= "" then alias.types[1] = reader:type() end
  reader:remark()
  model.aliases[name], block.alias = alias, alias
end

function tags.param(block, reader)
  local name = reader:name()
  local optional = reader:accept("?")
  table.insert(block.parameters, { name = name, optional = optional, type = reader:type() })
  reader:remark()
end

tags["return"] = function(block, reader)
  table.insert(block.returns, reader:type())
  if reader:rest() ~= "" then reader:name() end
  reader:remark()
end

function tags.generic(block, reader)
  repeat
    block.generics[reader:name()] = true
    if reader:accept(":") then reader:type() end
  until not reader:accept(",")
end

local function new_block()
  return { parameters = {}, returns = {}, generics = {} }
end

-- "---| "value" # remark", which goes on with an alias.
local function read_variant(block, text)
  local reader = luals_type.reader((text:gsub("%s#.*$", "")))
  if not block.alias then reader:fail("no alias goes on here") end
  table.insert(block.alias.types, reader:type())
  if reader:rest() ~= "" then reader:fail("one type a line") end
end

local function read_annotation(block, text, model)
  local tag, rest = text:match("^@(%a+)(.*)$")
  if tag then
    if not tags[tag] then error("unknown tag @" .. tag, 0) end
    local reader = luals_type.reader(rest)
    tags[tag](block, reader, model)
    if (tag == "class" or tag == "overload" or tag == "generic" or tag == "meta") and reader:rest() ~= "" then
      reader:fail("the line should end here")
    end
  elseif text:sub(1, 1) == "|" then
    read_variant(block, text:sub(2))
  end
end

-- A function must have the parameters that are annotated.
local function bind(block, line, model)
  local name, list = line:match("^function ([%w_.]+)%((.-)%) end$")
  if not name then return end
  local names = {}
  for i, parameter in ipairs(block.parameters) do names[i] = parameter.name end
  local annotated = table.concat(names, ", ")
  if annotated ~= list then error(("%s(%s): annotated are (%s)"):format(name, list, annotated), 0) end
  model.functions[name] = block
end

--- Reads a file into the model.
-- @tparam string text the file's
-- @raise what is wrong, with the line's number
function Model:read(text)
  local number, block, meta = 0, new_block(), false
  for line in text:gmatch("([^\n]*)\n") do
    number = number + 1
    local annotation = line:match("^%-%-%-(.*)$")
    local ok, message = pcall(annotation and read_annotation or bind, block, annotation or line, self)
    if not ok then error(("line %d: %s"):format(number, message), 0) end
    meta = meta or block.is_meta
    if not annotation then block = new_block() end
  end
  if not meta then error("the file has no @meta", 0) end
end

--- Calls a function for each type that is written in a class, an alias or a function, with those it may name besides.
function Model:each_type(visit)
  for _, class in pairs(self.classes) do
    for _, parent in ipairs(class.parents) do visit({ kind = "name", name = parent }, class) end
    for _, field in pairs(class.fields) do visit(field.type, class) end
    for _, overload in ipairs(class.overloads) do visit(overload, class) end
  end
  for _, alias in pairs(self.aliases) do
    for _, node in ipairs(alias.types) do visit(node, alias) end
  end
  for name, block in pairs(self.functions) do
    local owner = { name = name, generics = block.generics }
    for _, parameter in ipairs(block.parameters) do visit(parameter.type, owner) end
    for _, node in ipairs(block.returns) do visit(node, owner) end
  end
end

--- A field of a class or of what it inherits from.
function Model:field(class, name)
  local own = self.classes[class].fields[name]
  for _, parent in ipairs(own and {} or self.classes[class].parents) do own = own or self:field(parent, name) end
  return own
end

--- All fields of a class, inherited ones too, by name.
function Model:fields(class)
  local fields = {}
  for _, parent in ipairs(self.classes[class].parents) do
    for name, field in pairs(self:fields(parent)) do fields[name] = field end
  end
  for name, field in pairs(self.classes[class].fields) do fields[name] = field end
  return fields
end

return luals
