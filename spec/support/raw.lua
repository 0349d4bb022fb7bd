-- SPDX-License-Identifier: MIT
-- A client that is nothing but a socket, for specs of the test peer itself.

local socket = require "socket"

local raw = {}

local TIMEOUT = 5  -- seconds

--- Connects to a port of the peer.
-- @tparam table server as from `spec.support.server`
-- @tparam[opt="http"] string port its name
-- @return a luasocket client
function raw.connect(server, port)
  local sock = assert(socket.connect("127.0.0.1", server.ports[port or "http"]))
  sock:settimeout(TIMEOUT)
  return sock
end

--- Connects and sends some bytes.
-- @return a luasocket client
function raw.send(server, bytes, port)
  local sock = raw.connect(server, port)
  assert(sock:send(bytes))
  return sock
end

--- Reads until the peer closes, then closes.
-- @treturn string the bytes
function raw.read_all(sock)
  local bytes, reason, partial = sock:receive("*a")
  sock:close()
  assert(bytes or reason == "closed", reason)
  return bytes or partial
end

--- Whether for a moment nothing comes, not even the connection's end.
-- @treturn boolean
function raw.is_quiet(sock)
  sock:settimeout(0.02)
  local _, reason, partial = sock:receive(1)
  sock:settimeout(TIMEOUT)
  return reason == "timeout" and partial == ""
end

--- Whether the peer has closed the connection, or does so in time.
-- @treturn boolean
function raw.is_closed(sock)
  local _, reason, partial = sock:receive(1)
  return reason == "closed" and partial == ""
end

return raw
