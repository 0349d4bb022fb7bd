-- SPDX-License-Identifier: MIT
-- What the measurements write: the table, JSON, the picture. Nothing is measured here.

local contenders = require "bench.contenders"
local json = require "bench.json"
local measure = require "bench.measure"
local rows = require "bench.rows"
local svg = require "bench.svg"
local tables = require "bench.table"

local function sample(cpu, check)
  return {check = check or "same", cpu = cpu, wall = cpu * 2, peak = 1000 * cpu}
end

-- Results of all rows as a run would give them, with every contender; cpu of instar is `cpu` times the limit's.
local function results_with(cpu)
  local all = {}
  for _, lua in ipairs(contenders.LUAS) do
    table.insert(all, {kind = "limit", name = "limit " .. lua.name})
    table.insert(all, {kind = "instar", name = "instar " .. lua.name, against = "limit " .. lua.name})
  end
  for _, peer in ipairs(contenders.PEERS) do
    table.insert(all, {kind = "peer", name = peer.name, against = "limit 5.4"})
  end
  local factors = {limit = 1, instar = cpu, peer = 11.5}
  local results = {
    date = "2000-01-01T00:00:00Z", pinned = true, left_out = {}, rows = {},
    machine = {cpu = "A <fast> & small one", cores = 2, kernel = "Linux 1"}, versions = {{name = "Lua", version = "5"}},
  }
  for i, row in ipairs(rows) do
    results.rows[i] = measure.row(row, contenders.of_row(all, row), 2, function(contender)
      if row.measure == "growth" then return {{check = "1", growth = 8}} end
      return {sample(factors[contender.kind])}
    end)
  end
  return results
end

