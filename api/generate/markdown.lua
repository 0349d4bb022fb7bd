-- SPDX-License-Identifier: MIT
-- Pieces of Markdown, as GitHub reads it.

local markdown = {}

--- Text as code.
function markdown.code(text)
  return "`" .. text .. "`"
end

--- A list of texts, each as code.
function markdown.codes(list, separator)
  local parts = {}
  for i, text in ipairs(list) do parts[i] = markdown.code(text) end
  return table.concat(parts, separator or ", ")
end

--- Where the link to a heading leads.
function markdown.anchor(heading)
  return "#" .. heading:lower():gsub("[^%w%-_ ]", ""):gsub(" ", "-")
end

--- A link to a heading.
function markdown.link(text, heading)
  return "[" .. text .. "](" .. markdown.anchor(heading) .. ")"
end

--- A fenced block of Lua.
function markdown.lua(code)
  return "```lua\n" .. code .. "\n```"
end

local function is_used(rows, column)
  for _, row in ipairs(rows) do
    if row[column] and row[column] ~= "" then return true end
  end
  return false
end

local function line(row, columns)
  local cells = {}
  for i, column in ipairs(columns) do cells[i] = (row[column] or ""):gsub("|", "\\|") end
  return "| " .. table.concat(cells, " | ") .. " |"
end

--- A table; columns that would be empty are left out.
-- @tparam table head the columns' names
-- @tparam table rows lists of cells, absent ones empty
-- @treturn string
function markdown.table(head, rows)
  local columns, lines = {}, {}
  for column in ipairs(head) do
    if is_used(rows, column) then columns[#columns + 1] = column end
  end
  lines[1], lines[2] = line(head, columns), "|" .. ("---|"):rep(#columns)
  for _, row in ipairs(rows) do lines[#lines + 1] = line(row, columns) end
  return table.concat(lines, "\n")
end

return markdown
