-- SPDX-License-Identifier: MIT
-- Ids and tokens from a small generator of its own: the same box always gives the same ones.

local sequence = {}

local methods = {}
local metatable = { __index = methods }

local LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

--- A new sequence.
-- @tparam number seed from 1 to 2147483646
function sequence.new(seed)
  return setmetatable({ value = seed }, metatable)
end

--- A whole number from 0 to limit - 1 (Park and Miller's generator, exact in doubles).
function methods:number(limit)
  self.value = self.value * 16807 % 2147483647
  return math.floor(self.value / 2147483647 * limit)
end

local function characters(self, length, alphabet)
  local parts = {}
  for index = 1, length do
    local at = self:number(#alphabet) + 1
    parts[index] = alphabet:sub(at, at)
  end
  return table.concat(parts)
end

--- Hexadecimal digits.
function methods:hex(length)
  return characters(self, length, "0123456789abcdef")
end

--- Letters and digits.
function methods:text(length)
  return characters(self, length, LETTERS)
end

--- A UUID of version 4.
function methods:uuid()
  return ("%s-%s-4%s-a%s-%s"):format(self:hex(8), self:hex(4), self:hex(3), self:hex(3), self:hex(12))
end

return sequence
