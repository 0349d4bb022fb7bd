-- SPDX-License-Identifier: MIT
-- Tasks, queues and moments: what runs when.

local instar = require "instar"
local outcome = require "spec.support.outcome"
local queue = require "instar.queue"
local scheduler = require "instar.scheduler"

local function turn_until(holds)
  for _ = 1, 5000 do
    if holds() then return end
    scheduler.turn(0.01)
  end
  error("it never came to hold", 2)
end

describe("a queue", function()
  it("gives first what came first", function()
    local fifo, expected, got = queue.new(), {}, {}
    for i = 1, 100 do
      fifo:push(i)
      fifo:push(-i)
      got[#got + 1] = fifo:pop()
      expected[2 * i - 1], expected[2 * i] = i, -i
    end
    assert.equal(100, fifo:count())
    while not fifo:is_empty() do got[#got + 1] = fifo:pop() end
    assert.same(expected, got)
    assert.is_nil(fifo:pop())
  end)

  it("by time gives the earliest, and passes over what is dead", function()
    local heap, expected = queue.new_by_time(), {}
    for i = 1, 500 do
      local time = (i * 7919) % 1009
      heap:push{time = time, dead = i % 3 == 0}
      if i % 3 ~= 0 then expected[#expected + 1] = time end
    end
    table.sort(expected)
    local got = {}
    while heap:first() do got[#got + 1] = heap:pop().time end
    assert.same(expected, got)
    assert.is_nil(heap:pop())
  end)
end)

describe("a task", function()
  it("first runs when the scheduler turns, in order, with its arguments", function()
    local seen, tasks = {}, {}
    for i = 1, 5 do tasks[i] = scheduler.spawn(function(...) table.insert(seen, {...}) end, i, -i) end
    assert.same({}, seen)
    turn_until(function() return tasks[5].done end)
    assert.same({{1, -1}, {2, -2}, {3, -3}, {4, -4}, {5, -5}}, seen)
  end)

  it("keeps all its results, and its error with a traceback", function()
    local good = scheduler.spawn(function() return nil, 2, nil end)
    local bad = scheduler.spawn(function() error("boom") end)
    assert.is_true(scheduler.join(good))
    assert.is_true(scheduler.join(bad))
    assert.same({true, 3, 2}, {good.ok, good.results.n, good.results[2]})
    assert.is_false(bad.ok)
    assert.is_truthy(bad.trace:find("scheduler_spec.lua", 1, true))
  end)

  it("that yields lets the others run", function()
    local seen = {}
    local function body(name)
      for i = 1, 3 do
        table.insert(seen, name .. i)
        coroutine.yield()
      end
    end
    local first, second = scheduler.spawn(body, "a"), scheduler.spawn(body, "b")
    turn_until(function() return first.done and second.done end)
    assert.equal("a1 b1 a2 b2 a3 b3", table.concat(seen, " "))
  end)

  it("may be a function of C's", function()
    local task = scheduler.spawn(math.max, 3, 9, 4)
    assert.is_true(scheduler.join(task))
    assert.equal(9, task.results[1])
  end)

  it("that is cancelled runs no further, before and after it began", function()
    local ran = 0
    local function body()
      ran = ran + 1
      while true do scheduler.sleep(0) end
    end
    local early = scheduler.spawn(body)
    scheduler.cancel(early, "gone")
    local late = scheduler.spawn(body)
    turn_until(function() return ran == 1 end)
    scheduler.cancel(late)
    for _ = 1, 5 do scheduler.turn(0) end
    assert.same({1, true, true, "gone"}, {ran, early.done, late.done, early.results[1]})
  end)
end)

describe("sleeping", function()
  it("ends in the order of the moments, not of the sleepers", function()
    local seen = {}
    assert(instar.all{
      function() scheduler.sleep(0.03) table.insert(seen, "late") end,
      function() scheduler.sleep(0.01) table.insert(seen, "early") end,
      function() table.insert(seen, "now") end,
    })
    assert.equal("now early late", table.concat(seen, " "))
  end)

  it("outside of tasks lets them run", function()
    local ran
    scheduler.spawn(function() ran = true end)
    scheduler.sleep(0.001)
    assert.is_true(ran)
  end)
end)

describe("joining", function()
  it("a task that has not ended in time says so, and leaves it running", function()
    local open
    local task = scheduler.spawn(function() while not open do scheduler.sleep(0) end end)
    assert.is_false(scheduler.join(task, 0.001))
    assert.same({}, task.watchers)
    open = true
    assert.is_true(scheduler.join(task, 60))
  end)
end)

describe("functions of the program's", function()
  it("of C may be transports and token functions", function()
    local client = instar.losant{token = os.getenv, transport = function() return {status = 200, body = "1"} end}
    outcome.failed({kind = "aborted"}, client.instance.get("x"))
    outcome.failed({kind = "aborted"}, instar.losant{token = "t", transport = tostring}.instance.get("x"))
  end)

  it("called inside one another end in order", function()
    local function double(a) return a * 2 end
    local ok, value = scheduler.protect(function(a) return (select(2, scheduler.protect(double, a))) end, 4)
    assert.same({true, 8}, {ok, value})
    assert.is_false((scheduler.protect(error, "x")))
  end)
end)

it("a program that loads instar anew has its calls moved by the new one", function()
  local loaded = {}
  for name, module in pairs(package.loaded) do
    if name:find("^instar") then loaded[name], package.loaded[name] = module, nil end
  end
  local fresh, turner = require "instar", require "instar.scheduler"
  local client = fresh.losant{token = "t", transport = function() return {status = 200, body = "7"} end}
  local call = client.instance.get:async("x")
  for _ = 1, 5 do turner.turn(0) end
  local done = call:done()
  for name in pairs(package.loaded) do
    if name:find("^instar") then package.loaded[name] = loaded[name] end
  end
  assert.is_true(done)
end)
