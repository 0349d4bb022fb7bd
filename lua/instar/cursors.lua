-- SPDX-License-Identifier: MIT
-- Where the pages of a list lie: by number, by offset, by cursor.
--
-- A cursor has `start`; `arguments(given, position)`; `following(position, items, body)`, the position behind a page,
-- nil at the end, or nil and what is wrong; `guess(position)`, where the page behind it should lie, nil when only the
-- page tells; `before(position)`, how many items are known to lie before it; `total` items where the service says so.

local cjson = require "cjson.safe"
local member = require "instar.member"

local cursors = {}

local function copy_with(given, name, value)
  local arguments = {}
  for key, other in pairs(given) do arguments[key] = other end
  arguments[name] = value
  return arguments
end

local function equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do
    if not equal(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

local EMPTY = "an empty page that promises more"
local REPEATED = "the same page came twice"

-- Pages by number and by offset differ in the step from one to the next alone.
local Numbered = {}
Numbered.__index = Numbered

local function new_numbered(facts, given)
  local size = tonumber(given[facts.size]) or facts.default_size
  return setmetatable({facts = facts, size = size, start = tonumber(given[facts.position]) or facts.first}, Numbered)
end

function Numbered:arguments(given, position)
  return copy_with(given, self.facts.position, position)
end

--- How many items lie before a position.
function Numbered:before(position)
  if self.facts.style == "offset" then return position end
  return (position - self.facts.first) * self.size
end

function Numbered:step(count)
  return self.facts.style == "offset" and count or 1
end

--- The total may change from page to page: the last one counts. A service may give smaller pages than were asked for.
-- Of a page its first and last item are remembered, to know it by: nothing of it is kept from being collected for long.
function Numbered:following(position, items, body)
  local count, total = #items, tonumber(member(body, self.facts.total))
  self.total = total
  local ends = {count = count, first = items[1], last = items[count]}
  if count > 0 and equal(ends, self.ends) then return nil, REPEATED end
  self.ends = ends
  local ended = total and self:before(position) + count >= total or not total and count < self.size
  if count == 0 and not ended then return nil, EMPTY end
  if ended then return nil end
  if count < self.size then self.size = count end
  return position + self:step(count)
end

function Numbered:guess(position)
  local following = position + self:step(self.size)
  if self.total and self:before(following) >= self.total then return nil end
  return following
end

-- Pages by cursor: the position is the cursor, "" for the first page.
local Chained = {}
Chained.__index = Chained

local function new_chained(facts, given, path_names)
  local start = given[facts.position] or ""
  return setmetatable({facts = facts, start = start, known = {}, path_names = path_names}, Chained)
end

--- A cursor that the service hands out carries every filter itself: only the path goes with it.
function Chained:arguments(given, position)
  if position == "" then return copy_with(given, self.facts.position, nil) end
  if not self.facts.next then return copy_with(given, self.facts.position, position) end
  local arguments = {[self.facts.position] = position}
  for _, name in ipairs(self.path_names) do arguments[name] = given[name] end
  return arguments
end

function Chained:following(_, items, body)
  local following = self.facts.next and member(body, self.facts.next)
  if not self.facts.next and member(body, self.facts.more) == true then
    following = items[#items] and items[#items][self.facts.identity] or ""
    if following == "" then return nil, EMPTY end
  end
  if not following or following == "" then return nil end
  if #items == 0 then return nil, EMPTY end
  if self.known[following] then return nil, REPEATED end
  self.known[following] = true
  return following
end

function Chained.guess()
  return nil
end

function Chained.before()
  return 0
end

--- A cursor for a list.
-- @tparam table facts the operation's paging
-- @tparam table given the arguments
-- @tparam table path_names the path parameters
function cursors.new(facts, given, path_names)
  if facts.style == "cursor" then return new_chained(facts, given, path_names) end
  return new_numbered(facts, given)
end

--- A place in a list as text.
-- @param position where a page starts
-- @tparam number skip items of it that have been given already
-- @tparam[opt] boolean over nothing follows
function cursors.token(position, skip, over)
  return cjson.encode{position = position, skip = skip, over = over or nil}
end

--- What a token says; nil for a text that is none.
function cursors.read(token)
  local place = cjson.decode(token)
  if type(place) ~= "table" or type(place.skip) ~= "number" then return nil end
  if type(place.position) == "number" and place.position % 1 == 0 then
    place.position = math.floor(place.position)
  end
  return place
end

return cursors
