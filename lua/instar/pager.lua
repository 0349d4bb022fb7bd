-- SPDX-License-Identifier: MIT
-- op:each, op:pages, op:collect: lists that come in pages.

--- A list being read.
--
-- `for item in op:each(args, options) do body end` does the same as
--
--     local pager = op:each(args, options)
--     while true do
--       local item, message, err = pager:next()
--       if err then error(err, 0) end
--       if item == nil then break end
--       body
--     end
--     pager:close()
--
-- @classmod pager

local core = require "instar.core"
local cursors = require "instar.cursors"
local failure = require "instar.failure"
local fetch = require "instar.fetch"
local invocation = require "instar.invocation"
local member = require "instar.member"
local scheduler = require "instar.scheduler"

local unpack = require("instar.tuple").unpack

local pager = {}

local function is_count(value)
  return value >= 0 and value % 1 == 0
end

local own_options = {
  prefetch = {"number", is_count, "a whole number from 0"},
  max = {"number", is_count, "a whole number from 0"},
  token = {"string", nil, "a token of pager:token()"},
  progress = {nil, invocation.is_callable, "a function"},
}

-- What is behind a pager: `calls` under way, in order, each with the position that it asks for; `items` of the page
-- at `page_position` that is being given out, of which `taken` have been; `following`, where the next page lies, of
-- which `skip` items have been given already; `start`, the place where the list was begun, `seen` and `given`, how many
-- items have come and been given since.
local Reader = {}
Reader.__index = Reader

