-- SPDX-License-Identifier: MIT
-- Base64, as Basic authentication writes it.

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local base64 = {}

local function encode_group(group)
  local first, second, third = group:byte(1, 3)
  local bits = first * 65536 + (second or 0) * 256 + (third or 0)
  local text = ""
  for shift = 3, 0, -1 do
    local at = math.floor(bits / 64 ^ shift) % 64 + 1
    text = text .. ALPHABET:sub(at, at)
  end
  return text:sub(1, #group + 1) .. ("="):rep(3 - #group)
end

--- Encode bytes.
function base64.encode(bytes)
  return (bytes:gsub("..?.?", encode_group))
end

return base64
