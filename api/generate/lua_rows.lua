-- SPDX-License-Identifier: MIT
-- Writes what the sandbox needs of all services as one Lua module.

local literals = require "generate.literals"
local nodes = require "generate.nodes"

local lua_rows = {}

-- Keys that stand first, in this order; the others follow by name.
local RANK = {}
for i, name in ipairs {"name", "method", "path", "place", "type", "format", "required"} do RANK[name] = i end

local function by_rank(a, b)
  local rank_a, rank_b = RANK[a] or 99, RANK[b] or 99
  if rank_a ~= rank_b then return rank_a < rank_b end
  return a < b
end

local literal

local function entries(value, indent)
  local parts = {}
  for i, item in ipairs(value) do parts[i] = literal(item, indent, 0) end
  if #parts > 0 then return parts end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, by_rank)
  for i, key in ipairs(keys) do
    local head = literals.lua_key(key) .. " = "
    parts[i] = head .. literal(value[key], indent, #head)
  end
  return parts
end

function literal(value, indent, used)
  if type(value) == "string" then return literals.lua_string(value) end
  if type(value) ~= "table" then return literals.scalar(value) end
  return value.reference or literals.lua_table(entries(value, indent .. "  "), indent, used, ",")
end

local function schema_name(service, name)
  return service.name .. "_schemas." .. name
end

local node_row

local function member_rows(node, service)
  local rows = {}
  for i, member in ipairs(nodes.members(node)) do
    rows[i] = node_row(member.node, service)
    rows[i].name, rows[i].required = member.name, member.node.required
  end
  return rows
end

-- A node as a row; what a shared schema describes inside is a reference to that schema's local table.
function node_row(node, service)
  local target = nodes.target(node, service.schemas)
  local row = {nullable = node.nullable}
  for _, name in ipairs {"type", "format", "values", "min", "max", "closed"} do row[name] = target[name] end
  if target.members then row.members = member_rows(target, service) end
  if target.items then row.items = node_row(target.items, service) end
  if target.map then row.map = node_row(target.map, service) end
  for _, name in ipairs {"members", "items", "map"} do
    if node.schema and row[name] then row[name] = {reference = schema_name(service, node.schema) .. "." .. name} end
  end
  return row
end

local function parameter_rows(parameters, service)
  local rows = {}
  for i, parameter in ipairs(parameters) do
    rows[i] = node_row(parameter.node, service)
    for _, name in ipairs {"name", "place", "fallback", "default"} do rows[i][name] = parameter[name] end
    rows[i].required = parameter.required or nil
    rows[i].encoding = parameter.node.encoding
  end
  return rows
end

local function status_rows(statuses)
  local rows = {}
  for _, status in ipairs(statuses) do rows[status.code] = status.text end
  return rows
end

local function operation_row(operation, service)
  return {
    name = operation.name, method = operation.method, path = operation.path, root = operation.root,
    auth = operation.auth, answer = operation.answer, paging = operation.paging,
    body = operation.body ~= "none" and operation.body or nil,
    parameters = parameter_rows(operation.parameters, service),
    statuses = status_rows(operation.statuses),
  }
end

-- Schemas that requests use, each after those it needs itself.
local function request_schemas(service)
  local order, seen = {}, {}
  local function visit(node)
    if node.schema then
      if seen[node.schema] then return end
      seen[node.schema] = true
      visit(service.schemas[node.schema])
      order[#order + 1] = node.schema
    end
    for _, member in ipairs(node.members or {}) do visit(member) end
    if node.items then visit(node.items) end
    if node.map then visit(node.map) end
  end
  for _, operation in ipairs(service.operations) do
    for _, parameter in ipairs(operation.parameters) do visit(parameter.node) end
  end
  return order
end

local function write_schemas(service)
  local order = request_schemas(service)
  local lines = {#order > 0 and "\nlocal " .. service.name .. "_schemas = {}" or ""}
  for _, name in ipairs(order) do
    lines[#lines + 1] = schema_name(service, name) .. " = " .. literal(node_row(service.schemas[name], service), "", 0)
  end
  return table.concat(lines, "\n") .. "\n"
end

local function service_row(service)
  local operations = {}
  for i, operation in ipairs(service.operations) do operations[i] = operation_row(operation, service) end
  return {
    token = service.token, version = service.version, base_url = service.base_url, encoding = service.encoding,
    roots = #service.roots > 0 and service.roots or nil,
    common = #service.common > 0 and parameter_rows(service.common, service) or nil,
    operations = operations,
  }
end

--- Writes all services.
-- @tparam table services a list from resolve.service
-- @treturn string the Lua module
function lua_rows.write(services)
  local parts = {"-- SPDX-License-Identifier: MIT\n-- Generated by api/generate.lua from api/*.json. Do not edit.\n"
    .. "-- luacheck: no max line length\n\nlocal services = {}\n"}
  for _, service in ipairs(services) do
    parts[#parts + 1] = write_schemas(service)
    parts[#parts + 1] = "services." .. service.name .. " = " .. literal(service_row(service), "", 0) .. "\n"
  end
  parts[#parts + 1] = "\nreturn services\n"
  return table.concat(parts)
end

return lua_rows