describe("the table", function()
  local function cells_of(results, title)
    for _, cells in ipairs(tables.cells(results)) do
      if cells[1] == title then return cells end
    end
  end

  it("has a line a row, as wide as its heading", function()
    local cells = tables.cells(results_with(1))
    assert.equal(#rows + 1, #cells)
    for _, line in ipairs(cells) do assert.equal(#cells[1], #line) end
    assert.same({"row", "goal", "Lua 5.4", "", "Lua 5.1", "LuaJIT", "CPU", "wall", "peak", "lua-http", "luasocket",
      "requests", "curl"}, cells[1])
  end)

  local verdicts = {{1.05, "1.050", "met"}, {1.051, "1.051", "missed"}, {0.5, "0.500", "met"}, {12, "12.0", "missed"}}
  for _, case in ipairs(verdicts) do
    it(("says that %s times the limit has %s the goal"):format(case[1], case[3]), function()
      local cells = cells_of(results_with(case[1]), "sequential")
      assert.same({"sequential", "CPU ≤ 1.05", case[2], case[3]}, {cells[1], cells[2], cells[3], cells[4]})
      assert.equal("11.5", cells[12])
    end)
  end

  it("shows growth as it is, and no ratio of it", function()
    assert.same({"memory, growth in KiB", "KiB ≤ 512", "8", "met", "8", "8", "", "", "", "", "", "", ""},
      cells_of(results_with(1), "memory, growth in KiB"))
  end)

  it("names no goal where there is none", function()
    local cells = cells_of(results_with(1), "http2, 32 in flight")
    assert.same({"CPU", "1.000", ""}, {cells[2], cells[3], cells[4]})
  end)

  it("says which row has failed and why", function()
    local results = results_with(1)
    results.rows[1] = {title = "sequential", measure = "cpu", goal = 1.05, failed = "the checks differ"}
    local cells = cells_of(results, "sequential")
    assert.same({"CPU ≤ 1.05", "", "failed"}, {cells[2], cells[3], cells[4]})
    assert.is_truthy(tables.text(results):find("Failed: sequential: the checks differ", 1, true))
    assert.is_truthy(svg.draw(results))
  end)

  it("leaves out the columns of peers that took no part, and names them", function()
    local results = results_with(1)
    for _, row in ipairs(results.rows) do
      for i = #row.contenders, 1, -1 do
        if row.contenders[i].name == "curl" then table.remove(row.contenders, i) end
      end
    end
    results.left_out = {"curl"}
    assert.equal(12, #tables.cells(results)[1])
    assert.is_truthy(tables.text(results):find("Left out: curl.", 1, true))
  end)

  it("stands in columns", function()
    local text = tables.text(results_with(1))
    local at
    for line in text:match("^(.-)\n\n"):gmatch("[^\n]+") do
      local place = line:find("CPU ≤", 1, true)
      at = at or place
      if place then assert.equal(at, place) end
      assert.is_falsy(line:find("%s$"))
    end
  end)

  it("is a table in Markdown", function()
    local bars
    for line in tables.markdown(results_with(1)):match("^(.-)\n\n"):gmatch("[^\n]+") do
      local _, count = line:gsub("|", "")
      bars = bars or count
      assert.equal(bars, count, line)
    end
  end)
end)

describe("results as JSON", function()
  it("are what they were", function()
    local results = results_with(1.25)
    assert.same(results, json.decode(json.encode(results)))
  end)

  it("have members in the order of their names", function()
    local value = {b = {1, 2}, a = {c = {d = "x"}, list = {}}, e = true}
    assert.equal('{\n  "a": {\n    "c": {"d": "x"},\n    "list": []\n  },\n  "b": [1, 2],\n  "e": true\n}',
      json.encode(value))
  end)
end)

describe("the picture", function()
  -- Raises unless every element is closed in its turn and text is escaped; returns how often each occurs.
  local function elements(markup)
    local open, count = {}, {}
    for closing, name, rest in markup:gmatch("<(/?)([%a]+)([^>]*)>") do
      if closing == "/" then
        assert.equal(table.remove(open), name)
      else
        count[name] = (count[name] or 0) + 1
        local left = rest:gsub('%s[%w%-]+="[^"<&]*"', "")
        assert.is_truthy(left == "" or left == "/", rest)
        if left == "" then table.insert(open, name) end
      end
    end
    assert.same({}, open)
    local text = markup:gsub("<style>.-</style>", ""):gsub("<[^>]*>", ""):gsub("&%l+;", "")
    assert.is_falsy(text:find("[<>&]"))
    return count
  end

  it("is well-formed, with a mark for every contender of every row that is compared", function()
    local results = results_with(1.1)
    local expected = #contenders.LUAS + #contenders.PEERS -- of the legend
    for _, row in ipairs(results.rows) do
      for _, result in ipairs(row.contenders) do
        if result.ratio then expected = expected + 1 end
      end
    end
    assert.equal(expected, elements(svg.draw(results)).circle)
  end)

  it("says what its marks and its scale are", function()
    local markup = svg.draw(results_with(1))
    for _, word in ipairs{"logarithmic", ">goal<", ">quartiles<", ">instar, LuaJIT<", ">curl, undecoded<"} do
      assert.is_truthy(markup:find(word, 1, true), word)
    end
  end)

  it("has room for its legend and for titles of rows", function()
    for title in svg.draw(results_with(1)):gmatch('class="" x="12" y="[%d.]+">([^<]*)<') do
      assert.is_true(12 + 6.5 * #title < 250, title)
    end
    for x, label in svg.draw(results_with(1)):gmatch('class="small" x="([%d.]+)" y="64">([^<]*)<') do
      assert.is_true(tonumber(x) + 6 * #label < 960, label)
    end
  end)

  it("needs nothing from elsewhere and suits light and dark", function()
    local markup = svg.draw(results_with(1))
    assert.matches("prefers%-color%-scheme: dark", markup)
    assert.is_falsy(markup:find("href") or markup:find("url(", 1, true) or markup:find("@import"))
  end)

  it("keeps its marks inside, however far they are from the limit", function()
    for _, factor in ipairs{0.001, 1, 900} do
      for x in svg.draw(results_with(factor)):gmatch('<circle class="[^"]*" cx="([^"]*)"') do
        assert.is_true(tonumber(x) > 0 and tonumber(x) < 960, x)
      end
    end
  end)
end)
