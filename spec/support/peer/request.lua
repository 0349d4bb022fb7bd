-- SPDX-License-Identifier: MIT
-- Reads one HTTP/1.1 request from a socket into an entry of the log, strictly: what is malformed is named, not mended.

local request = {}

local LINE = "^(.-)\r\n$"

-- A line without its CRLF; nil when the client stopped before its end or ended it otherwise.
local function read_line(sock, entry)
  local line = sock:read("*L")
  local text = line and line:match(LINE)
  if line and not text then entry.malformed = line end
  return text
end

local function read_request_line(sock, entry)
  local line = read_line(sock, entry)
  if not line then return false end
  entry.method, entry.target, entry.version = line:match("^(%S+) (%S+) HTTP/(%d%.%d)$")
  if not entry.method then entry.malformed = line end
  return entry.method ~= nil
end

local function read_headers(sock, entry)
  while true do
    local line = read_line(sock, entry)
    if line == "" then return true end
    local name, value = (line or ""):match("^([^:%s]+):[ \t]*(.-)[ \t]*$")
    if not name then
      entry.malformed = entry.malformed or line
      return false
    end
    table.insert(entry.headers, { name, value })
  end
end

-- Reads so many bytes onto the entry's body; false when fewer came.
local function read_bytes(sock, entry, count)
  if count == 0 then return true end
  local bytes = sock:read(count) or ""
  entry.body = entry.body .. bytes
  return #bytes == count
end

local function read_trailers(sock, entry)
  local line
  repeat line = read_line(sock, entry) until not line or line == ""
  return line ~= nil
end

local function read_chunks(sock, entry)
  while true do
    local line = read_line(sock, entry)
    local size = line and tonumber(line:match("^%x+"), 16)
    if not size then return false end
    if size == 0 then return read_trailers(sock, entry) end
    if not read_bytes(sock, entry, size) or read_line(sock, entry) ~= "" then return false end
  end
end

--- The value of an entry's header.
-- @tparam table entry
-- @tparam string name in lower case
-- @treturn ?string the first header of that name, in lower case; nil when there is none
function request.header(entry, name)
  for _, pair in ipairs(entry.headers) do
    if pair[1]:lower() == name then return pair[2]:lower() end
  end
  return nil
end

--- Reads the request line and the headers.
-- @treturn boolean whether all of them came
function request.read_head(sock, entry)
  return read_request_line(sock, entry) and read_headers(sock, entry)
end

--- Reads so many bytes of the body as they come over the wire.
-- @treturn boolean whether so many came
function request.read_start(sock, entry, count)
  return read_bytes(sock, entry, count)
end

--- Reads the body, by Content-Length or in chunks.
-- @treturn boolean whether all of it came
function request.read_body(sock, entry)
  if request.header(entry, "transfer-encoding") == "chunked" then return read_chunks(sock, entry) end
  local length = request.header(entry, "content-length") or "0"
  if not length:find("^%d+$") then
    entry.malformed = "Content-Length: " .. length
    return false
  end
  return read_bytes(sock, entry, tonumber(length))
end

return request
