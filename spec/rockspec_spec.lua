-- SPDX-License-Identifier: MIT
-- The rockspec and the Makefile name what is on disk: a file that is left out would be missing from what is installed.

local ROCKSPEC = "instar-scm-1.rockspec"
local FIELDS = "rockspec_format, package, version, source, description, supported_platforms, dependencies, "
  .. "external_dependencies, test_dependencies, test, build"

local function read_file(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

-- The output of a command as a sorted list of words.
local function words(command)
  local pipe = assert(io.popen(command))
  local found = {}
  for word in pipe:read("*a"):gmatch("%S+") do table.insert(found, word) end
  pipe:close()
  table.sort(found)
  return found
end

-- A rockspec is a chunk that assigns globals: here they are locals, and the last one is returned.
local function read_build()
  local pieces = { "local " .. FIELDS .. "\n", read_file(ROCKSPEC), "\nreturn build" }
  local index = 0
  return assert(load(function()
    index = index + 1
    return pieces[index]
  end, "=" .. ROCKSPEC))()
end

local function module_name(path)
  return (path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", "."))
end

describe("the rockspec", function()
  local modules = read_build().modules

  it("lists every C source", function()
    local listed = {}
    for _, path in ipairs(modules["instar.core"].sources) do table.insert(listed, path) end
    table.sort(listed)
    assert.same(words("find src -name '*.c'"), listed)
  end)

  it("lists every Lua module under its name", function()
    local on_disk, listed = {}, {}
    for _, path in ipairs(words("find lua -name '*.lua'")) do on_disk[module_name(path)] = path end
    for name, path in pairs(modules) do listed[name] = type(path) == "string" and path or nil end
    assert.same(on_disk, listed)
  end)
end)

describe("the Makefile", function()
  it("compiles every C source", function()
    local show = "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --eval='show:;@echo $(SOURCES)' show"
    assert.same(words("find src -name '*.c'"), words(show))
  end)
end)

describe("the specs", function()
  it("leave it to LUA_PATH where instar is, so that what is installed is what is tested", function()
    local pattern, found = "%./" .. "lua/", {} -- put together here: this file must not hold it
    for _, path in ipairs(words("find spec -name '*.lua'")) do
      if read_file(path):find(pattern) then table.insert(found, path) end
    end
    assert.same({}, found)
  end)
end)
