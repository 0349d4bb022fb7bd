-- SPDX-License-Identifier: MIT
-- The test peer: a server process whose every answer a spec has scripted, over raw sockets and TLS.
--
-- Usage: lua5.1 peer.lua FOLDER. Needs cqueues, luaossl, luasocket and lua-cjson. Writes certificates into FOLDER,
-- prints one line of JSON ({"ports": {…}, "files": {…}}) and serves until its standard input ends.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path

local cjson = require "cjson"
local cqueues = require "cqueues"
local errno = require "cqueues.errno"
local socket = require "cqueues.socket"

local certificates = require "peer.certificates"
local connection = require "peer.connection"
local control = require "peer.control"
local ports = require "peer.ports"
local session = require "peer.session"

-- What a client does to its connection is an answer to look at, never a reason to die.
socket.onerror(function(_, _, code) return code end)

local loop = cqueues.new()
local state = { session = session.new() }

local function accept_all(listener, serve)
  loop:wrap(function()
    while true do
      local sock, code = listener:accept()
      if not sock then error("accept: " .. errno.strerror(code)) end
      loop:wrap(function() serve(sock) end)
    end
  end)
end

local function end_with_parent()
  repeat cqueues.poll({ pollfd = 0, events = "r" }) until not io.read("*l")
  os.exit(0)
end

local files, contexts = certificates.make(arg[1])
local listeners, numbers, reserved = ports.open(contexts)

for name, listener in pairs(listeners) do
  accept_all(listener, function(sock) connection.serve(state.session, name, sock, contexts[name]) end)
end
local commands, command_port = ports.listen()
accept_all(commands, function(sock) control.serve(state, sock) end)
numbers.control = command_port
loop:wrap(end_with_parent)

print(cjson.encode { ports = numbers, files = files })
io.stdout:flush()

-- The loop ends with an error only: the peer's own, which specs are to see.
local _, message, _, thread = loop:loop()
io.stderr:write(thread and debug.traceback(thread, message) or tostring(message), "\n")
reserved:close()
os.exit(1)
