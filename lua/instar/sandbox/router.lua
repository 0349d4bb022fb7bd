-- SPDX-License-Identifier: MIT
-- From method and path to the operation that is meant.

local uri = require "instar.sandbox.uri"

local router = {}

local methods = {}
local metatable = { __index = methods }

--- A router without routes.
function router.new()
  return setmetatable({ routes = {} }, metatable)
end

local function compile(template)
  local segments, literals = {}, 0
  for index, segment in ipairs(uri.segments(template)) do
    local name = segment:match("^{(.*)}$")
    segments[index] = { name = name, literal = not name and segment }
    literals = literals + (name and 0 or 1)
  end
  return segments, literals
end

--- Add a route.
-- @tparam string method
-- @tparam string template such as `/instances/{instanceId}`
-- @param target what `find` answers for it
function methods:add(method, template, target)
  local segments, literals = compile(template)
  local route = { method = method, segments = segments, literals = literals, target = target }
  local at = 1
  while self.routes[at] and self.routes[at].literals >= literals do
    at = at + 1
  end
  table.insert(self.routes, at, route)
end

local function match(route, segments)
  if #route.segments ~= #segments then
    return nil
  end
  local values = {}
  for index, wanted in ipairs(route.segments) do
    local segment = segments[index]
    if wanted.name and segment ~= "" then
      values[wanted.name] = segment
    elseif segment ~= wanted.literal then
      return nil
    end
  end
  return values
end

--- Find a route; of several that fit, the one with most literal segments.
-- @tparam string method
-- @tparam string path still encoded
-- @tparam[opt] function is_meant of a target; the first one it is true for is found, or the first of all
-- @return[1] target
-- @treturn[1] table path values by name
-- @treturn[2] nil
-- @treturn[2] table the methods that the path has; empty when there is no such path
function methods:find(method, path, is_meant)
  local segments, allowed, first, first_values = uri.segments(path), {}, nil, nil
  for _, route in ipairs(self.routes) do
    local values = match(route, segments)
    if values and route.method ~= method then
      allowed[#allowed + 1] = route.method
    elseif values and (not is_meant or is_meant(route.target)) then
      return route.target, values
    elseif values and not first then
      first, first_values = route.target, values
    end
  end
  return first, first and first_values or allowed
end

return router
