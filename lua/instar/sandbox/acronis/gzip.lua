-- SPDX-License-Identifier: MIT
-- A gzip file (RFC 1952) of blocks that are stored as they are: no smaller than its text, but whole.

local gzip = {}

local POLYNOMIAL = 3988292384 -- 0xEDB88320
local BLOCK = 65535
local HEADER = "\31\139\8\0\0\0\0\0\0\255" -- deflate, no name, no time, unknown system

local floor = math.floor

-- Exclusive or, bit by bit: not every Lua has an operator for it.
local function xor_bits(a, b)
  local result, bit = 0, 1
  while a > 0 or b > 0 do
    if a % 2 ~= b % 2 then
      result = result + bit
    end
    a, b, bit = floor(a / 2), floor(b / 2), bit * 2
  end
  return result
end

local nibbles = {}
for a = 0, 15 do
  nibbles[a] = {}
  for b = 0, 15 do
    nibbles[a][b] = xor_bits(a, b)
  end
end

local function xor(a, b)
  local result, place = 0, 1
  while a > 0 or b > 0 do
    result = result + nibbles[a % 16][b % 16] * place
    a, b, place = floor(a / 16), floor(b / 16), place * 16
  end
  return result
end

local remainders = {}
for byte = 0, 255 do
  local remainder = byte
  for _ = 1, 8 do
    local half = floor(remainder / 2)
    remainder = remainder % 2 == 1 and xor(half, POLYNOMIAL) or half
  end
  remainders[byte] = remainder
end

local function checksum(text)
  local sum = 4294967295
  for index = 1, #text do
    sum = xor(remainders[xor(sum % 256, text:byte(index))], floor(sum / 256))
  end
  return 4294967295 - sum
end

-- A number, lowest byte first.
local function bytes(number, count)
  local parts = {}
  for index = 1, count do
    parts[index] = string.char(number % 256)
    number = floor(number / 256)
  end
  return table.concat(parts)
end

--- Pack a text.
-- @tparam string text
-- @treturn string a gzip file
function gzip.pack(text)
  local parts, at = { HEADER }, 1
  repeat
    local block = text:sub(at, at + BLOCK - 1)
    at = at + #block
    parts[#parts + 1] = string.char(at > #text and 1 or 0) .. bytes(#block, 2) .. bytes(BLOCK - #block, 2) .. block
  until at > #text
  parts[#parts + 1] = bytes(checksum(text), 4) .. bytes(#text, 4)
  return table.concat(parts)
end

return gzip
