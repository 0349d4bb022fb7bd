-- SPDX-License-Identifier: MIT
-- Times as Acronis writes them: most have no zone, those of files have an offset.

local calendar = require "instar.sandbox.calendar"

local times = {}

--- When everything was made that is there from the beginning.
times.SEEDED = 1466619916 -- 2016-06-22T18:25:16Z

--- A time without a zone; it is UTC.
function times.plain(seconds)
  return (calendar.format(seconds):gsub("Z$", ""))
end

--- A time with its offset.
function times.with_offset(seconds)
  return (calendar.format(seconds):gsub("Z$", "+00:00"))
end

return times
