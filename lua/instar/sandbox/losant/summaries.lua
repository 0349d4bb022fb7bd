-- SPDX-License-Identifier: MIT
-- Losant's monthly usage summaries: month, filter, sorting, pages.

local calendar = require "instar.sandbox.calendar"
local collection = require "instar.sandbox.losant.collection"
local errors = require "instar.sandbox.losant.errors"
local instance = require "instar.sandbox.losant.instance"
local paging = require "instar.sandbox.losant.paging"
local respond = require "instar.sandbox.respond"
local usage = require "instar.sandbox.losant.usage"

local summaries = {}

local function wanted_month(call)
  local text = call.arguments.month
  if text == "now" then
    return calendar.month(call.now)
  end
  local milliseconds = text:find("^%-?%d+$") and #text <= 15 and tonumber(text)
  local seconds = milliseconds and milliseconds / 1000 or calendar.parse(text)
  return seconds and calendar.month(seconds)
end

local function items_of(call, month, found)
  local items = {}
  for _, resource in ipairs(call.state.resources) do
    if resource.instance == found.id and resource.born <= month and month <= calendar.month(call.now) then
      items[#items + 1] = usage.summary(resource, month, found.orgDefaultLimitConfig)
    end
  end
  return items
end

--- instance.historical_summaries
function summaries.list(call)
  local found, refusal = collection.find(call, instance.kind)
  local month = wanted_month(call)
  if not found then
    return refusal
  elseif not month then
    return errors.error(call, 400, "month is not a valid time")
  end
  local items = paging.arrange(call.arguments, items_of(call, month, found))
  local body, problem = paging.body("page", call.arguments, items)
  return body and respond.json(200, body) or errors.error(call, 400, problem)
end

return summaries
