-- SPDX-License-Identifier: MIT
-- Losant's lists: filter and sorting by a named field, then all items, numbered pages, or a cursor.

local listing = require "instar.sandbox.listing"

local paging = {}

local MAX_PER_PAGE = 1000

--- A whole number from text.
-- @treturn ?number false or nil when the text is no such number, or one below the least
function paging.natural(text, least)
  local number = text and text:find("^%d+$") and #text <= 15 and tonumber(text)
  return number and number >= least and number
end

local function any()
  return true
end

-- Lua 5.1 has no NUL in patterns.
local function escape(character)
  return character == "\0" and "%z" or "%" .. character
end

-- A filter may hold asterisks, each for any text.
local function filter_test(arguments, read)
  local field, filter = arguments.filterField, arguments.filter
  if not field or not filter then
    return any
  end
  local pattern = "^" .. filter:gsub("[^%w*]", escape):gsub("%*", ".*") .. "$"
  return function(item)
    local value = read(item, field)
    return type(value) == "string" and value:find(pattern) ~= nil
  end
end

local function member(item, name)
  return item[name]
end

--- Filter and sort items as the arguments say.
-- @tparam table arguments with filterField, filter, sortField and sortDirection
-- @tparam table items
-- @tparam[opt] function read gives an item's value of a name; the member by default
function paging.arrange(arguments, items, read)
  read = read or member
  return listing.sort(listing.filter(items, filter_test(arguments, read)), {
    {
      value = function(item) return read(item, arguments.sortField) end,
      descending = arguments.sortDirection == "desc",
    },
  })
end

local styles = {}

function styles.whole(_, items, is_shown)
  local shown = listing.filter(items, is_shown)
  return { items = listing.slice(shown, 0, #shown) }
end

function styles.page(arguments, items, is_shown)
  items = listing.filter(items, is_shown)
  local number, size = paging.natural(arguments.page, 0), paging.natural(arguments.perPage, 1)
  if not (number and size) then
    return nil, "page or perPage is not a valid number"
  end
  size = math.min(size, MAX_PER_PAGE)
  return {
    items = listing.slice(items, number * size, size), totalCount = #items, perPage = size, page = number,
  }
end

local function position_of(items, id)
  for position, item in ipairs(items) do
    if item.id == id then
      return position
    end
  end
end

-- Positions of the first and the last item between the cursors, which are themselves left out.
local function bounds(arguments, items)
  local after = arguments.startingAfterId and position_of(items, arguments.startingAfterId)
  local before = arguments.endingBeforeId and position_of(items, arguments.endingBeforeId)
  if (arguments.startingAfterId and not after) or (arguments.endingBeforeId and not before) then
    return nil
  end
  return (after or 0) + 1, (before or #items + 1) - 1
end

-- Items directly after the one cursor, or directly before the other when that is given alone. What is no longer
-- shown can still be a cursor.
function styles.cursor(arguments, items, is_shown)
  local size, first, last = paging.natural(arguments.limit, 1), bounds(arguments, items)
  if not size then
    return nil, "limit is not a valid number"
  elseif not first then
    return nil, "startingAfterId or endingBeforeId is not in the list"
  end
  size = math.min(size, MAX_PER_PAGE)
  local between = listing.filter(listing.slice(items, first - 1, last - first + 1), is_shown)
  local backwards = arguments.endingBeforeId and not arguments.startingAfterId
  return {
    items = listing.slice(between, backwards and math.max(#between - size, 0) or 0, size),
    limit = size, hasMore = #between > size,
    startingAfterId = arguments.startingAfterId, endingBeforeId = arguments.endingBeforeId,
  }
end

--- The body of a list.
-- @tparam string style `whole`, `page` or `cursor`
-- @tparam table arguments
-- @tparam table items filtered and sorted
-- @tparam[opt] function is_shown a further test of items
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string what is wrong with the arguments
function paging.body(style, arguments, items, is_shown)
  local body, problem = styles[style](arguments, items, is_shown or any)
  if not body then
    return nil, problem
  end
  body.count = #body.items
  for _, name in ipairs{ "filter", "filterField", "sortField", "sortDirection" } do
    body[name] = arguments[name]
  end
  return body
end

return paging
