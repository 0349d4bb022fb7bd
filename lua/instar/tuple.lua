-- SPDX-License-Identifier: MIT
-- Any number of values, on every Lua.

local tuple = {}

tuple.unpack = table.unpack or unpack -- luacheck: ignore 113 143

--- A table of the values, with their number in `n`.
function tuple.pack(...)
  return {n = select("#", ...), ...}
end

return tuple
