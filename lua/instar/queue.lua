-- SPDX-License-Identifier: MIT
-- Two queues: first in first out, and by time.

local queue = {}

-- First in first out: a ring of `size` places, so that nothing is made anew however long it is used. `first` is where
-- the oldest of its `length` items lies, from 0.
local fifo = {}
fifo.__index = fifo

local FIRST_SIZE = 16

local function grow(ring)
  local items = {}
  for i = 0, ring.length - 1 do items[i + 1] = ring[(ring.first + i) % ring.size + 1] end
  for i = 1, 2 * ring.size do ring[i] = items[i] or false end
  ring.first, ring.size = 0, 2 * ring.size
end

function fifo:push(item)
  if self.length == self.size then grow(self) end
  self[(self.first + self.length) % self.size + 1] = item
  self.length = self.length + 1
end

--- The oldest item, taken out; nil when there is none.
function fifo:pop()
  if self.length == 0 then return nil end
  local place = self.first + 1
  local item = self[place]
  self[place] = false
  self.first, self.length = place % self.size, self.length - 1
  return item
end

function fifo:is_empty()
  return self.length == 0
end

function fifo:count()
  return self.length
end

function queue.new()
  local ring = {first = 0, length = 0, size = FIRST_SIZE}
  for i = 1, FIRST_SIZE do ring[i] = false end
  return setmetatable(ring, fifo)
end

-- A binary heap of items with a field `time`.
local heap = {}
heap.__index = heap

function heap:push(item)
  local place = #self + 1
  while place > 1 do
    local parent = math.floor(place / 2)
    if self[parent].time <= item.time then break end
    self[place], place = self[parent], parent
  end
  self[place] = item
end

--- The item with the least time; nil when there is none. Items whose field `dead` is set are passed over.
function heap:first()
  while self[1] and self[1].dead do self:pop() end
  return self[1]
end

--- The item with the least time, taken out; nil when there is none.
function heap:pop()
  local least, last = self[1], table.remove(self)
  local count, place = #self, 1
  if count == 0 then return least end
  while 2 * place <= count do
    local child = 2 * place
    if child < count and self[child + 1].time < self[child].time then child = child + 1 end
    if last.time <= self[child].time then break end
    self[place], place = self[child], child
  end
  self[place] = last
  return least
end

function queue.new_by_time()
  return setmetatable({}, heap)
end

return queue
