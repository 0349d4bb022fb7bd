-- SPDX-License-Identifier: MIT
-- Text: read from a file, filled in, written to a file.

local text = {}

--- What a file holds. Raises where it cannot be read.
-- @tparam string path
-- @treturn string
function text.read(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("*a")
  file:close()
  return content
end

--- Makes a file that holds a text. Raises where it cannot be written.
-- @tparam string path
-- @tparam string content
function text.write(path, content)
  local file = assert(io.open(path, "wb"))
  assert(file:write(content))
  assert(file:close())
end

--- Replaces names in braces. One that has no value stays as it is: nginx's own braces do.
-- @tparam string template
-- @tparam {[string]=string|number,...} values by name
-- @treturn string
function text.fill(template, values)
  return (template:gsub("{([%w_]+)}", values))
end

return text
