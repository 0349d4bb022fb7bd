-- SPDX-License-Identifier: MIT
-- Waiting until an answer meets a goal, under a clock that the specs turn.

local clock = require "instar.clock"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()

local real = {now = clock.now, sleep = clock.sleep, random = clock.random}
local time, naps

before_each(function()
  time, naps = 1000, {}
  function clock.now() return time end
  function clock.random() return 0.5 end
  function clock.sleep(seconds)
    table.insert(naps, seconds)
    time = time + seconds
  end
end)

after_each(function()
  for name, fn in pairs(real) do clock[name] = fn end
end)

--- An answer: a state, a status, a whole response, or what a transport says of a failure.
local function answer_of(step)
  if type(step) == "number" then return {status = step, body = "{}"} end
  if type(step) == "string" then return {status = 200, body = ('{"instance":{"status":"%s"}}'):format(step)} end
  if step.kind then return nil, step.kind, "m" end
  return step
end

--- instance.get whose n-th answer is the n-th of a list, the last one for ever; and how often it was asked.
local function machine(steps, more)
  local polls = 0
  local options = {token = "t", retries = 0, transport = function(request)
    polls = polls + 1
    if polls > 2000 then error("an endless wait") end
    if more and more.look then more.look(request) end
    return answer_of(steps[math.min(polls, #steps)])
  end}
  return instar.kakaocloud(options).instance.get, function() return polls end
end

local function met(polls, steps, goal, options)
  local get, count = machine(steps)
  local body, response = get:wait("x", goal, options)
  assert(body, response)
  assert.equal(polls, count())
  return body, response
end

describe("a goal", function()
  it("is met by a state, or by one of a list", function()
    for _, status in ipairs{"active", {"active"}, {"stopped", "active"}} do
      local body, response = met(3, {"spawning", "spawning", "active"}, {status = status})
      assert.equal("active", body.instance.status)
      assert.equal(200, response.status)
    end
  end)

  it("is met at once without a nap", function()
    met(1, {"active"}, {status = "active"})
    assert.same({}, naps)
  end)

  it("takes its arguments as a table too, and by habit with a colon", function()
    local get = machine{"active"}
    assert(get:wait({instance_id = "x"}, {status = "active"}))
    assert(get:wait("x", {status = "active"}, {timeout = 5}))
  end)

  it("{gone = true} is met by a 404, the first one too", function()
    assert.is_true((met(1, {404}, {gone = true})))
    assert.is_true((met(4, {"active", "error", "powering-off", 404}, {gone = true})))
  end)

  it("until is met when the function says so", function()
    local seen = {}
    local body = met(3, {"a", "b", "c"}, {["until"] = function(body)
      table.insert(seen, body.instance.status)
      return #seen == 3
    end})
    assert.same({"a", "b", "c"}, seen)
    assert.equal("c", body.instance.status)
  end)

  it("until that fails ends the wait with its error", function()
    local cause = {}
    local err = outcome.failed({kind = "aborted"}, (machine{"a"}):wait("x", {["until"] = function() error(cause) end}))
    local mute = setmetatable({}, {__tostring = function() error "no text" end})
    outcome.failed({kind = "aborted", cause = mute},
      (machine{"a"}):wait("x", {["until"] = function() error(mute) end}))
    assert.same({cause, "a"}, {err.cause, err.last.instance.status})
  end)

  it("until may call, and works where nothing is known of a state", function()
    local losant = instar.losant{token = "t", transport = function() return {status = 200, body = '{"n":1}'} end}
    local body = assert(losant.instance.get:wait("x", {["until"] = function(body)
      return losant.instance.get("y").n == body.n
    end}))
    assert.equal(1, body.n)
  end)
end)

describe("a list whose items have states", function()
  local function stored(answers)
    local polls = 0
    local client = instar.acronis{base_url = "https://a.example/api/2", token = "t", retries = 0, transport = function()
      polls = math.min(polls + 1, #answers)
      return {status = 200, body = '{"items":' .. answers[polls] .. "}"}
    end}
    return client.report.list_stored, function() return polls end
  end
  local saved, busy, broken = '{"id":"1","status":"saved"}', '{"id":"2","status":"in progress"}', '{"status":"failed"}'
  local function list(...) return "[" .. table.concat({...}, ",") .. "]" end

  it("meets the goal when all of them do, and there is one", function()
    local op, polls = stored{list(), list(busy), list(saved, busy), list(saved, "{}"), list(saved, saved), list(busy)}
    local body = assert(op:wait({report_id = "r"}, {status = "saved"}))
    assert.same({5, 2}, {polls(), #body.items})
  end)

  it("fails when one of them has failed", function()
    local op, polls = stored{list(saved, busy), list(saved, broken), list(saved, saved)}
    local err = outcome.failed({kind = "aborted", state = "failed"}, op:wait("r", {status = "saved"}))
    assert.same({2, "failed"}, {polls(), err.last.items[2].status})
  end)
end)

describe("a failure state", function()
  it("stops at once, with the last answer", function()
    local get, count = machine{"spawning", "error", "active"}
    local err = outcome.failed({kind = "aborted", state = "error"}, get:wait("x", {status = "active"}))
    assert.same({"error", 2}, {err.last.instance.status, count()})
  end)

  it("of the first poll is that of what was before", function()
    met(2, {"error", "active"}, {status = "active"})
  end)

  it("that is the goal is none", function()
    met(2, {"spawning", "error"}, {status = {"error", "active"}})
  end)

  it("may be another one, or none", function()
    local get = machine{"spawning", "stopped"}
    outcome.failed({state = "stopped"}, get:wait("x", {status = "active"}, {fail = {"stopped"}}))
    met(3, {"spawning", "error", "active"}, {status = "active"}, {fail = {}})
    met(3, {"spawning", "error", "active"}, {status = "active"}, {fail = {"stopped"}})
  end)
end)

describe("what passes is tolerated:", function()
  for name, row in pairs{
    ["early 404s"] = {{404, 404, 404, "active"}, 4},
    ["one bad poll among good ones"] = {{"spawning", 503, "spawning", 502, "active"}, 5},
    ["a lost connection"] = {{"spawning", {kind = "transport"}, "active"}, 3},
    ["a poll that took too long"] = {{"spawning", {kind = "timeout"}, "active"}, 3},
    ["429"] = {{429, "active"}, 2},
    ["an answer without the item"] = {{{status = 200, body = "{}"}, "active"}, 2},
    ["an item without a state"] = {{{status = 200, body = '{"instance":{}}'}, "active"}, 2},
    ["an item that is null"] = {{{status = 200, body = '{"instance":null}'}, "active"}, 2},
    ["an item that is no table"] = {{{status = 200, body = '{"instance":"x"}'}, "active"}, 2},
    ["an empty answer"] = {{{status = 200, body = ""}, "active"}, 2},
  } do
    it(name, function() met(row[2], row[1], {status = "active"}) end)
  end
end)

describe("what does not pass ends the wait:", function()
  for name, row in pairs{
    ["403"] = {{"spawning", 403}, {kind = "auth", status = 403}, 2},
    ["400"] = {{"spawning", 400}, {kind = "http", status = 400}, 2},
    ["404 of what was there"] = {{"spawning", 404}, {kind = "http", status = 404}, 2},
    ["404 for too long"] = {{404}, {kind = "http", status = 404}, 11},
    ["too many bad polls in a row"] = {{"spawning", 503}, {kind = "http", status = 503}, 7},
  } do
    it(name, function()
      local get, count = machine(row[1])
      local err = outcome.failed(row[2], get:wait("x", {status = "active"}))
      if row[1][1] == "spawning" then assert.equal("spawning", err.last.instance.status) end
      assert.equal(row[3], count())
    end)
  end
end)

describe("the time", function()
  it("between polls grows from 1 s to 15 s", function()
    outcome.failed({kind = "timeout"}, (machine{"spawning"}):wait("x", {status = "active"}, {timeout = 100}))
    assert.equal(1, naps[1])
    for i = 2, #naps - 1 do assert.is_true(naps[i] >= naps[i - 1] and naps[i] <= 15) end
    assert.equal(15, naps[#naps - 1])
  end)

  it("is used up: the last poll comes at its end", function()
    local start = time
    local err = outcome.failed({kind = "timeout"},
      (machine{"spawning"}):wait("x", {status = "active"}, {timeout = 60}))
    assert.is_nil(err.cause)
    assert.is_true(math.abs(time - start - 60) < 0.001)
  end)

  it("is scattered by a fifth", function()
    for random, expected in pairs{[0] = 0.8, [1] = 1.2} do
      naps = {}
      function clock.random() return random end
      met(2, {"spawning", "active"}, {status = "active"})
      assert.is_true(math.abs(naps[1] - expected) < 1e-9)
    end
  end)

  it("is half an hour at most, or what is given", function()
    for _, timeout in ipairs{false, 5, 100} do
      local start = time
      local err = outcome.failed({kind = "timeout"},
        (machine{"spawning"}):wait("x", {status = "active"}, {timeout = timeout or nil}))
      assert.equal("spawning", err.last.instance.status)
      assert.is_true(time - start <= (timeout or 1800) and time - start >= (timeout or 1800) - 18)
    end
  end)

  for _, slow in ipairs{3, 3.9, 6} do
    it(("is not thought to be over because one poll took %g s of it"):format(slow), function()
      local polls, states = 0, {"spawning", "spawning", "spawning", "active"}
      local get = machine(slow == 6 and {"spawning", "active"} or states, {look = function()
        polls = polls + 1
        time = time + (polls == 1 and slow or 0.1)
      end})
      local options = {timeout = slow == 6 and 12.5 or 9.5}
      assert.equal("active", assert(get:wait("x", {status = "active"}, options)).instance.status)
    end)
  end

  it("is never too short for the poll that is begun", function()
    for timeout = 30, 200 do
      local start, late = time, 0
      local get = machine({"spawning"}, {look = function()
        if timeout / 10 - (time - start) < 0.999 then late = late + 1 end
        time = time + 1
      end})
      outcome.failed({kind = "timeout"}, get:wait("x", {status = "active"}, {timeout = timeout / 10}))
      assert.equal(0, late)
    end
  end)

  it("that is over tells what went wrong last", function()
    local err = outcome.failed({kind = "timeout", status = 404},
      (machine{{status = 404, body = "{}"}}):wait("x", {status = "active"}, {timeout = 8}))
    assert.equal(404, err.cause.status)
    assert.is_truthy(err.message:find("HTTP 404", 1, true), err.message)
  end)

  it("of one poll may be limited", function()
    server:reset()
    server:queue({hang = "before_headers"}, {body = '{"instance":{"status":"active"}}'})
    local get = instar.kakaocloud{token = "t", retries = 0, base_url = server:url("http")}.instance.get
    local body = assert(get:wait("x", {status = "active"}, {call_timeout = 0.5}))
    assert.equal("active", body.instance.status)
    assert.equal(2, #server:requests())
  end)

  it("that a service asks for is kept", function()
    met(2, {{status = 429, headers = {["Retry-After"] = "40"}, body = "{}"}, "active"}, {status = "active"})
    assert.same({40}, naps)
  end)

  it("that a service asks for is kept to the very end", function()
    local get = machine({{status = 429, headers = {["Retry-After"] = "4"}, body = "{}"}, "active"}, {look = function()
      time = time + 1.2
    end})
    assert(get:wait("x", {status = "active"}, {timeout = 6}))
    assert.same({4}, naps)
  end)

  it("that a service asks for beyond the end ends the wait at once", function()
    local busy = {status = 429, headers = {["Retry-After"] = "40"}, body = "{}"}
    outcome.failed({kind = "http", status = 429}, (machine{busy})
      :wait("x", {status = "active"}, {timeout = 30}))
    assert.same({}, naps)
  end)
end)

describe("a mistake", function()
  for name, row in pairs{
    ["no goal"] = {nil, nil, "goal"}, ["a goal that is text"] = {5, nil, "goal"},
    ["an empty goal"] = {{}, nil, "one of"},
    ["two goals"] = {{gone = true, status = "active"}, nil, "one of"},
    ["gone = false"] = {{gone = false}, nil, "goal"},
    ["a status that is a number"] = {{status = 5}, nil, "goal"},
    ["until that is no function"] = {{["until"] = 5}, nil, "goal"},
    ["an unknown member"] = {{state = "active"}, nil, "goal"},
    ["timeout 0"] = {{gone = true}, {timeout = 0}, "timeout"},
    ["call_timeout below 0"] = {{gone = true}, {call_timeout = -1}, "call_timeout"},
    ["fail that is text"] = {{gone = true}, {fail = "error"}, "fail"},
    ["an unknown option"] = {{gone = true}, {fial = {}}, "fial"},
  } do
    it("raises before anything is sent: " .. name, function()
      local get, count = machine{"active"}
      local ok, message = pcall(function() return get:wait({instance_id = "x"}, row[1], row[2]) end)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find(row[3], 1, true), message)
      assert.is_truthy(tostring(message):find("wait_spec.lua:", 1, true), message)
      assert.equal(0, count())
    end)
  end

  it("is to wait with what does not read, or for a state that nobody knows", function()
    local kakao, losant = instar.kakaocloud{token = "t"}, instar.losant{token = "t"}
    for _, row in ipairs{{kakao.instance.delete, {gone = true}, "only operations that read"},
      {losant.instance.get, {status = "active"}, "use until"}} do
      local ok, message = pcall(function() return row[1]:wait("x", row[2]) end)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find(row[3], 1, true), message)
    end
  end)
end)
