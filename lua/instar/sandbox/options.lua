-- SPDX-License-Identifier: MIT
-- Checking tables of options against rows of names and types.

local options = {}

--- Raise for an unknown name or a wrong type.
-- @tparam table given
-- @tparam table known type names by option name; several types stand as `"table or boolean"`
-- @tparam number level whose fault it is, as `error` has it: 2 is the caller
function options.check(given, known, level)
  for name, value in pairs(given) do
    if not known[name] then
      error("unknown sandbox option: " .. tostring(name), level + 1)
    elseif not (" or " .. known[name] .. " or "):find(" or " .. type(value) .. " or ", 1, true) then
      error(("sandbox option %s must be a %s"):format(name, known[name]), level + 1)
    end
  end
end

return options
