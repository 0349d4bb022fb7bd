-- SPDX-License-Identifier: MIT
-- From a request to the arguments of its operation, and what is wrong with them.

local json = require "instar.sandbox.json"
local schema = require "instar.sandbox.schema"
local uri = require "instar.sandbox.uri"

local arguments = {}

local booleans = { ["true"] = true, ["True"] = true, ["1"] = true, ["false"] = false, ["False"] = false, ["0"] = false }

local function split(text)
  local list = json.array()
  for item in text:gmatch("[^,]+") do
    list[#list + 1] = item
  end
  return list
end

-- How text in queries and forms becomes a value; what cannot stays text and fails its type check.
local readers = {
  integer = function(text) return text:find("^%-?%d+$") and tonumber(text) end,
  number = tonumber,
  boolean = function(text) return booleans[text] end,
  list = split,
  object = json.decode,
  array = json.decode,
}

local function convert(node, text)
  local value
  if type(text) == "string" and readers[node.type] then
    value = readers[node.type](text)
  end
  if value == nil then
    return text
  end
  return value
end

-- Bracketed names give tables, with text at their ends.
local function convert_all(node, given)
  if type(given) ~= "table" then
    return convert(node, given)
  end
  for _, member in ipairs(node.members or {}) do
    given[member.name] = convert_all(member, given[member.name])
  end
  for index, item in pairs(node.items and given or {}) do
    given[index] = convert_all(node.items, item)
  end
  return given
end

-- An empty value means that none was given.
local function read_text(parameter, text)
  if text == nil or text == "" then
    return convert(parameter, parameter.default)
  end
  return convert_all(parameter, text)
end

local function is_json(media)
  return media == "application/json" or media:find("^application/.*%+json$") ~= nil
end

local bodies = {
  json = {
    accepts = is_json,
    decode = json.decode,
  },
  form = {
    accepts = function(media) return media == "application/x-www-form-urlencoded" end,
    decode = uri.fields,
  },
}

-- The decoded body, nil when there is none or when it cannot be read; the latter is reported.
local function read_body(report, call, policy)
  local kind, text = bodies[call.operation.body], call.request.body or ""
  if not kind or (text == "" and not policy.media_required) then
    return nil
  end
  local media = (call.request.headers["content-type"] or ""):lower():match("^[^;%s]*")
  if not kind.accepts(media) then
    return schema.add(report, "media", "must be sent as " .. call.operation.body, call.operation.body)
  end
  local value, problem = kind.decode(text)
  if value == nil then
    schema.add(report, "syntax", "is not valid JSON: " .. problem)
  end
  return value
end

local function body_member(parameter, sources)
  if type(sources.body) == "table" then
    return sources.body[parameter.name]
  end
end

local places = {
  path = function(parameter, sources) return sources.path[parameter.name] end,
  query = function(parameter, sources) return read_text(parameter, sources.query[parameter.name]) end,
  header = function(parameter, sources) return sources.headers[parameter.name:lower()] end,
  form = function(parameter, sources) return read_text(parameter, body_member(parameter, sources)) end,
  member = body_member,
  body = function(_, sources) return sources.body end,
}

local in_body = { member = "body", form = "body" }

local function check_parameter(report, parameter, value)
  if parameter.place == "body" then
    return schema.at(report, "body", schema.check_optional, parameter, value)
  end
  local place = in_body[parameter.place] or parameter.place
  schema.at(report, place, schema.at, parameter.name, schema.check_optional, parameter, value)
end

-- Bodies that are described member by member must be objects, and some services take no other members.
local function check_top_level(report, operation, body, policy)
  local members, count = {}, 0
  for _, parameter in ipairs(operation.parameters) do
    if parameter.place == "member" then
      members[parameter.name], count = true, count + 1
    end
  end
  if count == 0 or body == nil then
    return
  end
  schema.at(report, "body", schema.check, { type = "object" }, body)
  if policy.closed_body and type(body) == "table" then
    schema.at(report, "body", schema.refuse_unknown, body, members)
  end
end

-- Path values are taken as they are: an id that cannot be is simply not found.
local function read_parameters(report, parameters, sources, given)
  for _, parameter in ipairs(parameters or {}) do
    local value = places[parameter.place](parameter, sources)
    if parameter.place ~= "path" then
      check_parameter(report, parameter, value)
    end
    given[parameter.name] = value
  end
end

--- Read the arguments of a call.
-- @tparam table call with operation, common, request, query and path_values
-- @tparam table policy `closed_body`: unknown members of the body are refused;
--   `media_required`: also a request without a body must name its media type
-- @treturn table arguments by name
-- @treturn table problems (`schema.report`); empty when all is well
function arguments.read(call, policy)
  local report, given = schema.report(), {}
  local body = schema.at(report, "body", read_body, call, policy)
  if #report.problems > 0 then
    return given, report.problems
  end
  local query, headers = uri.fields(call.query), call.request.headers
  local sources = { path = call.path_values, query = query, headers = headers, body = body }
  check_top_level(report, call.operation, body, policy)
  read_parameters(report, call.common, sources, given)
  read_parameters(report, call.operation.parameters, sources, given)
  return given, report.problems
end

return arguments
