-- SPDX-License-Identifier: MIT
-- Members of answers by dotted path.

--- The member that a path such as "pagination.total" leads to, nil when there is none.
return function(value, path)
  if not path then return nil end
  for name in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    value = value[name]
  end
  return value
end
