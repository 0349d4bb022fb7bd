-- SPDX-License-Identifier: MIT
-- What the figures were measured on and with.

local contenders = require "bench.contenders"
local process = require "bench.process"

local machine = {}

-- Each a command and what its output says.
local VERSIONS = {
  {name = "libcurl", command = "curl-config --version", pattern = "libcurl (%S+)"},
  {name = "OpenSSL", command = "openssl version", pattern = "OpenSSL (%S+)"},
  {name = "nginx", command = "PATH=$PATH:/usr/sbin nginx -v", pattern = "nginx/(%S+)"},
}

local function found(command, pattern)
  return process.output(command):match(pattern) or "unknown"
end

local function of_module(lua, environment, name)
  local code = ("print('=' .. require(%q)._VERSION)"):format(name)
  return found(("%s %s -e %s"):format(environment, lua, process.quote(code)), "=(%S+)")
end

--- Versions of what takes part.
-- @tparam {[string]=string,...} luas commands by name
-- @tparam string environment in which the first Lua finds its modules
-- @treturn {{name=string,version=string},...}
function machine.versions(luas, environment)
  local first = luas[contenders.LUAS[1].name]
  local list = {
    {name = "instar", version = of_module(first, environment, "instar")},
    {name = "lua-cjson", version = of_module(first, environment, "cjson")},
  }
  for _, lua in ipairs(contenders.LUAS) do
    local command = luas[lua.name]
    if command then table.insert(list, {name = lua.title:match("^%a+"), version = found(command .. " -v", "%d%S*")}) end
  end
  for _, row in ipairs(VERSIONS) do
    table.insert(list, {name = row.name, version = found(row.command, row.pattern)})
  end
  return list
end

--- Cores that this process may use.
-- @treturn integer
function machine.cores()
  return tonumber(found("nproc", "%d+")) or 1
end

--- The machine.
-- @treturn table with `cpu`, `cores` and `kernel`
function machine.describe()
  return {
    cpu = found("cat /proc/cpuinfo", "model name%s*:%s*([^\n]+)"),
    cores = machine.cores(),
    kernel = found("uname -sr", "[^\n]+"),
  }
end

return machine
