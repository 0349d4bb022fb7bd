-- SPDX-License-Identifier: MIT
-- What the test peer knows between two resets: scripts to follow, requests and connections seen.

local condition = require "cqueues.condition"
local cqueues = require "cqueues"

local session = {}
session.__index = session

--- A session that has seen nothing.
function session.new()
  return setmetatable({
    scripts = {},
    requests = {},
    connections = {},   -- records for the log, kept after closing
    live = {},          -- connection objects that are open, by record
    finished = 0,       -- requests that were read whole or were cut off
    closed = 0,         -- connections
    changed = condition.new(),
  }, session)
end

--- Takes the script of the next request.
-- @treturn[1] table the script
-- @treturn[2] nil when none is left
function session:next_script()
  return table.remove(self.scripts, 1)
end

--- Notes a new connection.
-- @tparam table connection has `record` for the log, and `release()`
function session:connect(connection)
  table.insert(self.connections, connection.record)
  connection.record.number = #self.connections
  self.live[connection.record] = connection
  self.changed:signal()
end

--- Notes that a connection has ended.
function session:disconnect(connection)
  connection.record.open = false
  self.live[connection.record] = nil
  self.closed = self.closed + 1
  self.changed:signal()
end

--- Notes a request that begins to arrive.
-- @treturn table the log's entry, to be filled while reading
function session:begin(record)
  local entry = { connection = record.number, port = record.port, headers = {}, body = "", complete = false }
  table.insert(self.requests, entry)
  record.requests = record.requests + 1
  return entry
end

--- Notes that no more of a request will be read.
function session:finish(entry, complete)
  entry.complete = complete
  self.finished = self.finished + 1
  self.changed:signal()
end

--- Waits until as many requests and connections have been seen.
-- @tparam table goal any of `requests`, `connections`, `closed`: least counts
-- @tparam number seconds how long to wait
-- @treturn[1] boolean true
-- @treturn[2] boolean false when time is up
function session:wait(goal, seconds)
  local deadline = cqueues.monotime() + seconds
  local function reached()
    return self.finished >= (goal.requests or 0) and #self.connections >= (goal.connections or 0)
      and self.closed >= (goal.closed or 0)
  end
  while not reached() do
    local left = deadline - cqueues.monotime()
    if left <= 0 then return false end
    self.changed:wait(left)
  end
  return true
end

--- Ends every connection, and returns when all are closed.
function session:stop()
  self.scripts = {}
  for _, connection in pairs(self.live) do connection:release() end
  while next(self.live) do self.changed:wait() end
end

return session
