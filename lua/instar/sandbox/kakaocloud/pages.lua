-- SPDX-License-Identifier: MIT
-- KakaoCloud's lists: filters, sorting, pages.

local calendar = require "instar.sandbox.calendar"
local errors = require "instar.sandbox.kakaocloud.errors"
local listing = require "instar.sandbox.listing"
local respond = require "instar.sandbox.respond"

local pages = {}

local MAX_LIMIT = 1000

--- A field that is a member of the item.
function pages.member(name)
  return function(item) return item[name] end
end

--- Fields that are members of the item, by name.
function pages.members(names)
  local fields = {}
  for _, name in ipairs(names) do
    fields[name] = pages.member(name)
  end
  return fields
end

--- A filter for a time, however it is written.
function pages.same_moment(name)
  return function(item, wanted)
    local time = type(item[name]) == "string" and calendar.parse(item[name])
    return time and time == calendar.parse(wanted)
  end
end

local function fits(kind, item, arguments)
  for name, value in pairs(kind.fields) do
    local wanted, test = arguments[name], kind.filters[name]
    if wanted ~= nil and not (test and test(item, wanted) or not test and value(item) == wanted) then
      return false
    end
  end
  return true
end

local directions = { asc = false, desc = true }

-- Sort keys as listing wants them, or what is wrong with the request's.
local function sort_keys(kind, arguments)
  local keys = {}
  for index, name in ipairs(arguments.sort_keys) do
    local descending = directions[arguments.sort_dirs[index] or "desc"]
    if not kind.fields[name] then
      return nil, "sort_keys: unknown field " .. name
    elseif descending == nil then
      return nil, "sort_dirs: must be asc or desc"
    end
    keys[index] = { value = kind.fields[name], descending = descending }
  end
  return keys
end

local function page_problem(arguments)
  return arguments.limit < 1 and "limit must be at least 1" or arguments.offset < 0 and "offset must not be negative"
end

--- A handler that lists.
-- @tparam table kind `name` of the member with the items; `fields`: functions from item to value, by the names that
--   can be filtered and sorted by; `filters`: functions from item and wanted value, where equality will not do;
--   `items`: function from call to the items
function pages.handler(kind)
  return function(call)
    local arguments = call.arguments
    local keys, problem = sort_keys(kind, arguments)
    problem = problem or page_problem(arguments)
    if problem then
      return errors.error(call, 400, "Invalid input: " .. problem .. ".")
    end
    local found = listing.filter(kind.items(call), function(item) return fits(kind, item, arguments) end)
    found = listing.sort(found, keys)
    local limit = math.min(arguments.limit, MAX_LIMIT)
    return respond.json(200, {
      [kind.name] = listing.slice(found, arguments.offset, limit),
      pagination = { total = #found, offset = arguments.offset, limit = limit },
    })
  end
end

return pages
