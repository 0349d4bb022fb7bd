-- SPDX-License-Identifier: MIT
-- The sandbox behind a real HTTP server: HTTP/1.1 and HTTP/2, with TLS or without, on lua-http.

local box = require "instar.sandbox.box"
local options = require "instar.sandbox.options"

local server = {}

local IDLE_SECONDS, MAX_BODY = 120, 16 * 1024 * 1024

local function load_lua_http()
  local found, listener = pcall(require, "http.server")
  if not found then
    error("sandbox.serve needs lua-http, which this Lua does not have (" .. _VERSION .. "): " .. listener, 0)
  end
  return listener
end

-- Wall clock with fractions; os.time alone has whole seconds.
local function wall_clock()
  local monotime = require("cqueues").monotime
  local offset = os.time() - monotime()
  return function()
    return offset + monotime()
  end
end

-- The whole body; false when it is too large: then it is read to its end and dropped, so that the connection stays
-- usable; nil when it breaks off. No generic for here: Lua 5.1 cannot yield in its iterator.
local function read_body(stream)
  local parts, size = {}, 0
  local chunk = stream:get_next_chunk()
  while chunk do
    size = size + #chunk
    parts[#parts + 1] = size <= MAX_BODY and chunk or nil
    chunk = stream:get_next_chunk()
  end
  if stream.state == "open" then
    return nil
  end
  return size <= MAX_BODY and table.concat(parts)
end

local function request_headers(fields)
  local headers = {}
  for name, value in fields:each() do
    if name:sub(1, 1) ~= ":" then
      headers[name] = headers[name] and headers[name] .. ", " .. value or value
    end
  end
  return headers
end

-- The request, or nil when the client sent none that can be read.
local function read_request(stream)
  local fields = stream:get_headers()
  if not fields then
    return nil
  end
  local headers = request_headers(fields)
  if (headers.expect or ""):lower() == "100-continue" and (stream.peer_version or 2) >= 1.1 then
    stream:write_continue()
  end
  local body = read_body(stream)
  if body == nil then
    return nil
  end
  local host, path = fields:get ":authority" or "", fields:get ":path" or "/"
  return {
    method = fields:get ":method",
    url = fields:get ":scheme" .. "://" .. host .. path,
    headers = headers,
    body = body,
  }
end

local function plain(status, body)
  return { status = status, headers = { ["content-type"] = "text/plain" }, body = body }
end

-- A box that fails costs one answer, not the server.
local function answer(a_box, request)
  if not request.body then
    return plain(413, "The body is too large")
  end
  local fine, response = pcall(a_box, request)
  return fine and response or plain(500, "The sandbox failed: " .. tostring(response))
end

local function write_response(stream, method, response, fields, date)
  fields:append(":status", ("%d"):format(response.status))
  fields:append("date", date)
  for name, value in pairs(response.headers) do
    fields:append(name, value)
  end
  if response.status ~= 204 and response.status ~= 304 and not response.headers["content-length"] then
    fields:append("content-length", ("%d"):format(#response.body))
  end
  local is_empty = method == "HEAD" or response.body == ""
  if stream:write_headers(fields, is_empty) and not is_empty then
    stream:write_chunk(response.body, true)
  end
end

-- Wait until the controller says that standard input can be read, take a byte, see whether it has ended.
local function wait_for_eof(run)
  local poll = require("cqueues").poll
  repeat
    poll{ pollfd = 0, events = "r" }
  until not io.stdin:read(1)
  run.stopped = true
end

-- lua-http 0.4 takes the end of an HTTP/2 connection for progress, and whoever waits for more of it waits in a busy
-- loop. This connection says that it has ended, once what had come is read.
local function report_end(connection)
  if connection.version < 2 or rawget(connection, "step") then
    return
  end
  local step = connection.step
  function connection:step(timeout)
    local fine, problem, code = step(self, timeout)
    if fine and self.socket:eof("r") and self.socket:pending() == 0 then
      return nil, "the client has gone"
    end
    return fine, problem, code
  end
end

-- After a request without a clear end nothing more can be read from an HTTP/1 connection. It is taken from lua-http,
-- which would wait for that end in a busy loop.
local function give_up(stream)
  if stream.connection.version < 2 then
    local socket = stream.connection:take_socket()
    if socket then
      socket:close()
    end
  end
end

local function stream_handler(a_box)
  local new_headers, util = require("http.headers").new, require "http.util"
  return function(_, stream)
    report_end(stream.connection)
    local fine, request = util.yieldable_pcall(read_request, stream)
    if fine and request then
      write_response(stream, request.method, answer(a_box, request), new_headers(), util.imf_date())
    else
      give_up(stream)
    end
  end
end

local function listen(http_server, given, a_box, context)
  local listener = assert(http_server.listen{
    host = given.host or "127.0.0.1",
    port = given.port or 0,
    tls = context ~= nil,
    ctx = context,
    intra_stream_timeout = IDLE_SECONDS,
    onerror = function() end,
    onstream = stream_handler(a_box),
  })
  assert(listener:listen())
  return listener
end

local function root_of(listener, given, scheme)
  local _, host, port = listener:localname()
  host = given.host or host
  return ("%s://%s:%d"):format(scheme, host:find(":", 1, true) and "[" .. host .. "]" or host, port)
end

-- Errors of a step are one connection's; the others go on. Standard input that cannot be polled, such as a file or
-- /dev/null, gives an error for its descriptor and counts as ended.
local function turn(controller, run)
  repeat
    local _, _, _, _, _, descriptor = controller:step()
  until run.stopped or descriptor == 0
end

local known = {
  host = "string", port = "number", tls = "table or boolean", box = "table", on_ready = "function",
  until_eof = "boolean",
}

--- Run the server; `sandbox.serve` says what options there are.
function server.serve(given)
  options.check(given, known, 3)
  local context, certificate
  local listener_class = load_lua_http()
  if given.tls then
    context, certificate = require("instar.sandbox.tls").context(given.tls, given.host or "127.0.0.1")
  end
  local listener = listen(listener_class, given, given.box or box.new{ clock = wall_clock() }, context)
  local run = { stopped = false }
  if given.until_eof then
    listener.cq:wrap(wait_for_eof, run)
  end
  if given.on_ready then
    given.on_ready(root_of(listener, given, context and "https" or "http"), certificate)
  end
  turn(listener.cq, run)
  listener:close()
end

return server
