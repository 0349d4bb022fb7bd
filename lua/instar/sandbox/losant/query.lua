-- SPDX-License-Identifier: MIT
-- Losant's query documents for organizations: fields with operators, joined by $and, $or and $nor.

local json = require "instar.sandbox.json"

local query = {}

local fields = {
  id = true, creationDate = true, lastUpdated = true, name = true, mfaMode = true, isReadOnly = true,
  auditLogEnabled = true, disabledAt = true, referralId = true,
}

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

-- Only values of one kind have an order.
local function ordered(compare)
  return function(value, wanted)
    return type(value) == type(wanted) and (type(value) == "string" or type(value) == "number")
      and compare(value, wanted)
  end
end

local function text_test(find)
  return function(value, wanted)
    return type(value) == "string" and find(value, wanted)
  end
end

local operators = {
  ["$eq"] = function(value, wanted) return value == wanted end,
  ["$ne"] = function(value, wanted) return value ~= wanted end,
  ["$gt"] = ordered(function(value, wanted) return value > wanted end),
  ["$gte"] = ordered(function(value, wanted) return value >= wanted end),
  ["$lt"] = ordered(function(value, wanted) return value < wanted end),
  ["$lte"] = ordered(function(value, wanted) return value <= wanted end),
  ["$startsWith"] = text_test(function(value, wanted) return value:sub(1, #wanted) == wanted end),
  ["$endsWith"] = text_test(function(value, wanted) return #wanted <= #value and value:sub(-#wanted) == wanted end),
  ["$contains"] = text_test(function(value, wanted) return value:find(wanted, 1, true) ~= nil end),
  ["$in"] = function(value, wanted) return contains(wanted, value) end,
  ["$nin"] = function(value, wanted) return not contains(wanted, value) end,
}

local wanted_types = {
  ["$in"] = "table", ["$nin"] = "table", ["$startsWith"] = "string", ["$endsWith"] = "string",
  ["$contains"] = "string",
}

local function lower(value)
  if type(value) == "table" then
    local list = {}
    for index, item in ipairs(value) do
      list[index] = lower(item)
    end
    return list
  end
  return type(value) == "string" and value:lower() or value
end

-- A condition is a value to be equal to, or operators that must all hold; with $ci capitals do not matter.
local function check_condition(name, condition)
  for operator, wanted in pairs(type(condition) == "table" and condition or {}) do
    if operator ~= "$ci" and not operators[operator] then
      return ("query: %s has no operator %s"):format(name, operator)
    elseif wanted_types[operator] and type(wanted) ~= wanted_types[operator] then
      return ("query: %s of %s must be a %s"):format(operator, name, wanted_types[operator])
    end
  end
end

local function holds(value, condition)
  if value == nil then
    value = json.null
  end
  if type(condition) ~= "table" then
    return value == condition
  end
  local prepare = condition["$ci"] and lower or function(same) return same end
  for operator, wanted in pairs(condition) do
    if operator ~= "$ci" and not operators[operator](prepare(value), prepare(wanted)) then
      return false
    end
  end
  return true
end

local function is_tag(tag, wanted)
  local by_key = wanted["$tagKey"] ~= nil or wanted["$tagValue"] ~= nil
  if by_key then
    return (wanted["$tagKey"] == nil or holds(tag.key, wanted["$tagKey"]))
      and (wanted["$tagValue"] == nil or holds(tag.value, wanted["$tagValue"]))
  end
  return wanted[tag.key] ~= nil and holds(tag.value, wanted[tag.key])
end

local function any_tag(item, wanted)
  for _, tag in ipairs(item.tags) do
    if is_tag(tag, wanted) then
      return true
    end
  end
  return false
end

local function any_member(item, condition)
  for _, member in ipairs(item.members) do
    if holds(member.userId, condition) then
      return true
    end
  end
  return false
end

local function tags_hold(item, wanted)
  if wanted["$ne"] then
    return not any_tag(item, wanted["$ne"])
  end
  return any_tag(item, wanted["$eq"] or wanted)
end

local lists = { tags = tags_hold, memberId = any_member }

local function count(documents, item)
  local held = 0
  for _, document in ipairs(documents) do
    held = held + (query.matches(document, item) and 1 or 0)
  end
  return held
end

local joins = {
  ["$and"] = function(documents, item) return count(documents, item) == #documents end,
  ["$or"] = function(documents, item) return count(documents, item) > 0 end,
  ["$nor"] = function(documents, item) return count(documents, item) == 0 end,
}

local function check_member(name, value)
  if joins[name] then
    for _, document in ipairs(type(value) == "table" and value or {}) do
      local problem = query.check(document)
      if problem then
        return problem
      end
    end
    return type(value) ~= "table" and ("query: %s must be an array"):format(name) or nil
  elseif lists[name] == tags_hold then
    return type(value) ~= "table" and "query: tags must be an object" or nil
  elseif not fields[name] and not lists[name] then
    return ("query: %s is not allowed"):format(name)
  end
  return check_condition(name, value)
end

--- What is wrong with a document.
-- @treturn ?string nil when all is well
function query.check(document)
  if type(document) ~= "table" then
    return "query: must be an object"
  end
  for name, value in pairs(document) do
    local problem = check_member(tostring(name), value)
    if problem then
      return problem
    end
  end
end

--- Whether a document without faults fits an organization.
function query.matches(document, item)
  for name, wanted in pairs(document) do
    local held
    if joins[name] then
      held = joins[name](wanted, item)
    elseif lists[name] then
      held = lists[name](item, wanted)
    else
      held = holds(item[name], wanted)
    end
    if not held then
      return false
    end
  end
  return true
end

--- Read a document from JSON text.
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string what is wrong with the text
function query.read(text)
  local document = json.decode(text)
  local problem = query.check(document)
  if problem then
    return nil, problem
  end
  return document
end

return query
