-- SPDX-License-Identifier: MIT
-- The servers that are asked: nginx, plain and with TLS, and nginx seen from far away. They end with this process.
-- @usage
-- local servers = require("bench.servers").start("build", 0)
-- print(servers.http)
-- servers.close()

local certificates = require "bench.servers.certificates"
local process = require "bench.process"
local socket = require "socket"
local text = require "bench.text"

local servers = {}

local HOST = "127.0.0.1"
local AWAY = 20       -- milliseconds
local PATIENCE = 10   -- seconds
local PAUSE = 0.01    -- seconds between two tries to connect
local LOGS = {"nginx.log", "error.log", "relay.log"}

-- Names of the addresses, with their schemes.
local SCHEMES = {http = "http", h1_tls = "https", tls = "https", tls_once = "https", away = "http"}

-- Standard input ends with the pipe or with the process that holds its other end, however that comes about. Background
-- jobs of a shell without a terminal are out of reach of Ctrl-C.
local LAUNCH = [[
trap : HUP INT TERM
cd {folder} || exit
PATH=$PATH:/usr/sbin
{pin} nginx -p . -c nginx.conf -e error.log >nginx.log 2>&1 & nginx=$!
{pin} {relay} {away} {http} {delay} >relay.log 2>&1 & relay=$!
echo $nginx $relay >running
cat >/dev/null
kill $nginx $relay 2>/dev/null
wait
rm -rf {folder}]]

local function output(command)
  local printed, ok, errors = process.output(command)
  assert(ok, errors)
  return (printed:gsub("\n$", ""))
end

-- A free port for each name, all different: they are held until all are found.
local function free_ports()
  local ports, held = {}, {}
  for name in pairs(SCHEMES) do
    local server = assert(socket.bind(HOST, 0))
    local _, port = server:getsockname()
    ports[name] = tonumber(port)
    table.insert(held, server)
  end
  for _, server in ipairs(held) do server:close() end
  return ports
end

local function last_words(folder)
  local logs = {}
  for i, name in ipairs(LOGS) do logs[i] = text.read(folder .. "/" .. name) end
  return table.concat(logs)
end

-- Whether both still run, or have not been started yet.
local function both_run(folder)
  return process.succeeds(("cd %s && { [ ! -s running ] || kill -0 $(cat running); }"):format(process.quote(folder)))
end

local function connects(port)
  local client = socket.connect(HOST, port)
  if client then client:close() end
  return client ~= nil
end

local function wait_for(port, folder)
  local deadline = socket.gettime() + PATIENCE
  while not connects(port) do
    if socket.gettime() > deadline or not both_run(folder) then
      error("a server did not start:\n" .. last_words(folder), 0)
    end
    socket.sleep(PAUSE)
  end
end

-- What nginx needs. Its files are named from its own folder: no path that a checkout may have needs quoting for it.
local function prepare(folder, values)
  certificates.make(folder)
  output("ln -s ../fixtures " .. process.quote(folder .. "/fixtures"))
  for _, name in ipairs(LOGS) do text.write(folder .. "/" .. name, "") end
  text.write(folder .. "/nginx.conf", text.fill(text.read("bench/servers/nginx.conf"), values))
  text.write(folder .. "/paths.conf", text.read("bench/servers/paths.conf"))
end

local function addresses(folder, ports)
  local result = {ca = folder .. "/ca.pem", bundle = folder .. "/bundle.pem"}
  for name, scheme in pairs(SCHEMES) do result[name] = ("%s://%s:%d"):format(scheme, HOST, ports[name]) end
  return result
end

--- Starts the servers; raises when one does not. The folder holds the built `bench/relay` and `bench/fixtures`.
-- @tparam string build the folder
-- @tparam[opt] integer core that the servers are to run on
-- @treturn table addresses: `http`; `h1_tls`, HTTP/1.1 alone; `tls`, HTTP/2 too; `tls_once`, which ends each connection
--   after its answer; `away`, `http` seen from 20 ms away; paths: `ca`, the certificate authority's file; `bundle`, it
--   and the system's; and a function `close`
function servers.start(build, core)
  local root = output("cd " .. process.quote(build) .. " && pwd") .. "/bench"
  local folder, ports = output("mktemp -d " .. process.quote(root .. "/servers.XXXXXX")), free_ports()
  local values = {
    folder = process.quote(folder), relay = process.quote(root .. "/relay"), user = output("id -un"),
    delay = AWAY, pin = core and "taskset -c " .. core or "",
  }
  for name, port in pairs(ports) do values[name] = port end
  prepare(folder, values)
  local pipe = assert(io.popen(text.fill(LAUNCH, values), "w"))
  wait_for(ports.http, folder) -- first: the relay wants to reach it
  for _, port in pairs(ports) do wait_for(port, folder) end
  local result = addresses(folder, ports)
  result.close = function() pipe:close() end
  return result
end

return servers
