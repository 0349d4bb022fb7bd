-- SPDX-License-Identifier: MIT
-- What the measurements are made with: figures, rows, contenders. Nothing here looks at a clock.

local contenders = require "bench.contenders"
local machine = require "bench.machine"
local measure = require "bench.measure"
local process = require "bench.process"
local rows = require "bench.rows"
local statistics = require "bench.statistics"
local text = require "bench.text"

local function near(expected, value)
  assert.is_true(math.abs(expected - value) < 1e-9, ("%s is not %s"):format(value, expected))
end

describe("quartiles", function()
  local cases = {
    {{7}, 7, 7, 7},
    {{2, 1}, 1.25, 1.5, 1.75},
    {{3, 1, 2}, 1.5, 2, 2.5},
    {{10, 1, 100, 1000, 0}, 1, 10, 100},
    {{5, 5, 5, 5}, 5, 5, 5},
  }

  for _, case in ipairs(cases) do
    it("of " .. table.concat(case[1], ", "), function()
      local summary = statistics.summary(case[1])
      near(case[2], summary.low)
      near(case[3], summary.median)
      near(case[4], summary.high)
    end)
  end

  it("leave the order of the values alone", function()
    local values = {3, 1, 2}
    statistics.summary(values)
    assert.same({3, 1, 2}, values)
  end)
end)

describe("a row", function()
  local KNOWN = {
    name = "string", case = "string", title = "string", work = "string", parameters = "table", limit = "table",
    instar = "table", measure = "string", goal = "number", peers = "boolean", rounds = "number", once = "boolean",
    times = "number",
  }
  local NEEDED = {"name", "title", "work", "parameters", "measure"}
  local WORKS = {get = true, pages = true, connect = true, start = true, memory = true}
  local MEASURES = {cpu = true, wall = true, growth = true}
  local SERVERS = {http = true, tls = true, h1_tls = true, tls_once = true, away = true}

  for _, row in ipairs(rows) do
    describe(row.title, function()
      it("has the fields of a row", function()
        for field, value in pairs(row) do assert.equal(KNOWN[field], type(value), field) end
        for _, field in ipairs(NEEDED) do assert.is_truthy(row[field], field) end
      end)

      it("is known work at a known server, measured in a known way", function()
        assert.is_truthy(WORKS[row.work])
        assert.is_truthy(MEASURES[row.measure])
        assert.is_truthy(SERVERS[row.parameters.base])
      end)
    end)
  end

  it("can be picked by its name and case", function()
    local seen = {}
    for _, row in ipairs(rows) do
      local full = row.name .. " " .. (row.case or "")
      assert.is_nil(seen[full], full)
      seen[full] = true
    end
  end)

  local GOALS = {
    sequential = {1.05}, in_flight = {1.05}, pages = {1.05}, pages_away = {0.93, 0.49, 0.27},
    latency = {1.03, 1.03, 1.03}, tls = {1.05}, tls_new = {1.1, 0.05}, http2 = {}, start = {1.15}, memory = {512},
  }

  it("is there for everything that has a goal, and the goal is what was set", function()
    local found = {}
    for _, row in ipairs(rows) do
      found[row.name] = found[row.name] or {}
      table.insert(found[row.name], row.goal)
    end
    assert.same(GOALS, found)
  end)
end)

