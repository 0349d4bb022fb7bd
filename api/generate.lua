-- SPDX-License-Identifier: MIT
-- Turns the descriptions api/*.json into C rows (src/api/*.c), the reference (doc/reference/*.md), the editors' types
-- (lua/instar/meta/*.lua) and the sandbox's table of operations.
--
-- usage: lua api/generate.lua [--from DIR] [OUTDIR]
--   --from DIR  where the descriptions are (default: the folder of this file)
--   OUTDIR      root of the tree that is written (default: the root of this repository)

local here = arg[0]:match("^(.*)[/\\][^/\\]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local c_rows = require "generate.c_rows"
local lua_rows = require "generate.lua_rows"
local reader = require "generate.reader"
local reference = require "generate.reference"
local resolve = require "generate.resolve"
local types = require "generate.types"

local SERVICES = {"losant", "kakaocloud", "acronis"}

local function fail(message)
  io.stderr:write(message, "\n")
  os.exit(1)
end

local function parse_arguments(arguments)
  local from, root, i = here, here .. "/..", 1
  if arguments[i] == "--from" then
    from, i = arguments[i + 1] or fail("--from needs a folder"), i + 2
  end
  if arguments[i] and arguments[i]:sub(1, 1) == "-" or arguments[i + 1] then
    fail("usage: lua api/generate.lua [--from DIR] [OUTDIR]")
  end
  return from, arguments[i] or root
end

local function make_folder(path)
  os.execute("mkdir -p '" .. path:gsub("'", "'\\''") .. "'")
end

local function write_file(path, content)
  local file, problem = io.open(path, "wb")
  if not file then fail(problem) end
  assert(file:write(content))
  assert(file:close())
end

local function read_all(folder)
  local services, problems = {}, {}
  for i, name in ipairs(SERVICES) do
    local description = reader.read(folder .. "/" .. name .. ".json", name, problems)
    services[i] = #problems == 0 and resolve.service(description)
  end
  if #problems > 0 then fail(table.concat(problems, "\n")) end
  return services
end

local from, root = parse_arguments(arg)
local services = read_all(from)
for _, folder in ipairs {"src/api", "doc/reference", "lua/instar/meta", "lua/instar/sandbox"} do
  make_folder(root .. "/" .. folder)
end
for _, service in ipairs(services) do
  write_file(root .. "/src/api/" .. service.name .. ".c", c_rows.write(service))
  write_file(root .. "/doc/reference/" .. service.name .. ".md", reference.write(service))
  write_file(root .. "/lua/instar/meta/" .. service.name .. ".lua", types.write(service))
end
write_file(root .. "/lua/instar/sandbox/operations.lua", lua_rows.write(services))
