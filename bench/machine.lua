-- SPDX-License-Identifier: MIT
-- What the figures were measured on and with.

local contenders = require "bench.contenders"
local process = require "bench.process"
local text = require "bench.text"

local machine = {}

-- Each a command and what its output says.
local VERSIONS = {
  {name = "libcurl", command = "curl-config --version", pattern = "libcurl (%S+)"},
  {name = "OpenSSL", command = "openssl version", pattern = "OpenSSL (%S+)"},
  {name = "nginx", command = "PATH=$PATH:/usr/sbin nginx -v 2>&1", pattern = "nginx/(%S+)"},
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
    local version = command and found(command .. " -v 2>&1", "%d%S*")
    if version then table.insert(list, {name = lua.title:match("^%a+"), version = version}) end
  end
  for _, row in ipairs(VERSIONS) do
    table.insert(list, {name = row.name, version = found(row.command, row.pattern)})
  end
  return list
end

--- The cores of a list as the kernel writes it: `0-3,8`.
-- @tparam string list
-- @treturn {integer,...}
function machine.parse_cores(list)
  local cores = {}
  for first, last in list:gmatch("(%d+)%-?(%d*)") do
    for core = tonumber(first), tonumber(last) or tonumber(first) do table.insert(cores, core) end
  end
  return cores
end

--- The cores that this process may run on.
-- @treturn {integer,...}
function machine.cores()
  return machine.parse_cores(text.read("/proc/self/status"):match("Cpus_allowed_list:%s*(%S+)"))
end

--- The machine.
-- @treturn table with `cpu`, `cores` and `kernel`
function machine.describe()
  return {
    cpu = found("cat /proc/cpuinfo", "model name%s*:%s*([^\n]+)"),
    cores = #machine.cores(),
    kernel = found("uname -sr", "[^\n]+"),
  }
end

return machine
