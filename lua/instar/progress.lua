-- SPDX-License-Identifier: MIT
-- A line for people that tells how far something is.

--- A progress line on a terminal.
-- @module instar.progress
-- @usage
-- local progress = instar.progress("instances")
-- instar.map(list, fn, {progress = progress})
-- progress:finish()

local core = require "instar.core"

local WIDTH = 24
local EVERY = 0.1 -- seconds between two drawings

local Progress = {}
Progress.__index = Progress

local function bar(share)
  local full = math.floor(share * WIDTH)
  return "[" .. ("#"):rep(full) .. (" "):rep(WIDTH - full) .. "]"
end

function Progress:line()
  if self.total and self.total > 0 then
    local share = math.min(self.done / self.total, 1)
    return ("%s %s %3d %% %d of %d"):format(self.label, bar(share), math.floor(share * 100), self.done, self.total)
  end
  return ("%s %d"):format(self.label, self.done)
end

function Progress:draw()
  self.drawn_at = core.now()
  self.stream:write("\r\27[K", self:line())
  self.stream:flush()
end

--- How far it is; also called as a function.
-- @tparam number done
-- @tparam[opt] number total
function Progress:update(done, total)
  self.done, self.total = done, total
  if not self.visible then return end
  if core.now() - self.drawn_at >= EVERY or done == total then self:draw() end
end

Progress.__call = Progress.update

--- Ends the line.
function Progress:finish()
  if self.visible and self.drawn_at > -math.huge then
    self:draw()
    self.stream:write("\n")
  end
  self.visible = false
end

--- A new progress line.
-- @tparam[opt] string label what stands in front
-- @tparam[opt] table options `stream` (io.stderr), `visible`: whether to draw, by default on stderr
--   when it is a terminal
-- @treturn table callable with `done, total`
return function(label, options)
  options = options or {}
  local visible = options.visible
  if visible == nil then visible = not options.stream and core.is_terminal(2) end
  return setmetatable({
    label = label or "", stream = options.stream or io.stderr, visible = visible, done = 0, drawn_at = -math.huge,
  }, Progress)
end
