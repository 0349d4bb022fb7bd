-- SPDX-License-Identifier: MIT
-- Medians and quartiles.

local statistics = {}

--- The value below which a share of the values lies, in proportion between its two neighbours.
-- @tparam {number,...} values at least one, in any order
-- @tparam number share from 0 to 1
-- @treturn number
function statistics.quantile(values, share)
  local sorted = {}
  for i, value in ipairs(values) do sorted[i] = value end
  table.sort(sorted)
  local place = 1 + (#sorted - 1) * share
  local below = math.floor(place)
  local above = math.min(below + 1, #sorted)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
end

--- The median.
-- @tparam {number,...} values
-- @treturn number
function statistics.median(values)
  return statistics.quantile(values, 0.5)
end

--- Median and quartiles.
-- @tparam {number,...} values
-- @treturn table with `median`, `low` and `high`
function statistics.summary(values)
  return {
    median = statistics.median(values),
    low = statistics.quantile(values, 0.25),
    high = statistics.quantile(values, 0.75),
  }
end

return statistics
