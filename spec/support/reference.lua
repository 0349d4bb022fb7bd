-- SPDX-License-Identifier: MIT
-- Reads the pages of the reference, and runs their examples.

local reference = {}

local function read_file(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

--- The page of a service.
-- @tparam string service
-- @treturn string Markdown
function reference.page(service)
  return read_file("doc/reference/" .. service .. ".md")
end

--- The sections of a page by heading, in the depth of operations and schemas.
-- @tparam string page
-- @treturn table text by heading
function reference.sections(page)
  local sections, heading = {}, nil
  for line in page:gmatch("([^\n]*)\n") do
    if line:find("^##? ") then heading = nil end
    local name = line:match("^### (.+)$")
    if name then
      assert(not sections[name], "there are two sections " .. name)
      heading, sections[name] = name, ""
    elseif heading then
      sections[heading] = sections[heading] .. line .. "\n"
    end
  end
  return sections
end

--- The blocks of Lua in a text.
function reference.examples(text)
  local list = {}
  for code in text:gmatch("```lua\n(.-)\n```") do list[#list + 1] = code end
  return list
end

--- Runs an example with a client in the variable that the page makes it in.
-- @tparam string code
-- @tparam string service
-- @tparam userdata client
function reference.run(code, service, client)
  local environment = setmetatable({ [service] = client }, { __index = _G })
  if not setfenv then return assert(load(code, "=example", "t", environment))() end -- luacheck: ignore 113
  return setfenv(assert(loadstring(code, "=example")), environment)() -- luacheck: ignore 113
end

local function anchor(heading)
  return (heading:lower():gsub("[^%w%-_ ]", ""):gsub(" ", "-"))
end

--- Where links into a page can lead: its headings, as GitHub calls them.
-- @treturn table headings by anchor
function reference.anchors(page)
  local anchors = {}
  for line in page:gmatch("([^\n]*)\n") do
    local heading = line:match("^#+ (.+)$")
    if heading then
      assert(not anchors[anchor(heading)], "two headings have the anchor " .. anchor(heading))
      anchors[anchor(heading)] = heading
    end
  end
  return anchors
end

return reference
