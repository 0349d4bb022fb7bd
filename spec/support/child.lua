-- SPDX-License-Identifier: MIT
-- Runs a piece of Lua in a process of its own, under the Lua and with the modules of this one.

local child = {}

-- Seconds; a child that hangs is a failure, not a reason to wait for ever.
local PATIENCE = 60

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- The command of the Lua that runs this: it stands before all other words of the command line.
function child.interpreter()
  local first = 0
  while arg[first - 1] do first = first - 1 end
  return arg[first]
end

local function write_file(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

--- The output of a shell command.
-- @treturn string standard output and standard error
-- @treturn number exit status; 128 + n for signal n
function child.shell(command)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>&1; echo \"exit $?\""))
  local text = pipe:read("*a")
  pipe:close()
  local output, status = text:match("^(.*)exit (%d+)\n$")
  return output, tonumber(status)
end

--- A new folder.
-- @treturn string its path
function child.folder()
  local output, status = child.shell("mktemp -d")
  assert(status == 0, output)
  return (output:gsub("\n", ""))
end

--- Removes a folder that `folder` made, with all that is in it.
function child.remove(folder)
  child.shell("rm -rf " .. quote(folder))
end

--- Runs Lua text.
-- @tparam string source gets the rest as `...`, as strings
-- @tparam[opt] table environment variables to set
-- @treturn string what it wrote
-- @treturn number exit status; 124 when it hung
function child.run(source, environment, ...)
  local path = os.tmpname()
  write_file(path, ("package.path, package.cpath = %q, %q\n%s"):format(package.path, package.cpath, source))
  local words = { "env -u LUA_INIT --default-signal=PIPE" }
  for name, value in pairs(environment or {}) do table.insert(words, quote(name .. "=" .. value)) end
  table.insert(words, ("timeout %d %s %s"):format(PATIENCE, quote(child.interpreter()), quote(path)))
  for _, argument in ipairs { ... } do table.insert(words, quote(tostring(argument))) end
  local output, status = child.shell(table.concat(words, " "))
  os.remove(path)
  return output, status
end

return child
