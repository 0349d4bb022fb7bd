-- SPDX-License-Identifier: MIT
-- Copies of values, so that what was answered or logged does not change with the state.

local copy = {}

--- A copy one level deep.
function copy.shallow(object)
  local copied = setmetatable({}, getmetatable(object))
  for name, value in pairs(object) do
    copied[name] = value
  end
  return copied
end

--- A copy down to the last value; arrays stay arrays.
function copy.deep(value)
  if type(value) ~= "table" then
    return value
  end
  local copied = setmetatable({}, getmetatable(value))
  for name, inner in pairs(value) do
    copied[name] = copy.deep(inner)
  end
  return copied
end

return copy
