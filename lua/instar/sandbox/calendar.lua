-- SPDX-License-Identifier: MIT
-- Times in UTC: epoch seconds to ISO 8601 text and back, without the system's time zone.

local calendar = {}

local floor = math.floor
local DAY = 86400

-- Days since 1970-01-01 of a date; years begin in March, so that the leap day comes last.
local function days_of(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local era_days = 365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400)
  return era_days + floor((153 * (month - 3) + 2) / 5) + day - 719469
end

local function date_of(days)
  days = days + 719468
  local era = floor(days / 146097)
  local of_era = days - era * 146097
  local year = floor((of_era - floor(of_era / 1460) + floor(of_era / 36524) - floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + floor(year / 4) - floor(year / 100))
  local shifted = floor((5 * of_year + 2) / 153)
  local day = of_year - floor((153 * shifted + 2) / 5) + 1
  local month = shifted < 10 and shifted + 3 or shifted - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, day
end

--- ISO 8601 text of a time, such as `2025-01-02T03:04:05.000Z`.
-- @tparam number seconds since the epoch
-- @tparam[opt=0] number digits of the fraction of a second
function calendar.format(seconds, digits)
  local whole = floor(seconds)
  local year, month, day = date_of(floor(whole / DAY))
  local rest = whole % DAY
  local text = ("%04d-%02d-%02dT%02d:%02d:%02d"):format(year, month, day,
    floor(rest / 3600), floor(rest / 60) % 60, rest % 60)
  if digits and digits > 0 then
    text = text .. (".%0" .. digits .. "d"):format(floor((seconds - whole) * 10 ^ digits))
  end
  return text .. "Z"
end

--- ISO 8601 text of the day of a time, such as `2025-01-02`.
function calendar.day(seconds)
  return calendar.format(seconds):sub(1, 10)
end

local function offset_of(zone)
  if zone == "Z" or zone == "z" then
    return 0
  end
  local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
  return sign and (hours * 3600 + minutes * 60) * (sign == "-" and -1 or 1)
end

--- Seconds since the epoch of an ISO 8601 time with a zone.
-- @tparam string text
-- @treturn ?number nil when the text is no such time
function calendar.parse(text)
  local year, month, day, hour, minute, second, fraction, zone =
    text:match("^(%d%d%d%d)-(%d%d)-(%d%d)[Tt ](%d%d):(%d%d):(%d%d)(%.?%d*)(.+)$")
  local offset = zone and offset_of(zone)
  if not offset then
    return nil
  end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local days = days_of(year, month, day)
  local back_year, back_month, back_day = date_of(days)
  if back_year ~= year or back_month ~= month or back_day ~= day or tonumber(hour) > 23 or tonumber(minute) > 59 then
    return nil
  end
  return days * DAY + hour * 3600 + minute * 60 + second + (tonumber("0" .. fraction) or 0) - offset
end

--- Number of the month a time lies in, counted from January of the year 0.
function calendar.month(seconds)
  local year, month = date_of(floor(seconds / DAY))
  return year * 12 + month - 1
end

--- First second of a month numbered as `calendar.month` does.
function calendar.month_start(month)
  return days_of(floor(month / 12), month % 12 + 1, 1) * DAY
end

return calendar
