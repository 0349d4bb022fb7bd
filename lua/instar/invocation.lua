-- SPDX-License-Identifier: MIT
-- What is given to an operation's methods: leading strings, arguments, options.

local core = require "instar.core"

local unpack = require("instar.tuple").unpack

local invocation = {}

local function copy(source)
  local target = {}
  for name, value in pairs(source or {}) do target[name] = value end
  return target
end

--- Sorts what was given.
-- @treturn table `strings`, `arguments` and `rest`, the values behind them
function invocation.read(...)
  local given = {n = select("#", ...), ...}
  local i, strings = 1, {}
  if type(given[i]) == "userdata" then i = i + 1 end -- client.instance:each(…) by habit
  while type(given[i]) == "string" or type(given[i]) == "number" do
    strings[#strings + 1] = given[i]
    i = i + 1
  end
  return {strings = strings, arguments = given[i], rest = {unpack(given, i + 1, given.n)}}
end

--- What a method's operation is, checked to be one.
-- @treturn table as operation:describe gives it
function invocation.describe(operation)
  core.check(operation, "instar.operation")
  return operation:describe()
end

--- Takes a method's own options out of a table; the others are the call's.
-- @tparam string what "losant instance.get:each", for messages
-- @tparam ?table options
-- @tparam table own name → {type or nil, check function or nil, what it must be}
-- @treturn table own options
-- @treturn table the call's
function invocation.split(what, options, own)
  if options ~= nil and type(options) ~= "table" then
    core.misuse(("%s: the options must be a table (got %s)"):format(what, type(options)))
  end
  local mine, others = {}, copy(options)
  for name, rule in pairs(own) do
    local value = others[name]
    if value ~= nil and not ((not rule[1] or type(value) == rule[1]) and (not rule[2] or rule[2](value))) then
      core.misuse(("%s: option '%s' must be %s (got %s)"):format(what, name, rule[3], tostring(value)))
    end
    mine[name], others[name] = value, nil
  end
  return mine, others
end

--- True for a function, and for what may be called like one.
function invocation.is_callable(value)
  if type(value) == "function" then return true end
  local metatable = getmetatable(value)
  return type(metatable) == "table" and metatable.__call ~= nil
end

invocation.copy = copy

return invocation
