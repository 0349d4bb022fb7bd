-- SPDX-License-Identifier: MIT
-- What lists of tenants and of users have in common: exclusive arguments, times, levels of detail, orders.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local listing = require "instar.sandbox.listing"

local selection = {}

local MOST_IDS = 100

--- Whether a list has a value.
function selection.contains(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

local function given_names(names, arguments)
  local given = {}
  for _, name in ipairs(names) do
    given[#given + 1] = arguments[name] ~= nil and name or nil
  end
  return given
end

--- The one of several exclusive arguments that is given.
-- @tparam table call
-- @tparam table names
-- @tparam table arguments
-- @treturn ?string its name
-- @treturn ?table the response, when it is not exactly one, or has too many ids
function selection.only(call, names, arguments)
  local given = given_names(names, arguments)
  if #given ~= 1 then
    return nil, errors.error(call, 400, "exactly one is needed of " .. table.concat(names, ", "))
  end
  local value = arguments[given[1]]
  if type(value) == "table" and #value > MOST_IDS then
    return nil, errors.error(call, 400, ("%s takes at most %d ids"):format(given[1], MOST_IDS))
  end
  return given[1]
end

--- The things of a store with these ids, in the order of the ids.
function selection.by_ids(store, ids, test)
  local items = {}
  for _, id in ipairs(ids) do
    items[#items + 1] = store.by_id[id]
  end
  return listing.filter(items, test)
end

--- The items that changed since a time.
-- @tparam table items
-- @tparam ?string since
-- @tparam number seeded when all of them changed last, epoch seconds
function selection.since(items, since, seeded)
  return (not since or seeded >= calendar.parse(since)) and items or {}
end

--- What of a view belongs to a level of detail.
-- @tparam table view
-- @tparam table names of members by level; a level without names has them all
-- @tparam string level
function selection.detail(view, names, level)
  if not names[level] then
    return view
  end
  local part = {}
  for _, name in ipairs(names[level]) do
    part[name] = view[name]
  end
  return part
end

--- Items in a named order; a leading "-" reverses it.
-- @tparam table call
-- @tparam table items
-- @tparam function orders from a name to a function from item to value, or nil
-- @tparam string order
-- @treturn ?table the items
-- @treturn ?table the response to an order that there is not
function selection.sort(call, items, orders, order)
  local sign, name = order:match("^(%-?)(.*)$")
  local value = orders(name)
  if not value then
    return nil, errors.error(call, 400, "order is unknown: " .. name)
  end
  return listing.sort(items, { { value = value, descending = sign == "-" } })
end

--- The ids of items, as an array.
function selection.ids(items)
  local ids = json.array()
  for index, item in ipairs(items) do
    ids[index] = item.id
  end
  return ids
end

return selection
