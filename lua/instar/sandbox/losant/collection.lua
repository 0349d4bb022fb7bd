-- SPDX-License-Identifier: MIT
-- Collections of resources: reading, listing, adding, changing and removing, the same way for every kind.

--- A kind is a table:
--
-- - `title`: its name in messages; `one`, `many`: the operations' first names, such as `instance_org`, `instance_orgs`
-- - `path`: of one resource, with its argument last; `argument`: that argument; `key`: the item's member with the
--   same value, default `id`
-- - `parent`: the kind it lies in, `shelf`: its place there; without a parent it is the state's instances
-- - `style`: how lists page (`paging.body`), default `page`; `closed`: answers take no further members, such as links
-- - `limit`: the instance limit for it
-- - `create(call, given, parent, items)`: a new item, or nil, what is wrong and a status; none without it
-- - `change(call, item, given, parent)`: nothing, or what is wrong and a status; no patch without it
-- - `remove(call, item, items, position)`: no delete without it
-- - `show(call, item)`: how an answer shows it; default a copy. `read(call, item, name)`: a value to filter and sort by
-- - `answer(call, item, items)`, `changed(call, item)`: what adding and changing answer, default as `show`
-- - `selects(call)`: a further test for lists, or nil and what is wrong; `heading(call)`: further members of lists
-- - `purge(call, items)`: takes away what is gone by now
-- - `targets(item, parent)`: the audit log's primary and secondary target
-- @module instar.sandbox.losant.collection

local audit = require "instar.sandbox.losant.audit"
local copy = require "instar.sandbox.losant.copy"
local errors = require "instar.sandbox.losant.errors"
local paging = require "instar.sandbox.losant.paging"
local respond = require "instar.sandbox.respond"

local collection = {}

local function refuse(call, problem, status)
  return errors.error(call, status or 400, problem)
end

--- The items of a kind that a call is about.
-- @treturn[1] table the state's own list
-- @treturn[1] ?table the parent
-- @treturn[2] nil
-- @treturn[2] table the response to give instead
function collection.items(call, kind)
  local parent, refusal
  if kind.parent then
    parent, refusal = collection.find(call, kind.parent)
    if not parent then
      return nil, refusal
    end
  end
  local items = parent and call.state.shelves[parent.id][kind.shelf] or call.state.instances
  if kind.purge then
    kind.purge(call, items)
  end
  return items, parent
end

--- The resource of a kind that a call is about.
-- @treturn[1] table
-- @treturn[1] table what it lies in: `items`, `position`, `parent`
-- @treturn[2] nil
-- @treturn[2] table the response to give instead
function collection.find(call, kind)
  local items, parent = collection.items(call, kind)
  if not items then
    return nil, parent
  end
  for position, item in ipairs(items) do
    if item[kind.key or "id"] == call.arguments[kind.argument] then
      return item, { items = items, position = position, parent = parent }
    end
  end
  return nil, errors.error(call, 404, kind.title .. " was not found")
end

local function link(call, kind, item)
  return (kind.path:gsub("{(%w+)}", function(name)
    return name == kind.argument and item[kind.key or "id"] or call.arguments[name]
  end))
end

--- A resource as answers show it. Links are part of an answer when they are asked for; they are no state.
function collection.show(call, kind, item)
  local shown = kind.show and kind.show(call, item) or copy.shallow(item)
  if call.arguments._links and not kind.closed then
    shown._links = { self = { href = link(call, kind, item) } }
  end
  return shown
end

local function success(call)
  for status in pairs(call.operation.statuses) do
    if status < 300 then
      return status
    end
  end
end

--- Answer a change, and log it.
-- @tparam table call
-- @tparam table kind
-- @tparam table item
-- @tparam ?table parent
-- @tparam table value the body
function collection.finish(call, kind, item, parent, value)
  local status = success(call)
  audit.record(call, status, value, kind.targets(item, parent))
  return respond.json(status, value)
end

--- Put given values in the place of a resource's; null takes a value away.
function collection.merge(call, item, given)
  for name, value in pairs(given) do
    item[name] = value
    if audit.is_null(value) then
      item[name] = nil
    end
  end
  audit.touch(call, item)
