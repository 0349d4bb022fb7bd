-- SPDX-License-Identifier: MIT
-- Taking request targets and forms apart.

local uri = {}

local function decode(text)
  return (text:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

local function decode_form(text)
  return decode((text:gsub("+", " ")))
end

--- Path and query of a URL, both still encoded; scheme and host do not matter.
-- @tparam string url absolute, or from the path on
-- @treturn string path
-- @treturn string query, without its question mark
function uri.split(url)
  local target = url:gsub("^%a[%w+.-]*://[^/?#]*", "")
  local path, query = target:match("^([^?#]*)%??([^#]*)")
  return path == "" and "/" or path, query
end

--- Decoded segments of a path; split first, so that an encoded slash stays inside its segment.
function uri.segments(path)
  local segments = {}
  for segment in path:gmatch("/([^/]*)") do
    segments[#segments + 1] = decode(segment)
  end
  return segments
end

-- "filter[0][key]" is name "filter" with steps 1 and "key": brackets with digits are list positions from 0.
local function steps_of(name)
  local base, brackets = name:match("^([^%[]+)(%[.*%])$")
  local steps = {}
  for step in (brackets or ""):gmatch("%[([^%]]*)%]") do
    steps[#steps + 1] = step:match("^%d+$") and tonumber(step) + 1 or step
  end
  return base or name, steps
end

local function store(fields, name, value)
  local key, steps = steps_of(name)
  local target = fields
  for _, step in ipairs(steps) do
    if type(target[key]) ~= "table" then
      target[key] = {}
    end
    target, key = target[key], step
  end
  target[key] = value
end

--- Fields of a query or of a form body. The last of equal names wins; bracketed names give tables.
-- @tparam string text
-- @treturn table
function uri.fields(text)
  local fields = {}
  for pair in text:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    store(fields, decode_form(name), decode_form(value))
  end
  return fields
end

return uri
