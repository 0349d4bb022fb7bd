-- SPDX-License-Identifier: MIT
-- Writes a service as const C data, the structs of src/api/api.h.

local literals = require "generate.literals"

local c_rows = {}

local WIDTH = 120
local MAX_CHAR, MAX_SHORT = 255, 65535

-- What is being written: the tables so far, in an order in which C knows every name before its use.
local Writer = {}
Writer.__index = Writer

-- A name for a table, one that C allows and that is used once.
function Writer:name_for(...)
  local name = table.concat({...}, "_"):gsub("[^%w_]", "_")
  assert(not self.names[name], self.service.name .. ": two tables would be called " .. name)
  self.names[name] = true
  return name
end

function Writer:add(text)
  self.output[#self.output + 1] = text
end

local function text_or_nil(text)
  return text and literals.c_string(text, "      ")
end

local function number_or_nil(value)
  return value and literals.scalar(value)
end

local function constant(group, value)
  return "INSTAR_" .. group .. "_" .. value:upper()
end

local function count(rows, limit, what)
  if #rows > limit then error(what .. ": " .. #rows .. " entries, at most " .. limit .. " fit", 0) end
  return #rows > 0 and literals.scalar(#rows) or nil
end

-- Fields are {name, text}; those without text are left out and so are zero.
local function assignments(fields)
  local parts = {}
  for _, field in ipairs(fields) do
    if field[2] then parts[#parts + 1] = "." .. field[1] .. " = " .. field[2] end
  end
  return parts
end

-- A row on as few lines as it needs.
local function row(fields)
  local parts = assignments(fields)
  local lines, line = {}, "  { " .. parts[1]
  for i = 2, #parts do
    if #line + #parts[i] + 5 > WIDTH then lines[#lines + 1], line = line .. ",", "    " .. parts[i]
    else line = line .. ", " .. parts[i] end
  end
  lines[#lines + 1] = line .. " }"
  return table.concat(lines, "\n")
end

-- A row with a line for every field.
local function tall_row(fields)
  return "  {\n    " .. table.concat(assignments(fields), ",\n    ") .. "\n  }"
end

local function struct(fields)
  return "{\n  " .. table.concat(assignments(fields), ",\n  ") .. "\n};\n"
end

-- Writes an array; returns its name, or nil when there is nothing to write.
function Writer:array(kind, rows, ...)
  if #rows == 0 then return nil end
  local name = self:name_for(...)
  self:add("static const " .. kind .. " " .. name .. "[] = {\n" .. table.concat(rows, ",\n") .. "\n};\n")
  return name
end

-- Writes one struct; returns its address.
function Writer:single(kind, fields, ...)
  local name = self:name_for(...)
  self:add("static const " .. kind .. " " .. name .. " = " .. struct(fields))
  return "&" .. name
end

function Writer:strings(list, ...)
  if not list or #list == 0 then return nil end
  local lines, line = {}, " "
  for _, text in ipairs(list) do
    local item = " " .. literals.c_string(text) .. ","
    if #line + #item > WIDTH then lines[#lines + 1], line = line, " " end
    line = line .. item
  end
  lines[#lines + 1] = line .. " NULL"
  return self:array("char *const", {table.concat(lines, "\n")}, ...)
end

function Writer:parameters(list, owner)
  local rows = {}
  for i, parameter in ipairs(list) do
    rows[i] = row {
      {"name", text_or_nil(parameter.name)},
      {"text", text_or_nil(parameter.text)},
      {"fallback", text_or_nil(parameter.fallback)},
      {"server_default", text_or_nil(parameter.default)},
      {"values", self:strings(parameter.values, owner, parameter.name, "values")},
      {"place", constant("PLACE", parameter.place)},
      {"type", constant("TYPE", parameter.type)},
      {"encoding", parameter.encoding ~= "plain" and constant("ENCODING", parameter.encoding)},
      {"required", parameter.required and "1"},
    }
  end
  return self:array("struct instar_parameter", rows, owner, "parameters")
end

function Writer:shapes(shapes, owner)
  local rows = {}
  for i, shape in ipairs(shapes) do
    rows[i] = row {
      {"name", text_or_nil(shape.name)},
      {"children", self:shapes(shape.children, owner .. "_" .. shape.name)},
      {"child_count", count(shape.children, MAX_CHAR, self.service.name .. ": " .. owner)},
      {"array", shape.array and "1"},
    }
  end
  return self:array("struct instar_shape", rows, owner)
end

function Writer:statuses(statuses, owner)
  local rows = {}
  for i, status in ipairs(statuses) do
    rows[i] = "  { " .. literals.scalar(status.code) .. ", " .. text_or_nil(status.text) .. " }"
  end
  return self:array("struct instar_status", rows, owner, "statuses")
end

function Writer:paging(paging, owner)
  if not paging then return nil end
  local fields = {{"style", constant("PAGING", paging.style)}}
  for _, name in ipairs {"items", "size", "position", "total", "next", "more", "identity"} do
    fields[#fields + 1] = {name, text_or_nil(paging[name])}
  end
  for _, name in ipairs {"first", "default_size"} do fields[#fields + 1] = {name, number_or_nil(paging[name])} end
  return self:single("struct instar_paging", fields, owner, "paging")
end

function Writer:waiting(waiting, owner)
  if not waiting then return nil end
  return self:single("struct instar_waiting", {
    {"status", text_or_nil(waiting.status)},
    {"failed", self:strings(waiting.failed, owner, "failed")},
    {"states", self:strings(waiting.states, owner, "states")},
  }, owner, "waiting")
end

function Writer:operation(operation)
  local owner, where = operation.resource .. "_" .. operation.action, self.service.name .. ": " .. operation.name
  return tall_row {
    {"resource", text_or_nil(operation.resource)},
    {"action", text_or_nil(operation.action)},
    {"method", text_or_nil(operation.method)},
    {"path", text_or_nil(operation.path)},
    {"text", text_or_nil(operation.text)},
    {"root", text_or_nil(operation.root)},
    {"parameters", self:parameters(operation.parameters, owner)},
    {"arrays", self:shapes(operation.arrays, owner .. "_arrays")},
    {"paging", self:paging(operation.paging, owner)},
    {"waiting", self:waiting(operation.waiting, owner)},
    {"statuses", self:statuses(operation.statuses, owner)},
    {"parameter_count", count(operation.parameters, MAX_CHAR, where .. ": parameters")},
    {"array_count", count(operation.arrays, MAX_CHAR, where .. ": arrays")},
    {"status_count", count(operation.statuses, MAX_CHAR, where .. ": statuses")},
    {"body", constant("BODY", operation.body)},
    {"answer", constant("ANSWER", operation.answer)},
    {"auth", constant("AUTH", operation.auth)},
    {"repeat", constant("REPEAT", operation["repeat"])},
  }
end

function Writer:operations(operations)
  local rows = {}
  for i, operation in ipairs(operations) do rows[i] = self:operation(operation) end
  return self:array("struct instar_operation", rows, "operations")
end

function Writer:login(login)
  local fields = {
    {"operation", text_or_nil(login.operation)},
    {"required", self:strings(login.required, "login_required")},
    {"optional", self:strings(login.optional, "login_optional")},
    {"arguments", text_or_nil(literals.json(login.arguments))},
  }
  for _, name in ipairs {"token_header", "token_member", "expires_at", "expires_on", "expires_in", "once"} do
    fields[#fields + 1] = {name, text_or_nil(login[name])}
  end
  fields[#fields + 1] = {"renew_before", number_or_nil(login.renew_before)}
  return self:single("struct instar_login", fields, "login")
end

-- A table of rows whose members are all strings.
function Writer:records(list, kind, members, name)
  local rows = {}
  for i, record in ipairs(list) do
    local fields = {}
    for j, member in ipairs(members) do fields[j] = {member, text_or_nil(record[member])} end
    rows[i] = row(fields)
  end
  return self:array(kind, rows, name)
end

function Writer:service_fields()
  local service = self.service
  local version, basic = service.version or {}, service.basic or {}
  return {
    {"name", text_or_nil(service.name)},
    {"title", text_or_nil(service.title)},
    {"base_url", text_or_nil(service.base_url)},
    {"version_header", text_or_nil(version.header)},
    {"version", text_or_nil(version.value)},
    {"auth_header", text_or_nil(service.token.header)},
    {"auth_prefix", text_or_nil(service.token.prefix or "")},
    {"basic_user", text_or_nil(basic.user)},
    {"basic_password", text_or_nil(basic.password)},
    {"login", self:login(service.login)},
    {"roots", self:records(service.roots, "struct instar_root", {"name", "option", "url"}, "roots")},
    {"variables", self:records(service.variables, "struct instar_variable", {"option", "variable"}, "variables")},
    {"common", self:parameters(service.common, "common")},
    {"error_code", self:strings(service.error.code, "error_code")},
    {"error_message", self:strings(service.error.message, "error_message")},
    {"operations", self:operations(service.operations)},
    {"root_count", count(service.roots, MAX_CHAR, service.name .. ": roots")},
    {"variable_count", count(service.variables, MAX_CHAR, service.name .. ": environment")},
    {"common_count", count(service.common, MAX_CHAR, service.name .. ": common")},
    {"operation_count", count(service.operations, MAX_SHORT, service.name .. ": operations")},
  }
end

--- Writes one service.
-- @tparam table service from resolve.service
-- @treturn string the C file
function c_rows.write(service)
  local writer = setmetatable({service = service, output = {}, names = {}}, Writer)
  local fields = writer:service_fields()
  return "/* SPDX-License-Identifier: MIT\n** Generated by api/generate.lua from api/" .. service.name
    .. ".json. Do not edit. */\n#include \"api/api.h\"\n\n" .. table.concat(writer.output, "\n")
    .. "\nconst struct instar_service instar_service_" .. service.name .. " = " .. struct(fields)
end

return c_rows
