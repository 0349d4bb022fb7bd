-- SPDX-License-Identifier: MIT
-- From a script to the bytes of an answer.

local mime = require "mime"

local answer = {}

local REASONS = {
  [100] = "Continue", [102] = "Processing", [103] = "Early Hints", [200] = "OK", [201] = "Created", [202] = "Accepted",
  [204] = "No Content", [206] = "Partial Content", [301] = "Moved Permanently", [302] = "Found", [304] = "Not Modified",
  [400] = "Bad Request", [401] = "Unauthorized", [403] = "Forbidden", [404] = "Not Found", [409] = "Conflict",
  [429] = "Too Many Requests", [500] = "Internal Server Error", [502] = "Bad Gateway", [503] = "Service Unavailable",
}

-- Members of a script: the type each must have, or the values it may have.
local MEMBERS = {
  status = "number", reason = "string", headers = "table", informational = "table",
  body = "string", body_base64 = "string", body_times = "number", raw_base64 = "string",
  delay = "number", drip = "table", truncate = "number", reset_in_body = "number", continue = "boolean",
  close = "boolean", close_before_answer = "boolean", idle_close = "boolean",
  chunked = { [true] = true, [false] = true },
  hang = { before_read = true, before_headers = true, in_body = true },
  ["then"] = { close = true, reset = true, hang = true },
}

--- What is wrong with a script, if anything: a misspelt member must not be passed over in silence.
-- @treturn ?string
function answer.complaint(script)
  for name, value in pairs(script) do
    local allowed = MEMBERS[name]
    if not allowed then return ("a script has no member '%s'"):format(name) end
    if type(allowed) == "string" and type(value) ~= allowed then
      return ("script member '%s' must be a %s"):format(name, allowed)
    elseif type(allowed) == "table" and not allowed[value] then
      return ("script member '%s' cannot be %s"):format(name, tostring(value))
    end
  end
  return nil
end

local function unbase64(text)
  return text and (mime.unb64(text) or "")
end

local function head(status, reason, headers)
  local lines = { ("HTTP/1.1 %d %s"):format(status, reason or REASONS[status] or "Scripted") }
  for _, pair in ipairs(headers) do table.insert(lines, pair[1] .. ": " .. pair[2]) end
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

local function has_framing(headers)
  for _, pair in ipairs(headers) do
    local name = pair[1]:lower()
    if name == "content-length" or name == "transfer-encoding" then return true end
  end
  return false
end

local function is_bodiless(status)
  return status < 200 or status == 204 or status == 304
end

-- The script's headers, and those that frame the body unless the script has its own.
local function framed_headers(script, status, body)
  local headers = {}
  for _, pair in ipairs(script.headers or {}) do table.insert(headers, pair) end
  if script.close then table.insert(headers, { "Connection", "close" }) end
  if has_framing(headers) or is_bodiless(status) then return headers end
  if script.chunked then
    table.insert(headers, { "Transfer-Encoding", "chunked" })
  else
    table.insert(headers, { "Content-Length", tostring(#body) })
  end
  return headers
end

-- Two chunks where there are bytes for two, so that the client has to join them.
local function chunk(body)
  local half = math.ceil(#body / 2)
  local chunks = {}
  for _, part in ipairs { body:sub(1, half), body:sub(half + 1) } do
    -- not in one format: Lua 5.1 ends a %s at a NUL
    if part ~= "" then table.insert(chunks, ("%x\r\n"):format(#part) .. part .. "\r\n") end
  end
  return table.concat(chunks) .. "0\r\n\r\n"
end

local function cut(script, bytes)
  if script.truncate then return bytes:sub(1, math.max(#bytes - script.truncate, 0)) end
  if script.hang == "in_body" then return bytes:sub(1, math.floor(#bytes / 2)) end
  return bytes
end

local function informational(script)
  local heads = {}
  for _, interim in ipairs(script.informational or {}) do
    table.insert(heads, head(interim.status, interim.reason, interim.headers or {}))
  end
  return table.concat(heads)
end

--- The bytes to send for a script.
-- @tparam table script
-- @tparam string method of the request: HEAD is answered without a body
-- @treturn string heads of informational and final answer; empty where the script has raw bytes
-- @treturn string the body as it goes over the wire, or the raw bytes
function answer.build(script, method)
  if script.raw_base64 then return informational(script), cut(script, unbase64(script.raw_base64)) end
  local status = script.status or 200
  local body = (script.body or unbase64(script.body_base64) or ""):rep(script.body_times or 1)
  local first = informational(script) .. head(status, script.reason, framed_headers(script, status, body))
  if method == "HEAD" or is_bodiless(status) then return first, "" end
  return first, cut(script, script.chunked and chunk(body) or body)
end

return answer
