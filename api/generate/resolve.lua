-- SPDX-License-Identifier: MIT
-- From a checked description to what the writers need: defaults filled in, names split, array shapes derived.

local literals = require "generate.literals"
local nodes = require "generate.nodes"

local resolve = {}

local UNSAFE = {POST = true, PATCH = true}
local BODIES = {body = "json", member = "json", form = "form"}

local shape

-- What is known of the items of an array: their members, or that they are arrays themselves.
local function item_shapes(items, schemas)
  if items.type == "array" then return {shape("[]", items, schemas)} end
  return shape("", items, schemas).children
end

-- Which members of a node are arrays or lead to one, as struct instar_shape wants it.
function shape(name, node, schemas)
  local children = {}
  node = nodes.target(node, schemas)
  if node.type == "array" then
    children = node.items and item_shapes(nodes.target(node.items, schemas), schemas) or {}
    return {name = name, array = true, children = children}
  end
  for _, member in ipairs(nodes.members(node)) do
    local child = shape(member.name, member.node, schemas)
    if child.array or #child.children > 0 then children[#children + 1] = child end
  end
  return {name = name, array = false, children = children}
end

local function resolve_parameter(parameter, service)
  local place = parameter["in"]
  local result = {
    name = parameter.name, text = parameter.text, values = parameter.values, place = place, node = parameter,
    type = nodes.target(parameter, service.schemas or {}).type,
    required = place == "path" or parameter.required or false,
    encoding = place == "query" and (parameter.encoding or service.encoding) or "plain",
  }
  for _, name in ipairs {"fallback", "default"} do
    if parameter[name] ~= nil then result[name] = literals.scalar(parameter[name]) end
  end
  return result
end

local function resolve_parameters(list, service)
  local result = {}
  for i, parameter in ipairs(list or {}) do result[i] = resolve_parameter(parameter, service) end
  return result
end

local function resolve_statuses(operation, service)
  local result = {}
  for i, status in ipairs(operation.statuses) do
    result[i] = type(status) == "table" and status
      or {code = status, text = service.statuses[literals.scalar(status)]}
  end
  return result
end

local function arrays_of(parameters, schemas)
  local result = {}
  for _, parameter in ipairs(parameters) do
    local found = BODIES[parameter.place] and shape(parameter.name, parameter.node, schemas)
    if found and (found.array or #found.children > 0) then result[#result + 1] = found end
  end
  return result
end

local function resolve_operation(operation, service)
  local resource, action = operation.name:match("^(.-)%.(.*)$")
  local result = {
    name = operation.name, resource = resource, action = action, method = operation.method, path = operation.path,
    text = operation.text, root = operation.root, paging = operation.paging, waiting = operation.waiting,
    result = operation.result, scopes = operation.scopes, roles = operation.roles, notes = operation.notes,
    example = operation.example or {}, auth = operation.auth or "token", answer = operation.answer or "json",
    body = "none",
    ["repeat"] = operation["repeat"] or (UNSAFE[operation.method] and "unsafe" or "safe"),
    parameters = resolve_parameters(operation.parameters, service),
    statuses = resolve_statuses(operation, service),
  }
  for _, parameter in ipairs(result.parameters) do result.body = BODIES[parameter.place] or result.body end
  result.arrays = arrays_of(result.parameters, service.schemas or {})
  return result
end

local function by_name(a, b)
  if a.resource ~= b.resource then return a.resource < b.resource end
  return a.action < b.action
end

local function sorted_variables(environment)
  local result = {}
  for option, variable in pairs(environment) do result[#result + 1] = {option = option, variable = variable} end
  table.sort(result, function(a, b) return a.option < b.option end)
  return result
end

--- Resolves a description that reader.read found nothing wrong with.
-- @tparam table service the description
-- @treturn table the service; operations sorted by resource, then action
function resolve.service(service)
  local operations = {}
  for i, operation in ipairs(service.operations) do operations[i] = resolve_operation(operation, service) end
  table.sort(operations, by_name)
  return {
    name = service.name, title = service.title, source = service.source, base_url = service.base_url,
    version = service.version, statuses = service.statuses or {}, examples = service.examples,
    encoding = service.encoding, token = service.token, basic = service.basic, login = service.login,
    error = service.error,
    roots = service.roots or {}, variables = sorted_variables(service.environment), schemas = service.schemas or {},
    common = resolve_parameters(service.common, service), operations = operations,
  }
end

return resolve
