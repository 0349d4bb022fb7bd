-- SPDX-License-Identifier: MIT
-- A sandbox server in a process of its own, and HTTP/1.1 to it that is nothing but a socket.

local socket = require "socket"

local remote = {}

--- Seconds to wait for anything.
remote.TIMEOUT = 10

local COMMAND = "env -u LUA_INIT -u LUA_CPATH LUA_PATH='%s' lua5.1 %s >%s 2>&1"

--- Where the sandbox that this process would load lies, for the Lua of the server: it is plain Lua for every version.
local function sandbox_path()
  for template in package.path:gmatch("[^;]+") do
    local file = io.open((template:gsub("%?", "instar/sandbox/box")))
    if file then
      file:close()
      return template .. ";" .. template:gsub("%?%.lua$", "?/init.lua") .. ";;"
    end
  end
  error("instar.sandbox is not in package.path")
end

--- Starts a server and reads what it prints. Opening the FIFO waits for the other side; the process ends when its
-- standard input does: with `pipe`, at the latest with this process.
-- @tparam string arguments of lua5.1
-- @tparam string last_line pattern of the last line to read
-- @treturn table `pipe`, `lines`, `root` and `port`
function remote.start(arguments, last_line)
  local fifo = os.tmpname()
  os.remove(fifo)
  os.execute("mkfifo " .. fifo)
  local server = { pipe = assert(io.popen(COMMAND:format(sandbox_path(), arguments, fifo), "w")), lines = {} }
  local output = assert(io.open(fifo))
  os.remove(fifo)
  repeat
    local line = output:read("*l")
    server.lines[#server.lines + 1] = line
  until not line or line:find(last_line)
  output:close()
  server.root = (server.lines[1] or ""):match("^instar sandbox: (%S+)$")
  if not server.root then error("the server did not start: " .. table.concat(server.lines, "\n")) end
  server.port = tonumber(server.root:match("%d+$"))
  return server
end

--- Connects to a server.
-- @return a luasocket client
function remote.connect(server)
  local connection = assert(socket.connect("127.0.0.1", server.port))
  connection:settimeout(remote.TIMEOUT)
  return connection
end

--- Reads status and headers.
function remote.read_head(connection)
  local response = { status = tonumber(assert(connection:receive("*l")):match("^HTTP/1%.1 (%d+)")), headers = {} }
  for line in function() return assert(connection:receive("*l")) end do
    if line == "" then return response end
    local name, value = line:match("^([^:]+): *(.*)$")
    response.headers[name:lower()] = value
  end
end

--- Reads a response whose headers say how long it is.
-- @tparam[opt] boolean is_head no body comes, whatever its length
function remote.read_response(connection, is_head)
  local response = remote.read_head(connection)
  local length = tonumber(response.headers["content-length"])
  if length > 0 and not is_head then response.body = assert(connection:receive(length)) end
  return response
end

--- Sends bytes, reads a response.
function remote.exchange(connection, request, is_head)
  assert(connection:send(request))
  return remote.read_response(connection, is_head)
end

return remote
