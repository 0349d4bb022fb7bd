-- SPDX-License-Identifier: MIT
-- Descriptions of values: checking them, and following them into shared schemas.

local nodes = {}

--- Members of an object node, groups taken apart, in the order of the file.
function nodes.members(node)
  local result = {}
  for _, member in ipairs(node.members or {}) do
    for _, name in ipairs(member.names or {member.name}) do
      result[#result + 1] = {name = name, node = member}
    end
  end
  return result
end

--- The node itself, or the shared schema it names.
function nodes.target(node, schemas)
  return node.schema and schemas[node.schema] or node
end

local check_node

local function check_members(report, where, node, state)
  local seen = {}
  for _, member in ipairs(node.members) do
    if (member.name == nil) == (member.names == nil) then report(where .. ": members", "need name or names") end
  end
  for _, member in ipairs(nodes.members(node)) do
    if seen[member.name] then report(where .. ": " .. member.name, "is described twice") end
    seen[member.name] = true
    check_node(report, where .. ": " .. member.name, member.node, state)
  end
end

local function check_schema(report, where, node, state)
  for _, name in ipairs {"type", "members", "items", "map", "closed", "values", "format"} do
    if node[name] ~= nil then report(where .. ": " .. name, "cannot stand beside schema") end
  end
  if not state.schemas[node.schema] then return report(where .. ": schema", "is not among the schemas") end
  state.used[node.schema] = true
  if state.path[node.schema] then return report(where .. ": schema", "contains itself") end
  state.path[node.schema] = true
  check_node(report, where .. " (" .. node.schema .. ")", state.schemas[node.schema], state)
  state.path[node.schema] = nil
end

local NEEDS = {members = "object", map = "object", closed = "object", items = "array", format = "string"}

function check_node(report, where, node, state)
  if node.schema then return check_schema(report, where, node, state) end
  if not node.type then return report(where .. ": type", "is missing") end
  for name, kind in pairs(NEEDS) do
    if node[name] ~= nil and node.type ~= kind then report(where .. ": " .. name, "is for type " .. kind) end
  end
  if node.members then check_members(report, where, node, state) end
  if node.items then check_node(report, where .. "[]", node.items, state) end
  if node.map then check_node(report, where .. ": *", node.map, state) end
end

--- Reports what is wrong in the parameters, results and schemas of a service.
function nodes.check(report, path, service)
  local state = {schemas = service.schemas or {}, used = {}, path = {}}
  local function check_list(where, list)
    for _, parameter in ipairs(list or {}) do check_node(report, where .. ": " .. parameter.name, parameter, state) end
  end
  check_list(path .. ": common", service.common)
  for _, operation in ipairs(service.operations) do
    local where = path .. ": operations: " .. operation.name
    check_list(where .. ": parameters", operation.parameters)
    if operation.result then check_node(report, where .. ": result", operation.result, state) end
  end
  for name in pairs(state.schemas) do
    if not state.used[name] then report(path .. ": schemas: " .. name, "is used by nothing") end
  end
end

return nodes
