-- SPDX-License-Identifier: MIT
-- Random lists, read in random ways: whatever their pages, failures, tokens and bounds, each item comes once, in order.

local cjson = require "cjson"
local instar = require "instar"

local ROUNDS = 300

--- Random numbers that are the same on every Lua.
local function new_dice(seed)
  return function(from, to)
    seed = (seed * 16807) % 2147483647
    return from + math.floor(seed / 2147483647 * (to - from + 1))
  end
end

-- A style's service: its client, its arguments for pages of a size, where a request starts and how many items it asks
-- for, and the answer with some items.
local styles = {
  offset = {
    client = "kakaocloud", resource = "instance", action = "list",
    arguments = function(size) return {limit = size} end,
    read = function(url)
      return tonumber(url:match("[?&]offset=(%d+)") or 0), tonumber(url:match("[?&]limit=(%d+)"))
    end,
    answer = function(list, items)
      return {instances = items, pagination = {total = list.told and list.total or nil}}
    end,
  },
  page = {
    client = "losant", resource = "instance", action = "historical_summaries",
    arguments = function(size) return {instanceId = "x", perPage = size} end,
    read = function(url, list)
      local size = math.min(tonumber(url:match("[?&]perPage=(%d+)")), list.most)
      return tonumber(url:match("[?&]page=(%d+)") or 0) * size, size
    end,
    answer = function(list, items) return {items = items, totalCount = list.told and list.total or nil} end,
  },
  cursor = {
    client = "acronis", resource = "tenant", action = "list",
    arguments = function() return {lod = "basic", subtree_root_id = "x"} end,
    read = function(url, list) return tonumber(url:match("[?&]after=c(%d+)") or 0), list.most end,
    answer = function(list, items, behind)
      return {items = items, paging = {cursors = {after = behind < list.total and "c" .. behind or nil}}}
    end,
  },
}

--- A list: `total` items, at most `most` a page, `told` how many there are; some requests fail, some answers are late.
local function new_list(dice, style)
  local list = {total = dice(0, 40), size = dice(1, 9), told = dice(1, 10) <= 6, fails = dice(0, 1) * 25}
  -- where nobody tells how many there are, a page that is not full is the last
  list.most = (list.told or style == styles.cursor) and dice(1, 9) or list.size
  local client = instar[style.client]{base_url = "https://host.example", token = "t", transport = function(request)
    for _ = 1, dice(0, 2) do coroutine.yield() end
    if dice(1, 100) <= list.fails then return {status = 500, body = "{}"} end
    local first, size = style.read(request.url, list)
    local items, behind = {}, first + math.min(size, list.most)
    for i = first + 1, math.min(behind, list.total) do items[#items + 1] = {id = i} end
    return {status = 200, body = cjson.encode(style.answer(list, items[1] and items or cjson.empty_array, behind))}
  end}
  list.operation, list.arguments = client[style.resource][style.action], style.arguments(list.size)
  return list
end

local function check_progress(seen, total)
  assert(seen >= 0 and (not total or total >= 0 and seen <= total), "what is told of the progress is wrong")
end

--- Reads on with a pager, until its end, a failure that is not tried again, or the loss of interest.
local function step(dice, list, ids, options)
  local pager, stop, count = list.operation:each(list.arguments, options), dice(0, 30), 0
  local over
  repeat
    local item, _, err = pager:next()
    if item then
      count = count + 1
      ids[#ids + 1] = item.id
    end
    over = not item and not err and not (options.max and count >= options.max)
    if err then assert.equal(err.resume, pager:token()) end
  until count >= stop or not item and (not err or dice(1, 3) == 1)
  assert(not options.max or count <= options.max, "more than max items")
  local token = pager:token()
  if dice(0, 1) == 1 then pager:close() end
  return token, over
end

--- The same with collect, which needs what was left off when it fails.
local function collect(list, ids, options)
  local items, _, err = list.operation:collect(list.arguments, options)
  for _, item in ipairs(items or err.items) do ids[#ids + 1] = item.id end
  assert(not options.max or #(items or err.items) <= options.max, "more than max items")
  return err and err.resume, not err
end

local function read_all(dice, list)
  local ids, token = {}, nil
  for _ = 1, 1000 do
    local options = {token = token, prefetch = dice(0, 3), max = dice(0, 1) == 1 and dice(0, 12) or nil}
    options.progress = dice(0, 1) == 1 and function(...)
      check_progress(...)
      if dice(1, 10) == 1 then error("a progress function that fails", 0) end
    end or nil
    local over
    if dice(1, 3) == 1 then
      options.max = nil
      token, over = collect(list, ids, options)
    else
      token, over = step(dice, list, ids, options)
    end
    if over then return ids end
  end
  error("the list does not end")
end

for name, style in pairs(styles) do
  describe("lists by " .. name, function()
    it("give each item once and in order, however they are read", function()
      for seed = 1, ROUNDS do
        local dice = new_dice(seed * 7919)
        local list = new_list(dice, style)
        local ids = read_all(dice, list)
        local what = ("seed %d: %d items, %d a page, at most %d"):format(seed, list.total, list.size, list.most)
        assert.equal(list.total, #ids, what)
        for i = 1, list.total do assert.equal(i, ids[i], what) end
      end
    end)
  end)
end
