-- SPDX-License-Identifier: MIT
-- Losant's monthly usage summaries: month, filter, sorting, pages.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.losant.errors"
local instance = require "instar.sandbox.losant.instance"
local listing = require "instar.sandbox.listing"
local respond = require "instar.sandbox.respond"
local usage = require "instar.sandbox.losant.usage"

local summaries = {}

local MAX_PER_PAGE = 1000

local function wanted_month(call)
  local text = call.arguments.month
  if text == "now" then
    return calendar.month(call.now)
  end
  local milliseconds = text:find("^%-?%d+$") and #text <= 15 and tonumber(text)
  local seconds = milliseconds and milliseconds / 1000 or calendar.parse(text)
  return seconds and calendar.month(seconds)
end

local function natural(text, least)
  local number = text:find("^%d+$") and #text <= 9 and tonumber(text)
  return number and number >= least and number
end

-- Lua 5.1 has no NUL in patterns.
local function escape(character)
  return character == "\0" and "%z" or "%" .. character
end

-- A filter may hold asterisks, each for any text.
local function filter_test(arguments)
  local field, filter = arguments.filterField, arguments.filter
  if not field or not filter then
    return function() return true end
  end
  local pattern = "^" .. filter:gsub("[^%w*]", escape):gsub("%*", ".*") .. "$"
  return function(item)
    return item[field]:find(pattern) ~= nil
  end
end

local function items_of(call, month, found)
  local items = {}
  for _, resource in ipairs(call.state.resources) do
    if resource.born <= month and month <= calendar.month(call.now) then
      items[#items + 1] = usage.summary(resource, month, found.orgDefaultLimitConfig)
    end
  end
  local arguments = call.arguments
  return listing.sort(listing.filter(items, filter_test(arguments)), {
    { value = function(item) return item[arguments.sortField] end, descending = arguments.sortDirection == "desc" },
  })
end

local function page(call, items, number, size)
  local arguments = call.arguments
  local shown = listing.slice(items, number * size, size)
  return respond.json(200, {
    items = shown, count = #shown, totalCount = #items, perPage = size, page = number,
    filter = arguments.filter, filterField = arguments.filterField,
    sortField = arguments.sortField, sortDirection = arguments.sortDirection,
  })
end

--- instance.historical_summaries
function summaries.list(call)
  local found, refusal = instance.find(call)
  local month = wanted_month(call)
  local number, size = natural(call.arguments.page, 0), natural(call.arguments.perPage, 1)
  if not found then
    return refusal
  elseif not (month and number and size) then
    return errors.error(call, 400, "month, page or perPage is not a valid number")
  end
  return page(call, items_of(call, month, found), number, math.min(size, MAX_PER_PAGE))
end

return summaries
