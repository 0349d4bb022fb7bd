-- SPDX-License-Identifier: MIT
-- A peer inside the process that it serves: it lives on the turns of the event loop that is tested, so that whatever
-- holds the loop up holds the answers up too.

local socket = require "socket"

local held = {}
held.__index = held

local ANSWER = "HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"

--- A peer that listens on a port of its own.
-- @treturn table `url`, and `waiting`, the requests that have no answer yet: {path, connection}, without the query
function held.new()
  local listener = assert(socket.bind("127.0.0.1", 0, 128))
  listener:settimeout(0)
  local _, port = listener:getsockname()
  return setmetatable({
    listener = listener, url = "http://127.0.0.1:" .. port, connections = {}, accepted = 0, waiting = {},
  }, held)
end

local function accept(self)
  local client = self.listener:accept()
  while client do
    client:settimeout(0)
    self.accepted = self.accepted + 1
    self.connections[client] = ""
    client = self.listener:accept()
  end
end

--- Requests without a body, as they come.
local function read(self, client, text)
  local bytes, reason, part = client:receive(65536)
  text = text .. (bytes or part or "")
  for target in text:gmatch("[A-Z]+ ([^ ?]+)%S* HTTP/1%.1\r\n.-\r\n\r\n") do
    table.insert(self.waiting, {path = target, connection = client})
    text = ""
  end
  self.connections[client] = text
  if reason == "closed" then
    self.connections[client] = nil
    client:close()
  end
end

--- Takes what has come, without waiting. To be called at every turn of the loop.
function held:turn()
  accept(self)
  for client, text in pairs(self.connections) do read(self, client, text) end
end

--- Answers the request that has waited longest.
-- @tparam[opt] string body by default the request's path as `{"name": …}`
-- @tparam[opt=200] number status
-- @tparam[opt] string headers each with its line end
function held:answer(body, status, headers)
  local request = assert(table.remove(self.waiting, 1), "nobody waits for an answer")
  body = body or ('{"name":"%s"}'):format(request.path)
  assert(request.connection:send(ANSWER:format(status or 200, #body, headers or "", body)))
end

--- Answers all that wait.
function held:answer_all(...)
  while self.waiting[1] do self:answer(...) end
end

return held
