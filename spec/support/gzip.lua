-- SPDX-License-Identifier: MIT
-- Compressed bytes for answers, made by the program gzip.

local child = require "spec.support.child"

local gzip = {}

local HEADER, TRAILER = 10, 8  -- bytes around the deflated data when no name is stored

--- A gzip member.
-- @tparam string text
-- @treturn string
function gzip.pack(text)
  local folder = child.folder()
  local file = assert(io.open(folder .. "/text", "wb"))
  assert(file:write(text))
  assert(file:close())
  local pipe = assert(io.popen("gzip -nc " .. folder .. "/text"))
  local bytes = pipe:read("*a")
  pipe:close()
  child.remove(folder)
  return bytes
end

-- Adler-32, highest byte first.
local function checksum(text)
  local low, high = 1, 0
  for i = 1, #text do
    low = (low + text:byte(i)) % 65521
    high = (high + low) % 65521
  end
  return string.char(math.floor(high / 256), high % 256, math.floor(low / 256), low % 256)
end

--- A zlib stream: what HTTP calls "deflate".
-- @tparam string text
-- @treturn string
function gzip.deflate(text)
  return "\120\156" .. gzip.pack(text):sub(HEADER + 1, -TRAILER - 1) .. checksum(text)
end

return gzip