--- Starts a call for the page at a position.
function Reader:ask(position)
  local given = invocation.copy(self.strings)
  given[#given + 1] = self.cursor:arguments(self.arguments, position)
  given[#given + 1] = self.options
  local page = {position = position, fetch = fetch.start(self.operation, unpack(given))}
  table.insert(self.calls, page)
  return page
end

--- How many items lie before the list's start.
function Reader:before()
  return self.cursor:before(self.start.position) + self.start.skip
end

--- Where the page behind another should lie; nil when nobody knows, or wants it.
function Reader:guess(position)
  local following = self.cursor:guess(position)
  if not following or not self.max then return following end
  if self.cursor:before(following) - self:before() < self.max then return following end
end

--- A page has arrived. Where it is known that there is one more to fetch, that is asked for now, since decoding takes
-- its time.
function Reader:look_ahead(page)
  local known = self.prefetch > 0 and self.cursor.total and page.fetch:has_answer()
  local position = known and self:guess(self.calls[#self.calls].position)
  if not position then return end
  self:ask(position)
  core.push()
end

--- Lets go of what is under way: nobody wants more, or the positions were guessed wrong.
function Reader:drop()
  local calls = self.calls
  self.calls = {}
  for _, page in ipairs(calls) do page.fetch:cancel() end
end

--- Keeps as many pages under way as are to be fetched ahead.
function Reader:fill()
  local position = self.position
  for i = 1, self.prefetch do
    if not position then break end
    if not self.calls[i] then self:ask(position) end
    position = self:guess(position)
  end
  scheduler.kick()
end

--- The page that failed may be asked for again.
function Reader:fail(message, err)
  err.resume = self:token()
  self:drop()
  return nil, message, err
end

--- Tells the program's own function how many items have come, and of how many where the service says so.
function Reader:report(seen)
  local total = self.cursor.total and math.max(self.cursor.total - self:before(), 0)
  local limit = self.max or math.huge
  local ok, cause = pcall(self.progress, math.min(seen, limit), total and math.min(total, limit))
  if not ok then return self:fail(select(2, failure.of(cause))) end
end

--- Takes a page in: checks that it can be right, and looks where the next one lies.
function Reader:accept(position, body)
  local items = member(body, self.facts.items)
  if type(items) ~= "table" then items = {} end
  local following, problem = self.cursor:following(position, items, body)
  if problem then
    return self:fail(select(2, failure.give("decode", self.name .. ": " .. problem, {operation = self.action})))
  end
  local seen = math.max(self.seen + #items, 0)
  if self.progress then
    local _, message, err = self:report(seen)
    if err then return nil, message, err end
  end
  if self.calls[1] and self.calls[1].position ~= following then self:drop() end
  self.page_position, self.taken = position, self.skip
  self.following, self.skip, self.seen = following, 0, seen
  self:want()
  if self.position then self:fill() else self:drop() end
  return body, items
end

--- Settles whether the page that follows is wanted.
function Reader:want()
  local enough = self.closed or self.max and math.max(self.seen, 0) >= self.max
  self.position = not enough and self.following or nil
end

--- Is another coroutine waiting for a page? One that has been cancelled there does not come back.
function Reader:is_busy()
  local reading = self.reading
  return reading and not (reading ~= true and reading.done)
end

--- Waits for the page that is wanted and takes it in. Who is cancelled meanwhile takes along what is under way.
function Reader:read()
  local page = self.calls[1] or self:ask(self.position)
  page.fetch:wait(function() self:drop() end)
  if self.calls[1] == page then self:look_ahead(page) end
  local body, message, err = page.fetch:answer()
  if err then return self:fail(message, err) end
  if self.calls[1] == page then table.remove(self.calls, 1) end
  return self:accept(page.position, body)
end

--- The next page: body and items; nothing at the end; nil, message, err.
function Reader:next_page()
  if self.closed or not self.position then return nil end
  if self:is_busy() then core.misuse(self.name .. ": the pager is being read already") end
  self.reading = scheduler.owner() or true
  local body, items, err = self:read()
  self.reading = false
  return body, items, err
end

--- The next item, over the bounds of pages.
function Reader:next_item()
  if self.max and self.given >= self.max then return nil end
  while not self.items or self.taken >= #self.items do
    self.items = nil -- to be collected while the next one comes
    local body, items, err = self:next_page()
    if body == nil then return nil, items, err end
    self.items = items
  end
  self.taken, self.given = self.taken + 1, self.given + 1
  return self.items[self.taken]
end

--- Where to go on, as text.
function Reader:token()
  local position, skip = self.following or self.page_position, self.skip
  if self.items and self.taken < #self.items then position, skip = self.page_position, self.taken end
  local over = not self.following and position == self.page_position and skip == 0 or nil
  position, skip = self.cursor:place(position, skip)
  local asked, size = self.cursor.asked, self.cursor.asked and self.cursor.size
  return cursors.token{list = self.name, position = position, skip = skip, asked = asked, size = size, over = over}
end

local function path_names(facts)
  local names = {}
  for _, parameter in ipairs(facts.parameters) do
    if parameter["in"] == "path" then names[#names + 1] = parameter.name end
  end
  return names
end

--- Raises for a list's own options among the arguments.
local function check_places(name, facts, arguments)
  local parameters = {}
  for _, parameter in ipairs(facts.parameters) do parameters[parameter.name] = true end
  for option in pairs(own_options) do
    if type(arguments) == "table" and arguments[option] ~= nil and not parameters[option] then
      core.misuse(("%s: '%s' is an option and belongs in a second table, behind the arguments"):format(name, option))
    end
  end
end

--- Raises for what is wrong with the arguments before anything is sent.
local function check_arguments(operation, given, options)
  local all = invocation.copy(given.strings)
  all[#all + 1] = given.arguments or {}
  all[#all + 1] = options
  operation:prepare(unpack(all))
end

--- The place of a token, which must be of this list, and of pages as they are asked for now where that matters.
local function read_token(reader, token)
  local place = cursors.read(token)
  if not place or place.list ~= reader.name then
    core.misuse(("%s: option 'token' is no token of a pager of this list"):format(reader.name))
  elseif not reader.cursor:resume(place) then
    core.misuse(("%s: option 'token' is of pages of another size"):format(reader.name))
  end
  return place
end

local function start_at(reader, token)
  local place = token and read_token(reader, token) or {position = reader.cursor.start, skip = 0}
  reader.start, reader.page_position, reader.skip, reader.seen = place, place.position, place.skip, -place.skip
  reader.following = not place.over and place.position or nil
  reader:want()
  return reader
end

local function new_reader(what, operation, ...)
  local facts = invocation.describe(operation)
  local name = ("%s %s.%s"):format(facts.service, facts.resource, facts.action)
  if not facts.paging then core.misuse(name .. " does not come in pages") end
  local given = invocation.read(...)
  local own, options = invocation.split(name .. ":" .. what, given.rest[1], own_options)
  check_places(name, facts, given.arguments)
  check_arguments(operation, given, options)
  local arguments = invocation.copy(given.arguments)
  return start_at(setmetatable({
    operation = operation, name = name, action = facts.resource .. "." .. facts.action, facts = facts.paging,
    cursor = cursors.new(facts.paging, arguments, path_names(facts)),
    strings = given.strings, arguments = arguments, options = options, prefetch = own.prefetch or 1, max = own.max,
    progress = own.progress, calls = {}, given = 0, taken = 0,
  }, Reader), own.token)
end

local function state_of(handle)
  return core.state(handle, "instar.pager")
end

--- The next page or item.
-- @function pager:next
-- @return[1] the page's body, or the item
-- @return[2] nil at the end
-- @return[3] nil, message, err
local function next_one(handle)
  local state = state_of(handle)
  local value, message, err = state.take(state.reader)
  if err then return nil, message, err end
  return value
end

--- As an iterator it has no place for an error: it raises it.
local function iterate(handle)
  local value, _, err = next_one(handle)
  if err then error(err, 0) end
  return value
end

--- Where to go on, for the option `token`, also in another process.
-- @function pager:token
-- @treturn string
local function token(handle)
  return state_of(handle).reader:token()
end

--- Cancels what is under way.
-- @function pager:close
local function close(handle)
  local reader = state_of(handle).reader
  reader.closed = true
  reader:drop()
end

--- The last reference is gone.
local function abandon(handle)
  local reader = state_of(handle).reader
  reader.closed = true
  for _, page in ipairs(reader.calls) do page.fetch:abandon() end
end

local function describe(handle)
  return "instar pager of " .. state_of(handle).reader.name
end

--- A pager is callable, and so stands as the iterator of a generic for; the fourth value closes it where the Lua does.
local function start(what, take)
  return function(operation, ...)
    local handle = core.handle("instar.pager", {reader = new_reader(what, operation, ...), take = take})
    return handle, nil, nil, handle
  end
end

--- All items in one list.
-- @function operation:collect
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table error, whose `items` are those that came before, and whose `resume` is the token to go on with
local function collect(operation, ...)
  local reader = new_reader("collect", operation, ...)
  local list = {}
  while true do
    local item, message, err = reader:next_item()
    if err then
      err.items = list
      return nil, message, err
    end
    if item == nil then return list end
    list[#list + 1] = item
  end
end

function pager.install()
  local _, methods = core.class("instar.operation")
  methods.each = start("each", Reader.next_item)
  methods.pages = start("pages", Reader.next_page)
  methods.collect = collect
  local metatable, own = core.class("instar.pager")
  metatable.__call, metatable.__tostring = iterate, describe
  metatable.__gc, metatable.__close = abandon, close
  own.next, own.token, own.close = next_one, token, close
end

return pager
