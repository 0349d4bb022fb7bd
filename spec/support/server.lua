-- SPDX-License-Identifier: MIT
-- The test peer as specs see it: tells it what to answer, asks it what it received.

local mime = require "mime"
local socket = require "socket"

local json = require "spec.support.json"
local process = require "spec.support.process"
local uri = require "spec.support.uri"

--- @usage
-- local server = require "spec.support.server".start()
-- server:reset()
-- server:queue { status = 200, headers = { ["Content-Type"] = "application/json" }, body = "{}" }
-- … client.instance.get { … }, with server:url("http") as base_url
-- assert.equal("GET", server:only_request().method)
local server = {}
server.__index = server

local ANSWER_TIMEOUT = 10  -- seconds

local request = {}
request.__index = request

--- A request's header, as the receiver of repeats would read it.
-- @tparam string name in any case
-- @treturn ?string values joined with ", "; nil when it was not sent
function request:header(name)
  local values = {}
  for _, pair in ipairs(self.headers) do
    if pair[1]:lower() == name:lower() then table.insert(values, pair[2]) end
  end
  return values[1] and table.concat(values, ", ")
end

local function unbase64(text)
  return mime.unb64(text) or ""
end

local function decoded(entry)
  entry.body = unbase64(entry.body_base64)
  entry.body_base64 = nil
  if entry.target then
    local query
    entry.path, query = uri.split(entry.target)
    entry.query = uri.pairs(query)
  end
  return setmetatable(entry, request)
end

local function header_list(headers)
  if headers[1] then return headers end
  local list = {}
  for name, value in pairs(headers) do table.insert(list, { name, value }) end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

-- Bytes travel as base64, headers as pairs.
local function encoded(script)
  local copy = {}
  for name, value in pairs(script) do copy[name] = value end
  if copy.headers then copy.headers = header_list(copy.headers) end
  if copy.body then copy.body, copy.body_base64 = nil, mime.b64(copy.body) or "" end
  if copy.raw then copy.raw, copy.raw_base64 = nil, mime.b64(copy.raw) or "" end
  return copy
end

local function attach(self, options)
  self.process = process.start(options)
  local facts = assert(json.decode(self.process.first_line))
  self.ports, self.files = facts.ports, facts.files
  self.control = assert(socket.connect("127.0.0.1", self.ports.control))
  self.control:settimeout(ANSWER_TIMEOUT)
  self.control:setoption("tcp-nodelay", true)
  return self
end

--- Starts the peer that all specs of this process share; does nothing when it runs.
-- @treturn table the server
function server.start()
  if not rawget(server, "process") then attach(server) end
  return server
end

--- Starts a peer of one's own.
-- @tparam[opt] table options of `process.start`
-- @treturn table another server
function server.spawn(options)
  return attach(setmetatable({}, server), options)
end

--- Ends a peer of one's own.
function server:stop()
  self.control:close()
  self.process:stop()
end

-- One line there, one back. A peer that did not answer once is given up: no spec after that has to wait.
local function converse(self, line)
  local peer = self.process
  if peer.lost then error(peer.lost, 0) end
  local answer
  local sent, reason = self.control:send(line .. "\n")
  if sent then answer, reason = self.control:receive("*l") end
  if not answer then
    peer.lost = ("the test peer does not answer (%s):\n%s"):format(reason, peer:last_words())
    error(peer.lost, 0)
  end
  return answer
end

-- Sends a command, returns its answer; what the peer complains about is the calling spec's error.
local function ask(self, message)
  local answer = assert(json.decode(converse(self, json.encode(message))))
  if answer.error then error("test peer: " .. answer.error, 3) end
  return answer
end

--- Forgets scripts, requests and connections, and closes the connections that are open.
function server:reset()
  ask(self, { command = "reset" })
end

--- Says how the next requests are answered, one script each, whatever port they arrive on.
-- @tparam table ... scripts; README.md beside this file lists their members
function server:queue(...)
  local scripts = {}
  for index, script in ipairs { ... } do scripts[index] = encoded(script) end
  ask(self, { command = "queue", scripts = scripts })
end

--- The requests received since the last reset, in the order in which they began to arrive.
-- @treturn table list of {connection, port, method, target, path, query, version, headers, body, complete}, each with
--   a method `header(name)`; what stood in a request that is not HTTP is in `malformed`
function server:requests()
  local requests = ask(self, { command = "log" }).requests
  for _, entry in ipairs(requests) do decoded(entry) end
  return requests
end

--- The one request received since the last reset; raises an error when there were none or more.
-- @treturn table as in `requests`
function server:only_request()
  local requests = self:requests()
  if #requests ~= 1 then error(("expected one request, the test peer received %d"):format(#requests), 2) end
  return requests[1]
end

--- The connections accepted since the last reset.
-- @treturn table list of {number, port, requests, open, tls or tls_error}
function server:connections()
  return ask(self, { command = "log" }).connections
end

--- How many scripts no request has asked for yet.
-- @treturn number
function server:queued()
  return ask(self, { command = "log" }).queued
end

--- Waits until the peer has seen as much; raises an error when it has not in time.
-- @tparam table goal any of `requests` (read whole or cut off), `connections` (accepted), `closed` (connections);
--   `timeout` in seconds, 5 by default
function server:wait(goal)
  ask(self, {
    command = "wait", requests = goal.requests, connections = goal.connections, closed = goal.closed,
    timeout = math.min(goal.timeout or 5, ANSWER_TIMEOUT - 1),
  })
end

--- The address of a port.
-- @tparam string name `http`, `https`, `https_wrong_host`, `https_expired`, `https_unknown_ca`, `https_client`,
--   `https_client_tls12`, `https_tls11`, `silent` or `closed`
-- @tparam[opt="127.0.0.1"] string host `localhost` is the certificates' other name
-- @treturn string without a slash at its end
function server:url(name, host)
  local port = self.ports[name] or error("the test peer has no port " .. tostring(name), 2)
  local scheme = name:find("^https") and "https" or "http"
  return ("%s://%s:%d"):format(scheme, host or "127.0.0.1", port)
end

--- The SHA-256 of some bytes, in hexadecimal: the peer has a crypto library, the specs' Lua need not.
-- @tparam string bytes
-- @treturn string
function server:sha256(bytes)
  return ask(self, { command = "sha256", base64 = mime.b64(bytes) or "" }).sha256
end

return server
