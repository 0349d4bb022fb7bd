-- SPDX-License-Identifier: MIT
-- What must hold between the members of a description, beyond their types.

local examples = require "generate.examples"
local literals = require "generate.literals"
local nodes = require "generate.nodes"

local rules = {}

local function set(list)
  local result = {}
  for _, name in ipairs(list or {}) do result[name] = true end
  return result
end

-- Names that clients have of their own: no resource may hide behind them. So for arguments and per-call options.
local CLIENT_METHODS = set {"close", "stats", "request", "resources", "operations"}
local CALL_OPTIONS = set {"timeout", "attempt_timeout", "idle_timeout", "retries", "headers", "max_body", "progress",
  "extra_query", "extra_body"}
local BODY_PLACES = set {"body", "member", "form"}

local function check_name(report, where, operation, seen)
  local resource = operation.name:match("^(%l[%l%d_]*)%.%l[%l%d_]*$")
  if not resource then return report(where .. ": name", "must be resource.action in snake_case") end
  if seen[operation.name] then report(where, "is described twice") end
  seen[operation.name] = true
  if CLIENT_METHODS[resource] then report(where, "client." .. resource .. " is a method already") end
end

local function check_path(report, where, operation)
  local wanted, given = {}, {}
  for name in operation.path:gmatch("{([^{}]+)}") do wanted[#wanted + 1] = name end
  for _, parameter in ipairs(operation.parameters or {}) do
    if parameter["in"] == "path" then given[#given + 1] = parameter.name end
  end
  if operation.path:sub(1, 1) ~= "/" then report(where .. ": path", "must begin with /") end
  if table.concat(wanted, ", ") ~= table.concat(given, ", ") then
    report(where .. ": path", "has the parameters (" .. table.concat(wanted, ", ") .. "), described are ("
      .. table.concat(given, ", ") .. ")")
  end
end

local function check_default(report, where, parameter)
  for _, name in ipairs {"fallback", "default"} do
    local value = parameter[name]
    if value ~= nil and parameter.values and not set(parameter.values)[literals.scalar(value)] then
      report(where .. ": " .. name, "is not one of the values")
    end
  end
  if parameter.fallback ~= nil and parameter.required then
    report(where .. ": required", "says nothing beside a fallback")
  end
end

local function check_parameter(report, where, parameter, service)
  local place, encoding = parameter["in"], parameter.encoding or service.encoding or "plain"
  if CALL_OPTIONS[parameter.name] then report(where, "is the name of a call option") end
  if place == "path" and parameter.required ~= nil then report(where .. ": required", "is always so in a path") end
  if parameter.encoding and place ~= "query" then report(where .. ": encoding", "is for query parameters") end
  if parameter.type == "list" and place ~= "query" then report(where .. ": type", "list is for query parameters") end
  if place == "query" and encoding == "plain" and (parameter.type == "object" or parameter.type == "array") then
    report(where .. ": type", "needs an encoding for tables")
  end
  check_default(report, where, parameter)
end

local function check_names(report, where, parameters, seen)
  for _, parameter in ipairs(parameters or {}) do
    local name = parameter.name == "end_" and "end" or parameter.name
    if seen[name] then report(where .. ": " .. parameter.name, "is described twice") end
    seen[name] = true
  end
end

-- A body is one parameter of its own, or members, or form fields.
local function check_body(report, where, operation)
  local used
  for _, parameter in ipairs(operation.parameters or {}) do
    local place = parameter["in"]
    if BODY_PLACES[place] then
      if used and (used ~= place or place == "body") then
        report(where .. ": " .. parameter.name .. ": in", "is a second way to make the body")
      end
      used = place
    end
  end
  if used and operation.method == "GET" then report(where, "make a body, which GET has not") end
end

local function check_arguments(report, where, operation, service)
  local seen = {}
  check_names(report, where, service.common, seen)
  check_names(report, where, operation.parameters, seen)
  check_body(report, where, operation)
  for _, parameter in ipairs(operation.parameters or {}) do
    check_parameter(report, where .. ": " .. parameter.name, parameter, service)
  end
end

local function check_statuses(report, where, operation, service)
  local last, success = 0, false
  for _, status in ipairs(operation.statuses) do
    local code = type(status) == "table" and status.code or status
    local here = where .. ": statuses: " .. literals.scalar(code)
    if code <= last then report(here, "must come in order") end
    if code < 100 or code > 599 then report(here, "is no HTTP status") end
    if status == code and not (service.statuses or {})[literals.scalar(code)] then
      report(here, "has no text in the service's statuses")
    end
    last, success = code, success or code >= 200 and code < 300
  end
  if not success then report(where .. ": statuses", "hold no success") end
end

local PAGING_NEEDS = {
  page = {"size", "first", "default_size"},
  offset = {"size", "first", "default_size"},
  cursor = {},
}

local function check_paging(report, where, operation)
  local paging, query = operation.paging, {}
  if not paging then return end
  for _, parameter in ipairs(operation.parameters or {}) do query[parameter.name] = parameter["in"] == "query" end
  for _, name in ipairs {"size", "position"} do
    if paging[name] and not query[paging[name]] then report(where .. ": " .. name, "is no query parameter") end
  end
  for _, name in ipairs(PAGING_NEEDS[paging.style]) do
    if paging[name] == nil then report(where .. ": " .. name, "is missing") end
  end
  if paging.style == "cursor" and (paging.next == nil) == (paging.identity == nil) then
    report(where, "of style cursor needs next or identity")
  end
end

local function check_operation(report, where, operation, service, roots)
  check_path(report, where, operation)
  check_arguments(report, where .. ": parameters", operation, service)
  check_statuses(report, where, operation, service)
  check_paging(report, where .. ": paging", operation)
  if operation.root and not roots[operation.root] then report(where .. ": root", "is not among the roots") end
  if operation.auth == "basic" and not service.basic then report(where .. ": auth", "needs the service's basic") end
  if operation.waiting and operation.method ~= "GET" then report(where .. ": waiting", "is for reads") end
  if operation.result and (operation.answer or "json") ~= "json" then
    report(where .. ": result", "is for JSON answers")
  end
end

local function placeholders(value, found)
  if type(value) == "string" then found[#found + 1] = value:match("^%$(.+)$") end
  if type(value) == "table" then
    for _, item in pairs(value) do placeholders(item, found) end
  end
  return found
end

local function check_login(report, where, service, operations)
  local login, options = service.login, set(service.login.required)
  for name in pairs(set(service.login.optional)) do options[name] = true end
  if not operations[login.operation] then report(where .. ": operation", "is not described") end
  if (login.token_header == nil) == (login.token_member == nil) then
    report(where, "needs token_header or token_member")
  end
  if login.once and not options[login.once] then report(where .. ": once", "is no credential option") end
  for _, name in ipairs(placeholders(login.arguments, {})) do
    if not options[name] then report(where .. ": arguments: $" .. name, "is no credential option") end
  end
  return options
end

local function check_options(report, where, service, options)
  options.base_url, options.token = true, true
  for _, root in ipairs(service.roots or {}) do options[root.option] = true end
  for option in pairs(service.environment) do
    if not options[option] then report(where .. ": environment: " .. option, "is no client option") end
  end
  for _, option in pairs(service.basic or {}) do
    if not options[option] then report(where .. ": basic: " .. option, "is no client option") end
  end
end

--- Reports what contradicts itself in a description whose types are right.
-- @tparam function report called with where and what
-- @tparam string path the file, for messages
-- @tparam table service the description
-- @tparam string name the service it must describe
function rules.check(report, path, service, name)
  local operations, roots = {}, {}
  for _, parameter in ipairs(service.common or {}) do
    check_parameter(report, path .. ": common: " .. parameter.name, parameter, service)
  end
  if service.name ~= name then report(path .. ": name", "must be " .. name) end
  for _, root in ipairs(service.roots or {}) do roots[root.name] = true end
  for _, operation in ipairs(service.operations) do
    local where = path .. ": operations: " .. operation.name
    check_name(report, where, operation, operations)
    check_operation(report, where, operation, service, roots)
  end
  nodes.check(report, path, service)
  examples.check(report, path, service)
  check_options(report, path, service, check_login(report, path .. ": login", service, operations))
end

return rules
