-- SPDX-License-Identifier: MIT
-- The control channel of the test peer: one line of JSON asks, one line answers.

local cjson = require "cjson"
local digest = require "openssl.digest"
local mime = require "mime"

local answer = require "peer.answer"
local session = require "peer.session"

local control = {}

local LONGEST_LINE = 64 * 1024 * 1024
local PATIENCE = 5  -- seconds a wait may last unless it says otherwise

local function logged(entry)
  local copy = { body_base64 = mime.b64(entry.body) or "" }
  for name, value in pairs(entry) do
    if name ~= "body" then copy[name] = value end
  end
  return copy
end

local commands = {}

function commands.reset(state)
  local finished = state.session
  state.session = session.new()
  finished:stop()
  return {}
end

function commands.queue(state, message)
  for _, script in ipairs(message.scripts) do
    local complaint = answer.complaint(script)
    if complaint then return { error = complaint } end
  end
  for _, script in ipairs(message.scripts) do table.insert(state.session.scripts, script) end
  return {}
end

function commands.log(state)
  local requests = {}
  for index, entry in ipairs(state.session.requests) do requests[index] = logged(entry) end
  return { requests = requests, connections = state.session.connections, queued = #state.session.scripts }
end

function commands.wait(state, message)
  local current = state.session
  local seconds = message.timeout or PATIENCE
  if current:wait(message, seconds) then return {} end
  return { error = ("waited %g s in vain: %d requests read, %d connections, %d of them closed"):format(
    seconds, current.finished, #current.connections, current.closed) }
end

function commands.sha256(_, message)
  local sum = digest.new("sha256"):final(mime.unb64(message.base64) or "")
  return { sha256 = (sum:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)) }
end

local function obey(state, line)
  local message = cjson.decode(line)
  local command = commands[message.command]
  if not command then return { error = "no such command: " .. tostring(message.command) } end
  return command(state, message)
end

--- Serves one control connection until it ends.
-- @tparam table state holds the `session` under way
-- @param sock cqueues socket, closed at the end
function control.serve(state, sock)
  sock:setmode("b", "bf")
  sock:setmaxline(LONGEST_LINE)
  while true do
    local line = sock:read("*l")
    if not line then break end
    sock:write(cjson.encode(obey(state, line)), "\n")
    sock:flush()
  end
  sock:close()
end

return control
