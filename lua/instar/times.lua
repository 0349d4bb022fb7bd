-- SPDX-License-Identifier: MIT
-- Times as services write them.

local times = {}

--- Days from 1970-01-01 to a date of the Gregorian calendar; March is the first month of its year.
local function days(year, month, day)
  if month < 3 then year, month = year - 1, month + 12 end
  local era_days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return era_days + math.floor((153 * (month - 3) + 2) / 5) + day - 1 - 719468
end

--- Epoch seconds of an RFC 3339 time. A time without an offset is taken as UTC; anything else gives nil.
function times.epoch(text)
  if type(text) ~= "string" then return nil end
  local year, month, day, hour, minute, second, rest =
    text:match("^(%d%d%d%d)-(%d%d)-(%d%d)[Tt ](%d%d):(%d%d):(%d%d)(.*)$")
  if not year then return nil end
  local fraction, zone = rest:match("^(%.?%d*)(.*)$")
  local sign, zone_hours, zone_minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
  if not sign and not zone:match("^[Zz]?$") then return nil end
  local offset = sign and (tonumber(zone_hours) * 60 + tonumber(zone_minutes)) * 60 * (sign == "-" and -1 or 1) or 0
  return days(tonumber(year), tonumber(month), tonumber(day)) * 86400 + tonumber(hour) * 3600 + tonumber(minute) * 60
    + tonumber(second) + (tonumber("0" .. fraction .. "0") or 0) - offset
end

return times
