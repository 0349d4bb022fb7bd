-- SPDX-License-Identifier: MIT
-- One connection to the test peer: reads requests, follows the session's scripts, ends as they say.

local condition = require "cqueues.condition"
local cqueues = require "cqueues"
local errno = require "cqueues.errno"
local luasocket = require "socket"
local socket = require "cqueues.socket"

local answer = require "peer.answer"
local request = require "peer.request"

local connection = {}
connection.__index = connection

local LONGEST_LINE = 1024 * 1024

--- Wakes whatever this connection waits for, so that it ends.
function connection:release()
  self.released = true
  self.release_signal:signal()
  self.sock:shutdown("rw")
end

function connection:pause(seconds)
  if seconds and not self.released then cqueues.poll(self.release_signal, seconds) end
end

function connection:send(bytes)
  return self.sock:write(bytes) and self.sock:flush() and true or false
end

-- Says nothing more until the client or a reset ends the connection.
function connection:hold()
  repeat local bytes = self.sock:read(-4096) until not bytes
end

-- As hold, but what the client sends stays unread, so that its sending stalls.
function connection:hold_unread()
  while not self.released do self.release_signal:wait() end
end

function connection:send_slowly(bytes, drip)
  for first = 1, #bytes, drip.bytes do
    if first > 1 then self:pause(drip.every) end
    if self.released or not self:send(bytes:sub(first, first + drip.bytes - 1)) then return false end
  end
  return true
end

function connection:send_answer(script, method)
  local head, body = answer.build(script, method)
  if script.drip then return self:send(head) and self:send_slowly(body, script.drip) end
  return self:send(head .. body)
end

-- Close with a reset instead of an orderly end: cqueues cannot set SO_LINGER, luasocket can, on any descriptor.
function connection:reset_on_close()
  local borrowed = luasocket.tcp()
  borrowed:setfd(self.sock:pollfd())
  borrowed:setoption("linger", { on = true, timeout = 0 })
  borrowed:setfd(-1)
end

local endings = {
  close = function() return false end,
  reset = function(self) self:reset_on_close() return false end,
  hang = function(self) self:hold() return false end,
}

-- What follows the answer; true when the connection stays open for another request.
function connection:after_answer(script)
  if script.hang == "in_body" then return endings.hang(self) end
  if script["then"] then return endings[script["then"]](self) end
  self.ends_at_next = script.idle_close
  return not (script.close or script.truncate)
end

function connection:respond(entry, script)
  if script.close_before_answer then return false end
  if script.hang == "before_headers" then return endings.hang(self) end
  self:pause(script.delay)
  if self.released or not self:send_answer(script, entry.method) then return false end
  return self:after_answer(script)
end

function connection:read_request(entry, script)
  local complete = request.read_head(self.sock, entry)
  if complete then
    if request.header(entry, "expect") == "100-continue" and script.continue ~= false then
      self:send("HTTP/1.1 100 Continue\r\n\r\n")
    end
    complete = request.read_body(self.sock, entry)
  end
  self.session:finish(entry, complete)
  return complete
end

-- Reads so many bytes of the body, then resets the connection, whatever the client has still to send.
function connection:reset_in_body(entry, count)
  if request.read_head(self.sock, entry) then request.read_start(self.sock, entry, count) end
  self.session:finish(entry, false)
  return endings.reset(self)
end

local function unscripted(entry)
  return {
    status = 599, reason = "No Script", close = true,
    body = ("test peer: no script is queued for %s %s"):format(entry.method, entry.target),
  }
end

-- One request and its answer; true when another may follow.
function connection:exchange()
  if not self.sock:fill(1) then return false end
  local script = self.ends_at_next and { close_before_answer = true } or self.session:next_script()
  local entry = self.session:begin(self.record)
  if script and script.hang == "before_read" then
    self:hold_unread()
    return false
  end
  if script and script.reset_in_body then return self:reset_in_body(entry, script.reset_in_body) end
  if not self:read_request(entry, script or {}) then return false end
  return self:respond(entry, script or unscripted(entry))
end

-- Says no more, and reads until the client has closed: bytes left unread would become a reset, and that overtakes the
-- alert which tells the client what was wrong with its handshake.
function connection:read_away()
  local plain = socket.dup(self.sock:pollfd())
  plain:setmode("b", "bf")
  plain:shutdown("w")
  local bytes, code = plain:recv(-4096)
  while not self.released and (bytes or code == errno.EAGAIN) do
    if not bytes then cqueues.poll({ pollfd = plain:pollfd(), events = "r" }, self.release_signal) end
    bytes, code = plain:recv(-4096)
  end
  plain:close()
end

-- Step by step: a shutdown, which wakes everything else, waits in cqueues until the handshake is over.
function connection:handshake(context)
  local ok, code = self.sock:starttls(context, 0)
  while code == errno.ETIMEDOUT and not self.released do
    cqueues.poll(self.sock, self.release_signal)
    ok, code = self.sock:starttls(context, 0)
  end
  if ok then
    self.record.tls = self.sock:checktls():getVersion()
  else
    self.record.tls_error = errno.strerror(code or 0)
    self:read_away()
  end
  return ok
end

function connection:converse(context)
  if self.record.port == "silent" then return self:hold() end
  if context and not self:handshake(context) then return end
  while self:exchange() do end
end

-- Over TLS this is the end of the bytes without a close_notify, which cqueues cannot send.
function connection:close()
  self.sock:close()
  self.session:disconnect(self)
end

--- Serves one accepted connection until it ends.
-- @tparam table session the session it belongs to, to its end
-- @tparam string port name of the port
-- @param sock cqueues socket, closed at the end
-- @param[opt] context TLS context of the port
function connection.serve(session, port, sock, context)
  local self = setmetatable({
    session = session,
    sock = sock,
    record = { port = port, requests = 0, open = true },
    release_signal = condition.new(),
  }, connection)
  sock:setmode("b", "bf")
  sock:setmaxline(LONGEST_LINE)
  session:connect(self)
  self:converse(context)
  self:close()
end

return connection
