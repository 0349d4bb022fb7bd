-- SPDX-License-Identifier: MIT
-- Where the pages of a list lie: by number, by offset, by cursor.
--
-- A cursor has `start`; `arguments(given, position)`; `following(position, items, body)`, the position behind a page,
-- nil at the end, or nil and what is wrong; `guess(position)`, where the page behind it should lie, nil when only the
-- page tells; `before(position)`, how many items are known to lie before it; `place(position, skip)`, where a list can
-- be gone on with behind so many items of a page; `resume(place)`, for a list that starts there, false when that is no
-- place of such a list; `total` items where the service says so; `asked`, how many items a page is to have, where
-- positions depend on that, and `size`, how many it has.

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
  return setmetatable({
    facts = facts, size = size, start = tonumber(given[facts.position]) or facts.first,
    asked = facts.style ~= "offset" and size or nil,
  }, Numbered)
end

function Numbered:place(position, skip)
  if self.facts.style == "offset" then return position + skip, 0 end
  return position, skip
end

function Numbered:arguments(given, position)
  return copy_with(given, self.facts.position, position)
end

function Numbered:resume(place)
  if type(place.position) ~= "number" or place.asked ~= self.asked then return false end
  self.size = place.size or self.size
  return true
end

--- How many items lie before a position.
function Numbered:before(position)
  if self.facts.style == "offset" then return position end
  return (position - self.facts.first) * self.size
end

function Numbered:step(count)
  return self.facts.style == "offset" and count or 1
end

--- A service may give smaller pages than were asked for. It says so, or the first one shows it.
function Numbered:learn_size(size)
  if size and size >= 1 and size < self.size then self.size = size end
end

--- The total may change from page to page: the last one told counts.
-- Of a page its first and last item are remembered, to know it by: nothing of it is kept from being collected for long.
function Numbered:following(position, items, body)
  local count, total = #items, tonumber(member(body, self.facts.total)) or self.total
  local last = self.last
  if last and last.position ~= position and count > 0 and count == last.count
    and equal(items[1], last.first) and equal(items[count], last.final) then
    return nil, REPEATED
  end
  if self.asked then self:learn_size(tonumber(member(body, self.facts.size))) end
  self.total, self.last = total, {position = position, count = count, first = items[1], final = items[count]}
  local ended = total and self:before(position) + count >= total or not total and count < self.size
  if ended then return nil end
  if count == 0 then return nil, EMPTY end
  if not last then self:learn_size(count) end
  return position + self:step(count)
end

function Numbered:guess(position)
  local following = position + self:step(self.size)
  if self.total and self:before(following) >= self.total then return nil end
  return following
end

-- Pages by cursor: the position is the cursor, "" for the first page. `known` says which page has told of a cursor.
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

function Chained.place(_, position, skip)
  return position, skip
end

function Chained.resume()
  return true
end

function Chained:following(position, items, body)
  if self.known[position] == nil then self.known[position] = false end -- where the list starts: no page of it tells
  local following = self.facts.next and member(body, self.facts.next)
  if not self.facts.next and member(body, self.facts.more) == true then
    following = items[#items] and items[#items][self.facts.identity] or ""
    if following == "" then return nil, EMPTY end
  end
  if not following or following == "" then return nil end
  if #items == 0 then return nil, EMPTY end
  local told = self.known[following] -- the same page may be asked for again
  if following == position or told ~= nil and told ~= position then return nil, REPEATED end
  self.known[following] = position
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
-- @tparam table place `list`, the name of the operation; `position`, where a page starts; `skip`, how many items of it
--   have been given already; `asked` and `size` of pages where positions depend on it; `over` when nothing follows
-- @treturn string
function cursors.token(place)
  return cjson.encode(place)
end

local function is_count(value)
  return type(value) == "number" and value >= 0 and value % 1 == 0
end

local function is_position(value)
  return type(value) == "string" or is_count(value)
end

local function is_place(place)
  return type(place) == "table" and is_count(place.skip) and is_position(place.position)
    and (place.size == nil or is_count(place.size) and place.size > 0)
end

--- What a token says; nil for a text that is none.
function cursors.read(token)
  local place = cjson.decode(token)
  if not is_place(place) then return nil end
  for name, value in pairs(place) do
    if is_count(value) then place[name] = math.floor(value) end -- an integer, where the Lua has them
  end
  return place
end

return cursors
