-- SPDX-License-Identifier: MIT
-- Two queues: first in first out, and by time.

local queue = {}

local fifo = {}
fifo.__index = fifo

function fifo:push(item)
  self.last = self.last + 1
  self[self.last] = item
end

--- The oldest item, taken out; nil when there is none. An empty queue starts anew, so that it stays an array.
function fifo:pop()
  local first = self.first
  if first > self.last then return nil end
  local item = self[first]
  self[first] = nil
  if first == self.last then self.first, self.last = 1, 0 else self.first = first + 1 end
  return item
end

function fifo:is_empty()
  return self.first > self.last
end

function fifo:count()
  return self.last - self.first + 1
end

function queue.new()
  return setmetatable({first = 1, last = 0}, fifo)
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
