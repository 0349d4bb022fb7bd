-- SPDX-License-Identifier: MIT
-- Writes a service's types as annotations for editors (LuaLS): a class for each operation, its arguments, its answer.

local literals = require "generate.literals"
local words = require "generate.words"

local types = {}

local SIMPLE = {
  string = "string", integer = "integer", number = "number", boolean = "boolean", any = "any",
  object = "table<string, any>", array = "any[]", list = "string|string[]",
}

-- What is being written: lines, and the names of the classes among them.
local Writer = {}
Writer.__index = Writer

function Writer:line(text)
  self.lines[#self.lines + 1] = "---" .. text
end

-- Begins a class; what it is called must be new.
function Writer:class(name, parent, text, exact)
  assert(not self.classes[name], "two classes would be called " .. name)
  self.classes[name] = true
  self.lines[#self.lines + 1] = ""
  if text then self:line(text) end
  self:line("@class " .. (exact and "(exact) " or "") .. name .. (parent and ": " .. parent or ""))
end

local function field_name(name)
  return name:find("^[%a_][%w_]*$") and name or "[" .. literals.lua_string(name) .. "]"
end

function Writer:field(name, optional, type, text)
  self:line("@field " .. field_name(name) .. (optional and "?" or "") .. " " .. type .. (text and " " .. text or ""))
end

-- Documented strings; a service may have more by now.
local function with_values(values, type)
  local parts = {}
  for i, value in ipairs(values) do parts[i] = literals.lua_string(value) end
  parts[#parts + 1] = type
  return table.concat(parts, "|")
end

local function array_of(type)
  return (type:find("|", 1, true) and "(" .. type .. ")" or type) .. "[]"
end

function Writer:schema_name(name)
  return self.prefix .. ".schemas." .. name
end

-- The place of a member, as a class may be called.
local function inside(place, name)
  return place .. "." .. name:gsub("[^%w_]", "_")
end

-- The type of a node. Objects that are described inside become classes called after the place, which follow later.
function Writer:type(node, place)
  if node.schema then return self:schema_name(node.schema) end
  if node.values then return with_values(node.values, SIMPLE[node.type]) end
  if node.items then return array_of(self:type(node.items, place)) end
  if node.map then return "table<string, " .. self:type(node.map, place) .. ">" end
  if not node.members then return SIMPLE[node.type] end
  self.waiting[#self.waiting + 1] = {name = place, node = node}
  return place
end

-- What a field's description says beside its type.
local function remark(node)
  local parts = {node.text}
  parts[#parts + 1] = words.format(node)
  parts[#parts + 1] = words.bounds(node)
  if node.default ~= nil then parts[#parts + 1] = "default " .. literals.scalar(node.default) end
  return #parts > 0 and table.concat(parts, "; ") or nil
end

function Writer:members(node, place)
  for _, member in ipairs(node.members) do
    local names = member.names or {member.name}
    local type = self:type(member, inside(place, names[1]))
    for _, name in ipairs(names) do
      self:field(name, not member.required or member.nullable, type, remark(member))
    end
  end
end

-- Writes the classes that types written so far have named.
function Writer:flush()
  while #self.waiting > 0 do
    local entry = table.remove(self.waiting, 1)
    self:class(entry.name, nil, entry.node.text)
    self:members(entry.node, entry.name)
  end
end

local function argument_type(writer, parameter, place)
  local type = writer:type(parameter.node, place)
  return parameter.type == "string" and type .. "|number" or type
end

-- The fields of parameters that lie in the path, or of those that do not.
function Writer:parameters(list, place, in_path)
  for _, parameter in ipairs(list) do
    if (parameter.place == "path") == in_path then
      local type = argument_type(self, parameter, inside(place, parameter.name))
      self:field(parameter.name, not parameter.required, type, remark(parameter.node))
      if parameter.name == "end" then self:field("end_", true, type, "The same as end") end
    end
  end
end

local function path_names(operation)
  local names = {}
  for _, parameter in ipairs(operation.parameters) do
    if parameter.place == "path" then names[#names + 1] = parameter.name end
  end
  return names
end

-- Whether an argument must be given that is not in the path, or at all.
local function needs_table(operation, path_too)
  for _, parameter in ipairs(operation.parameters) do
    if parameter.required and (path_too or parameter.place ~= "path") then return true end
  end
  return false
end

-- Arguments in one class; with a path in two, since leading strings may stand for the path's.
function Writer:arguments(operation, name)
  local whole, common = name .. ".arguments", #self.service.common > 0 and self.prefix .. ".common" or nil
  if #path_names(operation) == 0 then
    self:class(whole, common, "Arguments of " .. operation.name, true)
  else
    self:class(name .. ".rest", common, "Arguments of " .. operation.name .. " behind leading strings", true)
  end
  self:parameters(operation.parameters, whole, false)
  if #path_names(operation) > 0 then
    self:class(whole, name .. ".rest", "Arguments of " .. operation.name, true)
    self:parameters(operation.parameters, whole, true)
  end
  self:flush()
  return whole
end

local function has_empty_success(operation)
  for _, status in ipairs(operation.statuses) do
    if status.code == 204 then return true end
  end
  return false
end

function Writer:answer(operation, name)
  if operation.answer == "file" then return "string" end
  if not operation.result then return "any" end
  local type = self:type(operation.result, name .. ".answer")
  self:flush()
  return has_empty_success(operation) and type .. "|true" or type
end

-- What a call returns: the answer and the response, or nil, a message and the error. No parenthesis may begin a list of
-- returns: LuaLS takes it for one around the whole list.
local function returns(answer)
  return (answer == "any" and answer or answer .. "?") .. ", instar.response|string, instar.error?"
end

local function signature(parameters, answer)
  return "@overload fun(" .. table.concat(parameters, ", ") .. "): " .. returns(answer)
end

function Writer:overloads(operation, name, answer)
  local mark, names, strings = needs_table(operation, true) and "" or "?", path_names(operation), {}
  self:line(signature({"arguments" .. mark .. ": " .. name .. ".arguments", "options?: instar.call_options"}, answer))
  if #names == 0 then return end
  for i, path_name in ipairs(names) do strings[i] = path_name .. ": string|number" end
  mark = needs_table(operation, false) and "" or "?"
  strings[#strings + 1] = "arguments" .. mark .. ": " .. name .. ".rest"
  strings[#strings + 1] = "options?: instar.call_options"
  self:line(signature(strings, answer))
end

-- A method beside the call itself. Its first argument is the table or a leading string.
function Writer:method(method, operation, name, rest, result, text)
  local mark = needs_table(operation, true) and "" or "?"
  local first = name .. ".arguments" .. (#path_names(operation) > 0 and "|string|number" or "")
  local type = ("fun(self: %s, arguments%s: %s, ...: %s): %s"):format(name, mark, first, rest, result)
  self:field(method, false, type, text)
end

-- The type of the items that a dotted path leads to in the answer.
function Writer:items_type(operation, name)
  local node, place = operation.result, name .. ".answer"
  for member_name in operation.paging.items:gmatch("[^.]+") do
    if node.schema then node, place = self.service.schemas[node.schema], self:schema_name(node.schema) end
    for _, member in ipairs(node.members) do
      if member.name == member_name then node = member end
    end
    place = inside(place, member_name)
  end
  return self:type(node.items, place)
end

function Writer:list_methods(operation, name, answer)
  local item, options = self:items_type(operation, name), "string|number|table|instar.pager_options"
  self.waiting = {}
  self:method("each", operation, name, options, "instar.pager|fun(): " .. item, "Walks the items")
  self:method("pages", operation, name, options, "instar.pager|fun(): " .. answer, "Walks the pages")
  self:method("collect", operation, name, options, item .. "[]?, string?, instar.error?", "All items at once")
end

function Writer:operation(operation)
  local name = self.prefix .. "." .. operation.name
  self:arguments(operation, name)
  local answer = self:answer(operation, name)
  self:class(name, "instar.operation", operation.text .. ": `" .. operation.method .. " " .. operation.path .. "`")
  self:overloads(operation, name, answer)
  self:method("async", operation, name, "any", "instar.call", "Begins the call and returns at once")
  self:method("prepare", operation, name, "any", "instar.request", "The request that would be sent, unsent")
  if operation.method == "GET" then
    self:method("wait", operation, name, "string|number|instar.goal|instar.wait_options", returns(answer),
      "Calls until the answer meets the goal")
  end
  if operation.paging then self:list_methods(operation, name, answer) end
end

function Writer:schemas()
  for _, name in ipairs(literals.sorted_keys(self.service.schemas)) do
    local schema, place = self.service.schemas[name], self:schema_name(name)
    if schema.members then self.waiting = {{name = place, node = schema}}
    else self.lines[#self.lines + 1] = "\n---@alias " .. place .. " " .. self:type(schema, place .. ".item") end
    self:flush()
  end
end

-- The resources, each a class of its operations; returns their names.
function Writer:resources()
  local names, last = {}, nil
  for _, operation in ipairs(self.service.operations) do
    if operation.resource ~= last then
      last = operation.resource
      names[#names + 1] = last
      self:class(self.prefix .. "." .. last)
    end
    self:field(operation.action, false, self.prefix .. "." .. operation.name, operation.text)
  end
  return names
end

-- Options that the constructor takes beside those of every client.
function Writer:options()
  local service = self.service
  self:class(self.prefix .. ".options", "instar.client_options", "Options of instar." .. service.name, true)
  for _, root in ipairs(service.roots) do self:field(root.option, true, "string", "Default " .. root.url) end
  for _, list in ipairs {service.login.required, service.login.optional or {}} do
    for _, name in ipairs(list) do self:field(name, true, "string", "Credential, in place of a token") end
  end
end

--- Writes the types of a service.
-- @tparam table service from resolve.service
-- @treturn string a Lua file of annotations
function types.write(service)
  local writer = setmetatable(
    {service = service, prefix = "instar." .. service.name, lines = {}, classes = {}, waiting = {}}, Writer)
  writer:schemas()
  if #service.common > 0 then
    writer:class(writer.prefix .. ".common", nil, "Arguments of every operation", true)
    writer:parameters(service.common, writer.prefix .. ".common", false)
  end
  for _, operation in ipairs(service.operations) do writer:operation(operation) end
  local resources = writer:resources()
  writer:class(writer.prefix, "instar.client", "A client of " .. service.title)
  for _, resource in ipairs(resources) do writer:field(resource, false, writer.prefix .. "." .. resource) end
  writer:options()
  return "---@meta _\n-- SPDX-License-Identifier: MIT\n-- Generated by api/generate.lua from api/" .. service.name
    .. ".json. Do not edit.\n-- luacheck: no max line length\n" .. table.concat(writer.lines, "\n") .. "\n"
end

return types