describe("what a worker prints", function()
  local WHOLE = "process_wall=0.5 process_cpu=0.4 process_peak=99\n"

  it("is read, the work alone or the whole process", function()
    local line = "wall=0.25 cpu=0.125 peak=10 check=7\n" .. WHOLE
    assert.same({{check = "7", wall = 0.25, cpu = 0.125, peak = 10}}, process.samples(line, false))
    assert.same({{check = "7", wall = 0.5, cpu = 0.4, peak = 99}}, process.samples(line, true))
  end)

  it("is a sample a run", function()
    local samples = process.samples(("check=a\n" .. WHOLE):rep(3), true)
    assert.equal(3, #samples)
    assert.equal("a", samples[3].check)
  end)

  it("says what has grown: the larger of what the process holds and what Lua does", function()
    local line = "early=100 late=%d lua_early=10 lua_late=%d check=1\n" .. WHOLE
    assert.equal(30, process.samples(line:format(130, 12), false)[1].growth)
    assert.equal(40, process.samples(line:format(90, 50), false)[1].growth)
  end)

  it("has a check, or is refused", function()
    assert.has_error(function() process.samples("wall=1\n" .. WHOLE, false) end)
  end)
end)

describe("a command", function()
  it("has what it prints read apart from its errors", function()
    assert.same({"out\n", true, "", 0}, {process.output("echo out")})
    assert.same({"one\ntwo\n", false, "wrong", 3},
      {process.output("echo one; echo wrong >&2; echo two; exit 3")})
  end)

  it("is a failing row with its errors, not a figure, when it fails", function()
    local setting = {build = "out", core = "-", servers = {}}
    local breaks = "echo wall=1; echo broken >&2; exit 1 #"
    local worker = {kind = "limit", name = "limit 5.4", environment = breaks, command = "worker"}
    local ok, problem = pcall(process.run, worker, {work = "get", parameters = {}}, setting)
    assert.is_false(ok)
    assert.equal("limit 5.4: wall=1\nbroken (1)", problem)
  end)
end)

describe("the cores that may be used", function()
  local cases = {["0"] = {0}, ["0-1"] = {0, 1}, ["2,5"] = {2, 5}, ["1-3,8,10-11"] = {1, 2, 3, 8, 10, 11}}
  for list, cores in pairs(cases) do
    it("are read: " .. list, function() assert.same(cores, machine.parse_cores(list)) end)
  end

end)

describe("a template", function()
  it("is filled in, its other braces left alone", function()
    assert.equal("http { listen 80; {other} }", text.fill("http { listen {port}; {other} }", {port = 80}))
  end)
end)

describe("the lock", function()
  it("lets one run at a time through, where there is flock", function()
    local path = os.tmpname()
    local twice = ("bench/alone.sh %s sh -c 'bench/alone.sh %s echo second; exit $?'"):format(path, path)
    local printed, ok = process.output("bench/alone.sh " .. path .. " echo first")
    assert.same({"first\n", true}, {printed, ok})
    local free = not process.succeeds("command -v flock")
    printed, ok = process.output(twice)
    assert.same({free and "second\n" or "", free}, {printed, ok})
    os.remove(path)
  end)
end)

describe("the command line of a contender", function()
  local row = {work = "get", parameters = {base = "http", count = 5}, instar = {prefetch = 2}, times = 4}
  local setting = {build = "out", core = "1", servers = {http = "http://127.0.0.1:8/it's"}}

  local function command(kind)
    return process.command({kind = kind, environment = "A=1", command = "worker"}, row, setting)
  end

  it("has the row's parameters, quoted", function()
    assert.equal([[A=1 out/bench/launch 1 4 worker get 'base=http://127.0.0.1:8/it'\''s' 'count=5']], command("limit"))
  end)

  it("has those that are for its kind", function()
    assert.is_truthy(command("instar"):find("'prefetch=2'", 1, true))
  end)
end)

describe("contenders", function()
  it("that are not here are left out by name, with the peers that need their Lua", function()
    local found, left_out = contenders.find("out", {["5.4"] = "true"})
    local names = {}
    for i, contender in ipairs(found) do names[i] = contender.name end
    assert.same({"limit 5.4", "instar 5.4"}, {names[1], names[2]})
    assert.same({"Lua 5.1", "LuaJIT", "lua-http", "luasocket"}, {left_out[1], left_out[2], left_out[3], left_out[4]})
    assert.equal(4 + #contenders.PEERS, #found + #left_out)
  end)

  it("are no Luas that are not measured: who asks for one is told so", function()
    local _, left_out = contenders.find("out", {["5.4"] = "true", ["5.3"] = "lua5.3"})
    assert.equal("Lua 5.3", left_out[3])
  end)

  it("run in an environment that leads to what was built", function()
    local found = contenders.find("out", {["5.4"] = "lua5.4"})
    assert.equal("out/bench/5.4/limit", found[1].command)
    assert.equal("lua5.4 bench/workers/instar.lua", found[2].command)
    assert.is_truthy(found[2].environment:find("out/5.4/?.so;out/bench/5.4/?.so", 1, true))
  end)
end)

-- Contenders whose samples are written down; `turns` notes who ran.
local LIMIT = {kind = "limit", name = "limit 5.4"}
local INSTAR = {kind = "instar", name = "instar 5.4", against = "limit 5.4"}
local PEER = {kind = "peer", name = "requests", against = "limit 5.4", rounds = 1}
local CPU = {["limit 5.4"] = {1, 2, 4}, ["instar 5.4"] = {1, 3, 4}, requests = {10}}

local function sample(cpu, check)
  return {check = check or "same", cpu = cpu, wall = cpu * 2, peak = 1000 * cpu}
end

local function measured(row, list, turns, run)
  local count = {}
  return measure.row(row, list, 3, function(contender)
    local name = contender.name
    count[name] = (count[name] or 0) + 1
    table.insert(turns, name)
    return run(contender, CPU[name] and CPU[name][count[name]], count[name])
  end)
end

describe("measuring a row", function()
  local row = {name = "sequential", title = "sequential", measure = "cpu", goal = 1.05}

  it("lets contenders take turns", function()
    local turns = {}
    measured(row, {LIMIT, INSTAR, PEER}, turns, function(_, cpu) return {sample(cpu)} end)
    assert.same({"limit 5.4", "instar 5.4", "limit 5.4", "instar 5.4", "requests", "limit 5.4", "instar 5.4"}, turns)
  end)

  local spreads = {
    {rounds = 7, wanted = 3, {2, 4, 6}}, {rounds = 31, wanted = 3, {6, 16, 26}}, {rounds = 3, wanted = 1, {2}},
    {rounds = 3, wanted = 3, {1, 2, 3}}, {rounds = 2, wanted = 3, {1, 2}}, {rounds = 1, wanted = 3, {1}},
  }
  for _, spread in ipairs(spreads) do
    it(("spreads %d turns over %d rounds"):format(spread.wanted, spread.rounds), function()
      local turns = {}
      for round in pairs(measure.turns(spread.rounds, spread.wanted)) do table.insert(turns, round) end
      table.sort(turns)
      assert.same(spread[1], turns)
    end)
  end

  it("holds a peer against the limit of the same rounds, however that drifts", function()
    local peer, round = {kind = "peer", name = "requests", against = "limit 5.4", rounds = 3}, 0
    local result = measure.row(row, {LIMIT, peer}, 9, function(contender)
      if contender == LIMIT then round = round + 1 end
      return {sample(contender == LIMIT and round or 4 * round)}
    end)
    assert.equal(3, result.contenders[2].rounds)
    assert.same({low = 4, median = 4, high = 4}, result.contenders[2].ratio.cpu)
  end)

  it("gives a median between its quartiles, whatever the samples", function()
    for seed = 1, 50 do
      local state = seed
      local result = measure.row(row, {LIMIT, INSTAR}, 7, function()
        state = state * 16807 % 2147483647
        return {sample(1 + state % 10)}
      end)
      local ratio = result.contenders[2].ratio.cpu
      assert.is_true(ratio.low <= ratio.median and ratio.median <= ratio.high)
    end
  end)

  it("gives medians, and medians and quartiles of the ratios", function()
    local result = measured(row, {LIMIT, INSTAR, PEER}, {}, function(_, cpu) return {sample(cpu)} end)
    local limit, instar, peer = result.contenders[1], result.contenders[2], result.contenders[3]
    assert.equal("same", result.check)
    assert.equal(2, limit.cpu.median)
    assert.equal(6, instar.wall.median)
    assert.equal(3, instar.rounds)
    assert.is_nil(limit.ratio)
    near(1, instar.ratio.cpu.median)
    near(1, instar.ratio.cpu.low)
    near(1.25, instar.ratio.cpu.high)
    near(5, peer.ratio.cpu.median)
  end)

  it("takes the median of a round's runs", function()
    local result = measured(row, {LIMIT}, {}, function() return {sample(1), sample(9), sample(2)} end)
    assert.equal(2, result.contenders[1].cpu.high)
  end)

  it("drops who cannot do the work, after one try", function()
    local turns = {}
    local result = measured(row, {LIMIT, {kind = "peer", name = "curl"}}, turns, function(contender, cpu)
      if contender == LIMIT then return {sample(cpu)} end
    end)
    assert.same({"limit 5.4", "curl", "limit 5.4", "limit 5.4"}, turns)
    assert.equal(1, #result.contenders)
  end)

  local refusals = {
    {"of two contenders", function(contender) return {sample(1, contender.name)} end},
    {"of two rounds", function(_, _, round) return {sample(1, tostring(round))} end},
    {"of two runs of a round", function() return {sample(1, "a"), sample(1, "b")} end},
  }
  for _, refusal in ipairs(refusals) do
    it("is refused when the checks " .. refusal[1] .. " differ", function()
      local ok, problem = pcall(measured, row, {LIMIT, INSTAR}, {}, refusal[2])
      assert.is_false(ok)
      assert.matches("the checks differ", problem)
    end)
  end

  it("asks no check of who reads no answers", function()
    local list = {LIMIT, {kind = "peer", name = "curl", against = "limit 5.4", unchecked = true}}
    local result = measured(row, list, {}, function(contender) return {sample(1, contender.name)} end)
    assert.equal("limit 5.4", result.check)
    assert.equal(2, #result.contenders)
  end)

  it("fails when a worker does", function()
    assert.has_error(function()
      measured(row, {LIMIT}, {}, function() error("no connection", 0) end)
    end, "no connection")
  end)
end)
