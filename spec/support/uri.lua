-- SPDX-License-Identifier: MIT
-- Takes request targets apart, strictly.

local uri = {}

local function unescape(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

--- Whether a request target holds nothing but the characters of RFC 3986, and every `%` starts an escape.
-- @tparam string target path and query
-- @treturn boolean
function uri.is_legal(target)
  local rest = target:gsub("%%%x%x", "")
  return not rest:find("[^%w%-._~!$&'()*+,;=:@/?]")
end

--- Splits a request target.
-- @tparam string target
-- @treturn string path, still encoded
-- @treturn ?string query, still encoded; nil when there is none
function uri.split(target)
  local path, query = target:match("^([^?]*)%??(.*)$")
  return path, target:find("?", 1, true) and query or nil
end

--- The decoded segments of a path.
-- @tparam string path
-- @treturn table
function uri.segments(path)
  local segments = {}
  for segment in (path .. "/"):gmatch("([^/]*)/") do table.insert(segments, unescape(segment)) end
  return segments
end

--- The decoded pairs of a query or of a form body, `+` being a space.
-- @tparam ?string query
-- @treturn table list of {name, value}
function uri.pairs(query)
  local pairs_found = {}
  for pair in (query or ""):gmatch("[^&]+") do
    local name, value = pair:gsub("+", " "):match("^([^=]*)=?(.*)$")
    table.insert(pairs_found, { unescape(name), unescape(value) })
  end
  return pairs_found
end

return uri
