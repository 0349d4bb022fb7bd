-- SPDX-License-Identifier: MIT
-- The command line of the driver: NAME=VALUE words.

local contenders = require "bench.contenders"

local arguments = {}

local function as_it_is(value)
  return value
end

local function positive(value)
  local number = value:match("^%d+$") and tonumber(value) or 0
  if number < 1 then return nil, "not a whole number from 1 on" end
  return number
end

-- What takes the value of each name.
local OPTIONS, LUAS = {ONLY = as_it_is, ROUNDS = positive, BUILD = as_it_is}, {}
for _, lua in ipairs(contenders.LUAS) do LUAS[lua.name] = as_it_is end
for _, name in ipairs(contenders.NOT_MEASURED) do LUAS[name] = as_it_is end

local function set(options, word)
  local name, value = word:match("^([^=]+)=(.*)$")
  if not name then return nil, word .. ": not NAME=VALUE" end
  local take = OPTIONS[name] or LUAS[name]
  if not take then return nil, name .. ": unknown; there are ONLY, ROUNDS, BUILD and the names of Luas" end
  if value == "" then return true end
  local taken, problem = take(value)
  if not taken then return nil, ("%s: %s"):format(word, problem) end
  local place = LUAS[name] and options.luas or options
  place[name] = taken
  return true
end

--- Reads it. An empty value is as good as none.
-- @tparam {string,...} words
-- @treturn[1] table `BUILD`, `ONLY`, `ROUNDS`, and `luas`, commands by name
-- @treturn[2] nil
-- @treturn[2] string what is wrong
function arguments.read(words)
  local options = {BUILD = "build", luas = {}}
  for _, word in ipairs(words) do
    local done, problem = set(options, word)
    if not done then return nil, problem end
  end
  local first = contenders.LUAS[1]
  if not options.luas[first.name] then return nil, first.title .. " is needed" end
  return options
end

--- Whether all rows are measured on all Luas, as often as they are meant to be.
-- @tparam table options
-- @treturn boolean
function arguments.is_full(options)
  for _, lua in ipairs(contenders.LUAS) do
    if not options.luas[lua.name] then return false end
  end
  return not (options.ONLY or options.ROUNDS)
end

return arguments
