-- SPDX-License-Identifier: MIT
-- Acronis' pages: a cursor remembers the call that made it, so that later pages need nothing else.

local errors = require "instar.sandbox.acronis.errors"
local listing = require "instar.sandbox.listing"

local pages = {}

-- Cursors have characters that must be escaped in a query, as the service's have.
local function new_cursor(call, arguments, position)
  local name = call.state.ids:text(30) .. "+/="
  call.state.cursors[name] = { path = call.path, arguments = arguments, position = position }
  return name
end

--- A page of a list.
-- @tparam table call
-- @tparam number size the largest page, and the usual one
-- @tparam function find from arguments to items, or nil and a response
-- @treturn ?table items of the page
-- @treturn ?table `paging` member of the answer, when there are more; or the response, without items
function pages.read(call, size, find)
  local arguments, position = call.arguments, 0
  if arguments.after then
    local cursor = call.state.cursors[arguments.after]
    if not cursor or cursor.path ~= call.path then
      return nil, errors.error(call, 400, "after is not a cursor of this list")
    end
    arguments, position = cursor.arguments, cursor.position
  end
  local items, refusal = find(arguments)
  if not items then
    return nil, refusal
  end
  local limit = math.min(arguments.limit or size, size)
  local after = position + limit < #items and new_cursor(call, arguments, position + limit) or nil
  return listing.slice(items, position, limit), after and { cursors = { after = after } }
end

return pages
