-- SPDX-License-Identifier: MIT
-- Writes a service's reference as a page of Markdown.

local examples = require "generate.examples"
local literals = require "generate.literals"
local markdown = require "generate.markdown"
local words = require "generate.words"

local reference = {}

local code, codes = markdown.code, markdown.codes

local function schema_heading(name)
  return "Schema " .. name
end

local function link_schema(name)
  return markdown.link(code(name), schema_heading(name))
end

local function sentence(parts)
  return table.concat(parts, "; ")
end

-- Documented values, limits and defaults of an argument or member.
local function values_cell(node)
  local parts, values = {}, node.values or node.items and node.items.values
  if values then parts[1] = codes(values, " · ") end
  parts[#parts + 1] = words.bounds(node)
  if node.default ~= nil then parts[#parts + 1] = "default " .. code(literals.scalar(node.default)) end
  if node.fallback ~= nil then parts[#parts + 1] = "sent unless given: " .. code(literals.scalar(node.fallback)) end
  return sentence(parts)
end

local add_members

-- The row of a value, and rows for what is inside it; a shared schema is described in one place of its own.
local function add_rows(rows, names, node, place)
  local required = place == "path" or node.required
  rows[#rows + 1] = {
    codes(names), place or "", words.type(node, link_schema), required and "yes" or "", values_cell(node),
    node.text or "",
  }
  add_members(rows, table.concat(names, "|"), node)
end

function add_members(rows, prefix, node)
  if node.items then add_members(rows, prefix .. "[]", node.items) end
  if node.map then add_members(rows, prefix .. ".*", node.map) end
  for _, member in ipairs(node.members or {}) do
    local names = {}
    for i, name in ipairs(member.names or {member.name}) do names[i] = prefix .. "." .. name end
    add_rows(rows, names, member)
  end
end

local ARGUMENT_HEAD = {"argument", "in", "type", "required", "values", "meaning"}
local MEMBER_HEAD = {"member", "in", "type", "always", "values", "meaning"}

local function arguments_table(parameters)
  local rows = {}
  for _, parameter in ipairs(parameters) do add_rows(rows, {parameter.name}, parameter.node, parameter.place) end
  return #rows > 0 and markdown.table(ARGUMENT_HEAD, rows) or nil
end

-- What is inside a node, the node itself having no name; nil where nothing is described.
local function members_table(node)
  local rows = {}
  add_members(rows, "", node)
  for _, row in ipairs(rows) do row[1] = row[1]:gsub("`%.", "`") end
  return #rows > 0 and markdown.table(MEMBER_HEAD, rows) or nil
end

local ANSWERS = {
  file = "the file's bytes, as a string",
  other = "not described: JSON as a table, other text as a string, an empty body as `true`",
  json = "JSON that is not described",
}

local function answer_text(operation)
  local text = operation.result and words.type(operation.result, link_schema) or ANSWERS[operation.answer]
  if operation.result and members_table(operation.result) then text = text .. ", described below" end
  for _, status in ipairs(operation.statuses) do
    if status.code == 204 and operation.result then text = text .. ", or `true` with status 204" end
  end
  return text
end

local function statuses_text(operation, service)
  local parts = {}
  for i, status in ipairs(operation.statuses) do
    local number = literals.scalar(status.code)
    parts[i] = number .. (service.statuses[number] ~= status.text and " (" .. status.text .. ")" or "")
  end
  return table.concat(parts, ", ")
end

local POSITIONS = {
  page = "%s is the page's number, from %d",
  offset = "%s is the index of the first item, from %d",
  cursor = "%s is the cursor",
}

local function next_text(paging)
  if paging.next then return "the next one is in " .. code(paging.next) end
  if paging.identity then return "the next one is the last item's " .. code(paging.identity) end
end

local function paging_text(paging)
  local parts = {"items are in " .. code(paging.items)}
  parts[2] = POSITIONS[paging.style]:format(code(paging.position), paging.first or 0)
  parts[#parts + 1] = next_text(paging)
  if paging.more then parts[#parts + 1] = code(paging.more) .. " says whether more follows" end
  if paging.total then parts[#parts + 1] = "the total is in " .. code(paging.total) end
  if paging.size then
    parts[#parts + 1] = ("%s is the page's size, %d unless given"):format(code(paging.size), paging.default_size)
  end
  return sentence(parts)
end

local function waiting_text(waiting)
  local parts = {code(waiting.status) .. " is " .. codes(waiting.states, " · ")}
  if waiting.failed then parts[2] = codes(waiting.failed) .. " means failure" end
  return sentence(parts)
end

-- What sets the request apart from most.
local function request_text(operation, service)
  local parts = {}
  for _, root in ipairs(service.roots) do
    if root.name == operation.root then parts[1] = "goes to " .. code(root.option) .. ", " .. root.url end
  end
  if operation.auth == "none" then parts[#parts + 1] = "needs no token" end
  if operation.auth == "basic" then
    parts[#parts + 1] = "authenticates with " .. code(service.basic.user) .. " and " .. code(service.basic.password)
  end
  if operation["repeat"] == "unsafe" then parts[#parts + 1] = "is not sent again once it may have arrived" end
  if operation["repeat"] == "safe" and operation.method == "POST" then parts[#parts + 1] = "may be sent again" end
  return #parts > 0 and sentence(parts) or nil
end

-- Lines of a list, {name, text} each; those without text are left out.
local function facts(rows)
  local lines = {}
  for i = 1, #rows do
    if rows[i][2] then lines[#lines + 1] = "- **" .. rows[i][1] .. "**: " .. rows[i][2] end
  end
  return table.concat(lines, "\n")
end

local function operation_facts(operation, service)
  local rows = {
    {"Request", request_text(operation, service) or false},
    {"Answer", answer_text(operation)},
    {"Statuses", statuses_text(operation, service)},
    {"Pages", operation.paging and paging_text(operation.paging)},
    {"States", operation.waiting and waiting_text(operation.waiting)},
    {"Scopes, one of", operation.scopes and codes(operation.scopes)},
    {"Roles, one of", operation.roles and codes(operation.roles)},
  }
  for _, note in ipairs(operation.notes or {}) do rows[#rows + 1] = {"Note", note} end
  return facts(rows)
end

local function add_operation(page, operation, service)
  page:add("### " .. operation.name)
  page:add(operation.text .. ".\n\n" .. code(operation.method .. " " .. operation.path))
  page:add(arguments_table(operation.parameters))
  page:add(operation_facts(operation, service))
  page:add(operation.result and members_table(operation.result))
  page:add(markdown.lua(examples.code(operation, service)))
end

local Page = {}
Page.__index = Page

function Page:add(text)
  if text and text ~= "" then self[#self + 1] = text end
end

-- Runs of operations of one resource, in order.
local function by_resource(operations)
  local groups = {}
  for _, operation in ipairs(operations) do
    local group = groups[#groups]
    if not group or group.name ~= operation.resource then
      group = {name = operation.resource}
      groups[#groups + 1] = group
    end
    group[#group + 1] = operation
  end
  return groups
end

local function contents(groups)
  local rows = {}
  for i, group in ipairs(groups) do
    local links = {}
    for j, operation in ipairs(group) do links[j] = markdown.link(code(operation.action), operation.name) end
    rows[i] = {markdown.link(code(group.name), group.name), table.concat(links, " · ")}
  end
  return markdown.table({"resource", "operations"}, rows)
end

local function constructor(service)
  local fields = {}
  if not service.base_url then fields[1] = "base_url = " .. literals.lua_string(service.examples.base_url) end
  for _, name in ipairs(service.login.required) do fields[#fields + 1] = name .. ' = "…"' end
  return ('local instar = require "instar"\nlocal %s = instar.%s{%s}'):format(
    service.name, service.name, table.concat(fields, ", "))
end

local function addresses(service)
  local parts = {service.base_url and "Requests go to " .. service.base_url or "Requests go to the client's `base_url`"}
  if service.version then
    parts[2] = "with " .. code(service.version.header .. ": " .. service.version.value)
  end
  return table.concat(parts, " ") .. "."
end

local function statuses_table(service)
  local rows = {}
  for i, number in ipairs(literals.sorted_keys(service.statuses)) do rows[i] = {number, service.statuses[number]} end
  return markdown.table({"status", "meaning, where an operation says nothing else"}, rows)
end

local function add_head(page, service)
  page:add("<!-- Generated by api/generate.lua from api/" .. service.name .. ".json. Do not edit. -->")
  page:add("# " .. service.title)
  page:add(("%d operations of `instar.%s`, after %s. %s"):format(
    #service.operations, service.name, service.source, addresses(service)))
  page:add("The examples go on from here; ids and credentials in them are those of `instar.sandbox`, where all of them"
    .. " run. How calls, errors and options work is said in the [README](../../README.md).")
  page:add(markdown.lua(constructor(service)))
end

local function add_schemas(page, service)
  local names = literals.sorted_keys(service.schemas)
  if #names > 0 then page:add("## Schemas") end
  for _, name in ipairs(names) do
    local schema = service.schemas[name]
    page:add("### " .. schema_heading(name))
    page:add(schema.text and schema.text .. ".")
    page:add(members_table(schema) or words.type(schema, link_schema))
  end
end

--- Writes the reference of a service.
-- @tparam table service from resolve.service
-- @treturn string Markdown
function reference.write(service)
  local page, groups = setmetatable({}, Page), by_resource(service.operations)
  add_head(page, service)
  page:add(contents(groups))
  if #service.common > 0 then page:add("Every operation takes these too:\n\n" .. arguments_table(service.common)) end
  page:add(statuses_table(service))
  for _, group in ipairs(groups) do
    page:add("## " .. group.name)
    for _, operation in ipairs(group) do add_operation(page, operation, service) end
  end
  add_schemas(page, service)
  return table.concat(page, "\n\n") .. "\n"
end

return reference
