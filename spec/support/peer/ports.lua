-- SPDX-License-Identifier: MIT
-- The loopback ports of the test peer, all ephemeral.

local luasocket = require "socket"
local socket = require "cqueues.socket"

local ports = {}

local HOST = "127.0.0.1"

--- Opens one listening port.
-- @return the listener
-- @treturn number its port
function ports.listen()
  local listener = socket.listen { host = HOST, port = 0, nodelay = true }
  assert(listener:listen())
  local _, _, number = listener:localname()
  return listener, number
end

-- Bound but not listening: connections are refused, and nobody else can be given the number.
local function reserve()
  local reserved = assert(luasocket.tcp())
  assert(reserved:bind(HOST, 0))
  local _, number = reserved:getsockname()
  return reserved, tonumber(number)
end

--- Opens every port a client may be sent to.
-- @tparam table contexts TLS contexts by port name
-- @treturn table listeners by name: `http`, `silent` and one for each context
-- @treturn table port numbers by name, `closed` among them
-- @return the socket that keeps `closed` reserved
function ports.open(contexts)
  local listeners, numbers = {}, {}
  local function open(name)
    listeners[name], numbers[name] = ports.listen()
  end
  open("http")
  open("silent")
  for name in pairs(contexts) do open(name) end
  local reserved
  reserved, numbers.closed = reserve()
  return listeners, numbers, reserved
end

return ports
