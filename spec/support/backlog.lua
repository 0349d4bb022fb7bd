-- SPDX-License-Identifier: MIT
-- A port that neither accepts nor refuses: its queue of connections is full, so that connecting to it stalls.

local socket = require "socket"

local backlog = {}
backlog.__index = backlog

-- One connection fills a queue of length 0; the others make sure of it.
local CLIENTS = 8

--- Opens the port.
-- @treturn table with `port`, its number
function backlog.open()
  local self = setmetatable({ clients = {}, listener = assert(socket.tcp()) }, backlog)
  assert(self.listener:bind("127.0.0.1", 0))
  assert(self.listener:listen(0))
  local _, port = self.listener:getsockname()
  self.port = tonumber(port)
  for index = 1, CLIENTS do
    local client = assert(socket.tcp())
    client:settimeout(0)
    client:connect("127.0.0.1", port)
    self.clients[index] = client
  end
  return self
end

--- Closes the port and what waits for it.
function backlog:close()
  for _, client in ipairs(self.clients) do client:close() end
  self.listener:close()
end

return backlog
