-- SPDX-License-Identifier: MIT
-- Filtering, sorting and cutting lists, for every operation that answers one.

local json = require "instar.sandbox.json"

local listing = {}

--- The items that a test lets through, in their order.
function listing.filter(items, test)
  local kept = {}
  for _, item in ipairs(items) do
    if test(item) then
      kept[#kept + 1] = item
    end
  end
  return kept
end

local function comparable(value)
  if type(value) == "boolean" then
    return value and 1 or 0
  end
  return value ~= json.null and value or nil
end

-- What has no value comes before what has one.
local function precedes(a, b)
  return b ~= nil and (a == nil or a < b)
end

local function compare(keys, a, b)
  for index, key in ipairs(keys) do
    if a[index] ~= b[index] then
      return precedes(a[index], b[index]) ~= key.descending
    end
  end
  return a.position < b.position
end

--- A sorted copy; equal items keep their order.
-- @tparam table items
-- @tparam table keys rows `{value = function(item), descending = boolean}`
function listing.sort(items, keys)
  local rows = {}
  for position, item in ipairs(items) do
    local row = { position = position, item = item }
    for index, key in ipairs(keys) do
      row[index] = comparable(key.value(item))
    end
    rows[position] = row
  end
  table.sort(rows, function(a, b)
    return compare(keys, a, b)
  end)
  for position, row in ipairs(rows) do
    rows[position] = row.item
  end
  return rows
end

--- A page of a list, as an array.
-- @tparam table items
-- @tparam number offset of the first item, from 0
-- @tparam number limit
function listing.slice(items, offset, limit)
  local page = json.array()
  for index = offset + 1, math.min(offset + limit, #items) do
    page[#page + 1] = items[index]
  end
  return page
end

return listing
