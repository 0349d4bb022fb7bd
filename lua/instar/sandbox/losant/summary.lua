-- SPDX-License-Identifier: MIT
-- The summaries that are part of an organization or a sandbox account.

local consumption = require "instar.sandbox.losant.consumption"
local counts = require "instar.sandbox.losant.counts"

local summary = {}

-- How many of each a consumer of size 1 has.
local sizes = {
  apiTokenCount = 0.3, appCount = 0.1, certificateCount = 0.4, certificateAuthorityCount = 0.05,
  credentialCount = 0.2, dashCount = 0.3, dataTableCount = 0.2, deviceRecipeCount = 0.1, eventCount = 12,
  experienceDomainCount = 0.05, experienceEndpointCount = 2, experienceGroupCount = 0.3, experienceSlugCount = 0.1,
  experienceUserCount = 4, experienceVersionCount = 0.2, experienceViewCount = 2, fileCount = 6, flowCount = 3,
  integrationCount = 0.1, keyCount = 0.5, notebookCount = 0.2, privateFileCount = 2, resourceJobCount = 0.1,
  webhookCount = 0.4,
}

local BYTES_OF_FILE = 2400000

-- What takes long to count is part of a summary only when it is asked for.
local extras = {
  payloadCount = function(consumers, from, now)
    return counts.payload_stats(consumers, from, now)
  end,
  storageStats = function(consumers)
    local files = #consumers > 0 and math.floor(sizes.fileCount * consumers[1].size) or 0
    return { count = files, size = files * BYTES_OF_FILE }
  end,
  notebookStats = function(consumers, from, now)
    return {
      awaitingCompletion = 0,
      minutesThisPeriod = counts.notebook_amount(consumers, "minutes", from, now),
      runsThisPeriod = counts.notebook_amount(consumers, "completed", from, now),
    }
  end,
}

local function names(text)
  local set = {}
  for name in (text or ""):gmatch("[^,%s]+") do
    set[name] = true
  end
  return set
end

--- A summary.
-- @tparam table call its arguments summaryInclude and summaryExclude count
-- @tparam string id
-- @tparam table further counts
function summary.of(call, id, further)
  local consumers, shown = consumption.of(call.state, id), { deviceCount = 0 }
  local period = counts.period(call.now)
  for name, size in pairs(sizes) do
    shown[name] = #consumers > 0 and math.floor(size * consumers[1].size) or 0
  end
  shown.deviceCount = counts.devices_at(consumers, call.now)
  for name, count in pairs(further) do
    shown[name] = count
  end
  for name in pairs(names(call.arguments.summaryInclude)) do
    shown[name] = extras[name] and extras[name](consumers, period, call.now) or shown[name]
  end
  for name in pairs(names(call.arguments.summaryExclude)) do
    shown[name] = nil
  end
  return shown
end

return summary
