-- SPDX-License-Identifier: MIT
-- Answers that are fetched ahead, and decoded when they are wanted.

local core = require "instar.core"
local run = require "instar.run"
local scheduler = require "instar.scheduler"

local unpack = require("instar.tuple").unpack

local fetch = {}
fetch.__index = fetch

--- Starts to fetch what an operation answers.
-- @param operation
-- @param ... its arguments
function fetch.start(operation, ...)
  local request = core.begin(operation, ...)
  return setmetatable({request = request, task = scheduler.start(run.fetch, request)}, fetch)
end

--- Waits until it is there, or has failed. `on_cancel` is called when the waiting task is cancelled meanwhile: where it
-- goes on nevertheless, it finds that its call was cancelled.
function fetch:wait(on_cancel)
  if not scheduler.join(self.task, nil, on_cancel) then self:cancel() end
end

--- True for one that is there, with a status that promises an answer.
function fetch:has_answer()
  local task = self.task
  if not (task.done and task.ok) or task.results[2] ~= nil then return false end
  local status = core.info(self.request).status or 0
  return status >= 200 and status < 300
end

--- What the operation gives; for one that has been waited for, once.
function fetch:answer()
  local task = self.task
  if task.cancelled then return run.result(self.request) end -- its task may be in the midst of it: it is not closed
  if not task.ok then error(task.results[1], 0) end
  return run.answer(self.request, unpack(task.results, 1, 2))
end

--- As cancel, for finalizers, which may run in the midst of anything: the task ends by itself when its call has ended.
function fetch:abandon()
  self.request:cancel()
  scheduler.rouse()
end

--- Nobody wants it any more. Who waits for it gets an error of kind `cancelled`.
function fetch:cancel()
  if self.task.done then return end
  self.request:cancel()
  scheduler.cancel(self.task)
end

return fetch
