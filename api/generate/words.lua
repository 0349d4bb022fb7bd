-- SPDX-License-Identifier: MIT
-- Descriptions of values in words.

local literals = require "generate.literals"

local words = {}

local FORMATS = {
  date = "date", ["date-time"] = "date and time", email = "e-mail address", hex24 = "24 hex digits", uri = "URI",
  uuid = "UUID",
}
local TYPES = {any = "any value", list = "list of strings"}
local UNITS = {string = " characters", array = " items"}

--- What the text of a node holds, where that is known: "UUID".
function words.format(node)
  return FORMATS[node.format]
end

--- How much a node may hold, where that is limited: "1 to 255 characters".
function words.bounds(node)
  local least, most = node.min and literals.scalar(node.min), node.max and literals.scalar(node.max)
  local text = least and (most and least .. " to " .. most or "at least " .. least) or most and "at most " .. most
  return text and text .. (UNITS[node.type] or "")
end

--- The type of a node: "array of string (UUID)".
-- @tparam table node
-- @tparam function name_schema gives the text for the name of a shared schema
function words.type(node, name_schema)
  local text = node.schema and name_schema(node.schema) or TYPES[node.type] or node.type
  if node.items then text = "array of " .. words.type(node.items, name_schema) end
  if node.map then text = "object whose members are " .. words.type(node.map, name_schema) end
  if node.format then text = text .. " (" .. words.format(node) .. ")" end
  return text .. (node.nullable and " or null" or "")
end

return words
