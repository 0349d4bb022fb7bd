-- SPDX-License-Identifier: MIT
-- Starts the test peer as a process of its own that ends with this one.

local process = {}
process.__index = process

local HERE = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") or "."

-- The folder goes when the peer's standard input ends, that is with the pipe or with this process, and not before:
-- until then it holds what a peer that died had to say. Signals to the whole process group (Ctrl-C, timeout) reach the
-- peer through that end alone, so that it tidies up. Settings of other Luas, and a
-- sanitizer that is loaded into this process, are no business of the peer's.
local LAUNCH = "trap '' HUP INT TERM; unset LUA_INIT LUA_PATH LUA_CPATH LD_PRELOAD; "
  .. "%s %s %s >%s/ready 2>%s/log; cat >/dev/null; rm -rf %s"

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function first_line(path)
  local file = assert(io.open(path))
  local line = file:read("*l")
  file:close()
  return line
end

local function new_folder()
  local pipe = assert(io.popen("unset LD_PRELOAD; folder=$(mktemp -d) && mkfifo \"$folder/ready\" && echo \"$folder\""))
  local folder = pipe:read("*l")
  pipe:close()
  return assert(folder, "no temporary folder could be made (mktemp -d, mkfifo)")
end

--- Starts a peer and waits for its first line: opening a FIFO blocks until the other side has opened it too.
-- Raises an error with the peer's own words when it ends without one.
-- @tparam[opt] table options `lua`, the command that runs the script (default: environment variable INSTAR_PEER_LUA,
--   else `lua5.1`); `script`, its path
-- @treturn table the process, with `first_line`
function process.start(options)
  options = options or {}
  local lua = options.lua or os.getenv("INSTAR_PEER_LUA") or "lua5.1"
  local script = options.script or HERE .. "/peer.lua"
  local self = setmetatable({ folder = new_folder() }, process)
  local folder = quote(self.folder)
  self.pipe = assert(io.popen(LAUNCH:format(lua, quote(script), folder, folder, folder, folder), "w"))
  self.first_line = first_line(self.folder .. "/ready")
  if not self.first_line then error("the test peer did not start:\n" .. self:last_words(), 0) end
  return self
end

--- What the process has written to its standard error.
-- @treturn string
function process:last_words()
  local log = io.open(self.folder .. "/log")
  if not log then return "(its log is gone)" end
  local text = log:read("*a")
  log:close()
  return text ~= "" and text or "(it said nothing)"
end

--- Ends the process and waits until its folder is gone.
function process:stop()
  self.pipe:close()
end

return process