end

--- Take a resource out of its list.
function collection.drop(_, _, items, position)
  table.remove(items, position)
end

local builders = {}

function builders.get(kind)
  return function(call)
    local item, refusal = collection.find(call, kind)
    return item and respond.json(200, collection.show(call, kind, item)) or refusal
  end
end

--- The body of a kind's list.
-- @treturn[1] table
-- @treturn[2] nil
-- @treturn[2] string what is wrong with the arguments
function collection.list(call, kind, items)
  local is_shown, problem
  if kind.selects then
    is_shown, problem = kind.selects(call)
  end
  if problem then
    return nil, problem
  end
  local found = paging.arrange(call.arguments, items, kind.read and function(item, name)
    return kind.read(call, item, name)
  end)
  local body, fault = paging.body(kind.style or "page", call.arguments, found, is_shown)
  for position, item in ipairs(body and body.items or {}) do
    body.items[position] = collection.show(call, kind, item)
  end
  for name, value in pairs(body and kind.heading and kind.heading(call) or {}) do
    body[name] = value
  end
  return body, fault
end

function builders.list(kind)
  return function(call)
    local items, refusal = collection.items(call, kind)
    if not items then
      return refusal
    end
    local body, problem = collection.list(call, kind, items)
    return body and respond.json(200, body) or refuse(call, problem)
  end
end

local function is_full(kind, items, parent)
  return kind.limit and #items >= parent.limits[kind.limit]
end

function builders.post(kind)
  return function(call)
    local items, parent = collection.items(call, kind)
    if not items then
      return parent
    elseif is_full(kind, items, parent) then
      return refuse(call, ("The instance has its limit of %d already"):format(parent.limits[kind.limit]))
    end
    local item, problem, status = kind.create(call, audit.body(call) or {}, parent, items)
    if not item then
      return refuse(call, problem, status)
    end
    items[#items + 1] = item
    local shown = kind.answer and kind.answer(call, item, items) or collection.show(call, kind, item)
    return collection.finish(call, kind, item, parent, shown)
  end
end

function builders.patch(kind)
  return function(call)
    local item, place = collection.find(call, kind)
    if not item then
      return place
    end
    local problem, status = kind.change(call, item, audit.body(call), place.parent)
    if problem then
      return refuse(call, problem, status)
    end
    local shown = kind.changed and kind.changed(call, item) or collection.show(call, kind, item)
    return collection.finish(call, kind, item, place.parent, shown)
  end
end

function builders.delete(kind)
  return function(call)
    local item, place = collection.find(call, kind)
    if not item then
      return place
    end
    kind.remove(call, item, place.items, place.position)
    return collection.finish(call, kind, item, place.parent, { success = true })
  end
end

--- A handler for an operation on one resource that changes something.
-- @tparam table kind
-- @tparam function act (call, item, parent) gives the body, or nil and what is wrong
function collection.action(kind, act)
  return function(call)
    local item, place = collection.find(call, kind)
    if not item then
      return place
    end
    local value, problem = act(call, item, place.parent)
    if not value then
      return refuse(call, problem)
    end
    return collection.finish(call, kind, item, place.parent, value)
  end
end

--- A handler for an operation that reads something of one resource.
-- @tparam table kind
-- @tparam function read (call, item, parent) gives the body, or nil and what is wrong
function collection.reading(kind, read)
  return function(call)
    local item, place = collection.find(call, kind)
    if not item then
      return place
    end
    local value, problem = read(call, item, place.parent)
    return value and respond.json(200, value) or refuse(call, problem)
  end
end

--- Add the handlers of a kind.
-- @tparam table handlers by operation name
-- @tparam table kind
function collection.add(handlers, kind)
  handlers[kind.one .. ".get"], handlers[kind.many .. ".get"] = builders.get(kind), builders.list(kind)
  handlers[kind.one .. ".patch"] = kind.change and builders.patch(kind)
  handlers[kind.one .. ".delete"] = kind.remove and builders.delete(kind)
  handlers[kind.many .. ".post"] = kind.create and builders.post(kind)
end

return collection
