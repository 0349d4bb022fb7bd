-- SPDX-License-Identifier: MIT
-- Examples: their arguments checked against the description, and written as Lua.

local literals = require "generate.literals"
local nodes = require "generate.nodes"

local examples = {}

--- The value that the example gives a parameter; nil where it gives none.
local function value_of(parameter, example, service)
  local own = (example or {})[parameter.name]
  if own ~= nil then return own end
  if parameter["in"] == "path" or parameter.required then return service.examples[parameter.name] end
end

local function is_array(value)
  return type(value) == "table" and (next(value) == nil or value[1] ~= nil)
end

local TESTS = {
  string = function(value) return type(value) == "string" end,
  integer = function(value) return type(value) == "number" and value % 1 == 0 end,
  number = function(value) return type(value) == "number" end,
  boolean = function(value) return type(value) == "boolean" end,
  list = function(value) return type(value) == "string" or is_array(value) end,
  object = function(value) return type(value) == "table" and value[1] == nil end,
  array = is_array,
  any = function(value) return value ~= nil end,
}

local check_value

local function check_members(report, where, value, target, schemas)
  local known = {}
  for _, member in ipairs(nodes.members(target)) do
    local given = value[member.name]
    known[member.name] = true
    if given ~= nil then check_value(report, where .. ": " .. member.name, given, member.node, schemas)
    elseif member.node.required then report(where .. ": " .. member.name, "is missing") end
  end
  for name in pairs(value) do
    if not known[name] then report(where .. ": " .. name, "is not described") end
  end
end

local function check_allowed(report, where, value, target)
  for _, allowed in ipairs(target.values) do
    if value == allowed then return end
  end
  report(where, "is not one of the values")
end

function check_value(report, where, value, node, schemas)
  local target = nodes.target(node, schemas)
  if not TESTS[target.type](value) then return report(where, "is not of type " .. target.type) end
  if target.values then check_allowed(report, where, value, target) end
  if target.members then check_members(report, where, value, target, schemas) end
  for _, item in ipairs(target.items and value or {}) do
    check_value(report, where .. "[]", item, target.items, schemas)
  end
end

local function check_example(report, where, operation, service)
  local known = {}
  for _, parameter in ipairs(operation.parameters or {}) do
    local value, here = value_of(parameter, operation.example, service), where .. ": " .. parameter.name
    known[parameter.name] = true
    if value ~= nil then check_value(report, here, value, parameter, service.schemas or {})
    elseif parameter["in"] == "path" or parameter.required then report(here, "is missing") end
  end
  for name in pairs(operation.example or {}) do
    if not known[name] then report(where .. ": " .. name, "is no parameter") end
  end
end

--- Reports examples that lack what must be given, or give what is not described.
function examples.check(report, path, service)
  for _, operation in ipairs(service.operations) do
    check_example(report, path .. ": operations: " .. operation.name .. ": example", operation, service)
  end
end

local write

-- The entries of an object in the order of its description; what that leaves open follows by name.
local function object_entries(value, target, indent, schemas)
  local entries, seen = {}, {}
  local function add(name, node)
    local head = literals.lua_key(name) .. " = "
    entries[#entries + 1], seen[name] = head .. write(value[name], node, indent, #head, schemas), true
  end
  for _, member in ipairs(nodes.members(target)) do
    if value[member.name] ~= nil then add(member.name, member.node) end
  end
  for _, name in ipairs(literals.sorted_keys(value)) do
    if not seen[name] then add(name, target.map or {}) end
  end
  return entries
end

local function array_entries(value, target, indent, schemas)
  local entries = {}
  for i, item in ipairs(value) do entries[i] = write(item, target.items or {}, indent, 0, schemas) end
  return entries
end

-- The value as Lua, begun behind used characters of a line.
function write(value, node, indent, used, schemas)
  if type(value) == "string" then return literals.lua_string(value) end
  if type(value) ~= "table" then return literals.scalar(value) end
  local entries = value[1] ~= nil and array_entries or object_entries
  return literals.lua_table(entries(value, nodes.target(node, schemas), indent .. "  ", schemas), indent, used)
end

local VARIABLES = {json = "local answer = ", file = "local bytes = ", other = ""}

--- A statement that calls the operation, the client being in a variable of the service's name.
-- @tparam table operation from resolve.service
-- @tparam table service from resolve.service
-- @treturn string
function examples.code(operation, service)
  local entries, call = {}, VARIABLES[operation.answer] .. "assert(" .. service.name .. "." .. operation.name
  for _, parameter in ipairs(operation.parameters) do
    local value = value_of(parameter.node, operation.example, service)
    if value ~= nil then
      local head = literals.lua_key(parameter.name) .. " = "
      entries[#entries + 1] = head .. write(value, parameter.node, "  ", #head, service.schemas)
    end
  end
  if #entries == 0 then return call .. "())" end
  return call .. literals.lua_table(entries, "", #call + 1) .. ")"
end

return examples
