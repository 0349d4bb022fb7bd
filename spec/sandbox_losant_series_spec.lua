-- SPDX-License-Identifier: MIT
-- The sandbox's Losant over time: counts, custom nodes' statistics and errors, notification rules.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

local ORG = bench.INSTANCE .. "/orgs/575ed6e87ae143cd83dc4aa8"
local ACCOUNT = bench.INSTANCE .. "/sandboxes/575ed78e7ae143cd83dc4aab"
local NODE = bench.INSTANCE .. "/nodes/575ed7f27ae143cd83dc4aac"
local RULES = bench.INSTANCE .. "/notification-rules"
local DAY = 86400

-- 2025-11-01 to 2025-12-01.
local NOVEMBER = "start=1761955200000&end=1764547200000"

before_each(function()
  bench.reset()
end)

local function get(path)
  local response, body = bench.send("GET", path)
  assert.equal(200, response.status, response.body)
  return body
end

local function sum(rows, name)
  local total = 0
  for _, row in ipairs(rows) do total = total + row[name] end
  return total
end

local function sum_of_stats(stats, billable)
  local total = 0
  for kind, sources in pairs(stats) do
    for _, count in pairs(sources) do
      total = total + ((not billable or (kind ~= "dataTable" and kind ~= "timer")) and count or 0)
    end
  end
  return total
end

describe("sandbox Losant counts", function()
  for _, subject in ipairs{ bench.INSTANCE, ORG, ACCOUNT } do
    it("add up over days, hours and kinds: " .. subject:match("[^/]+$"), function()
      local whole = get(subject .. "/payloadCounts?" .. NOVEMBER)
      local days = get(subject .. "/payloadCountsBreakdown?" .. NOVEMBER).counts
      local hours = get(subject .. "/payloadCountsBreakdown?resolution=3600000&" .. NOVEMBER).counts
      local all = get(subject .. "/payloadCountsBreakdown?includeNonBillable=true&" .. NOVEMBER).counts
      assert.same({ 30, 720 }, { #days, #hours })
      assert.is_true(sum(days, "value") > 0)
      assert.equal(sum_of_stats(whole, true), sum(days, "value"))
      assert.equal(sum(days, "value"), sum(hours, "value"))
      assert.equal(sum_of_stats(whole), sum(all, "value"))
      assert.same({ "2025-11-01T00:00:00.000Z", "2025-11-30T00:00:00.000Z" }, { days[1].date, days[30].date })
    end)

    it("of devices go on from day to day: " .. subject:match("[^/]+$"), function()
      local rows, previous = get(subject .. "/deviceCounts?" .. NOVEMBER).counts, nil
      assert.equal(30, #rows)
      for _, row in ipairs(rows) do
        assert.is_true(row.created >= 0 and row.deleted >= 0)
        if previous then assert.equal(previous.total + row.created - row.deleted, row.total) end
        previous = row
      end
      assert.is_true(previous.total > rows[1].total)
    end)

    it("of notebooks are there: " .. subject:match("[^/]+$"), function()
      assert.is_true(sum(get(subject .. "/notebookMinuteCounts?" .. NOVEMBER).counts, "minutes") > 0)
    end)
  end

  it("of an organization are part of the instance's", function()
    local orgs, total = get(bench.INSTANCE .. "/orgs").items, 0
    for _, org in ipairs(orgs) do
      total = total + sum(get(("%s/orgs/%s/payloadCountsBreakdown?%s"):format(bench.INSTANCE, org.id, NOVEMBER)).counts,
        "value")
    end
    assert.equal(total, sum(get(bench.INSTANCE .. "/payloadCountsBreakdown?" .. NOVEMBER).counts, "value"))
  end)

  it("can be bytes", function()
    local counts = get(ORG .. "/payloadCounts?" .. NOVEMBER)
    local bytes = get(ORG .. "/payloadCounts?asBytes=true&" .. NOVEMBER)
    assert.equal(counts.mqttIn["device.mqtt"] * 400, bytes.mqttIn["device.mqtt"])
  end)

  it("begin with this month and end now", function()
    bench.at(3.5 * DAY)
    local body = get(ORG .. "/payloadCountsBreakdown")
    assert.same({ "2026-01-01T00:00:00.000Z", "2026-01-04T12:00:00.000Z" }, { body.start, body["end"] })
    assert.equal(4, #body.counts)
    assert.equal(4, #get(ORG .. "/deviceCounts?end=0").counts)
    local later = get(ORG .. "/payloadCountsBreakdown?start=1767225600000&end=1769904000000")
    assert.same(body.counts, later.counts)
  end)

  it("of a new organization are zero", function()
    local _, made = bench.send("POST", bench.INSTANCE .. "/orgs", '{"name":"Plant Busan"}')
    bench.at(2 * DAY)
    local rows = get(bench.INSTANCE .. "/orgs/" .. made.id .. "/deviceCounts").counts
    assert.same({ 2, 0 }, { #rows, sum(rows, "total") })
  end)

  for _, query in ipairs{ "start=x", "end=-5", "start=1764547200000&end=1761955200000", "resolution=60000",
    "end=" .. ("9"):rep(30) } do
    it("are refused for " .. query, function()
      assert.equal(400, bench.status("GET", ORG .. "/payloadCountsBreakdown?" .. query))
    end)
  end
end)

describe("sandbox Losant custom nodes", function()
  it("have as many errors as failed runs", function()
    local stats, errors = get(NODE .. "/stats"), get(NODE .. "/errors?limit=1000")
    assert.equal(24, #stats.metrics)
    assert.same({ 3600000, "2025-12-31T00:00:00.000Z", "2026-01-01T00:00:00.000Z" },
      { stats.resolution, stats.start, stats["end"] })
    assert.equal(sum(stats.metrics, "pathsFailed"), #errors.errors)
    assert.is_true(#errors.errors > 0)
    for _, row in ipairs(errors.errors) do
      assert.is_true(row.time >= errors.start and row.time <= errors["end"], row.time)
    end
    local node = get(NODE)
    assert.same({ runCount = sum(stats.metrics, "runCount"), errorCount = #errors.errors }, node.stats)
  end)

  it("give errors in both orders, up to a limit", function()
    local down, up = get(NODE .. "/errors?limit=3"), get(NODE .. "/errors?sortDirection=asc&limit=1000")
    assert.equal(3, #down.errors)
    for index = 1, 3 do assert.same(up.errors[#up.errors + 1 - index], down.errors[index]) end
  end)

  it("have no runs when they are new", function()
    local _, made = bench.send("POST", bench.INSTANCE .. "/nodes", '{"name":"New","triggers":[],"nodes":[]}')
    bench.at(DAY)
    local path = bench.INSTANCE .. "/nodes/" .. made.id
    assert.equal(0, sum(get(path .. "/stats").metrics, "runCount"))
    assert.truthy(bench.send("GET", path .. "/errors").body:find('"errors":[]', 1, true))
  end)

  it("have no category when it is empty", function()
    assert.equal("data", get(NODE).category)
    assert.equal(200, bench.status("PATCH", NODE, '{"category":""}'))
    assert.is_nil(get(NODE).category)
  end)

  for _, path in ipairs{ "/stats?duration=0", "/stats?resolution=x", "/stats?resolution=1", "/stats?end=x",
    "/errors?limit=0", "/errors?duration=x", "/errors?sortDirection=up" } do
    it("refuse " .. path, function()
      assert.equal(400, bench.status("GET", NODE .. path))
    end)
  end
end)

describe("sandbox Losant notification rules", function()
  local function new_rule(changes)
    local rule = {
      name = "Usage", targetType = "organization", targetQueryJson = '{"name":"Plant Ulsan"}',
      emailConfig = { subjectTemplate = "{{organization.name}}", bodyTemplate = "-", sendToTarget = "members",
        sendToOwner = "admins", sendToAddresses = { "extra@example.com" } },
      ruleConfig = { ruleType = "payloadUsage", thresholdType = "percentOfLimit", threshold = 0,
        maxFrequency = "daily" },
    }
    for name, value in pairs(changes or {}) do rule[name] = value end
    local response, body = bench.send("POST", RULES, cjson.encode(rule))
    assert.equal(201, response.status, response.body)
    return RULES .. "/" .. body.id
  end

  local function evaluate(rule, body)
    local response, answer = bench.send("POST", rule .. "/evaluate", body or "{}")
    assert.equal(202, response.status, response.body)
    assert.is_true(answer.jobQueued)
  end

  local function logs(rule)
    return get(rule .. "/logs?limit=100")
  end

  it("deliver what they are made for", function()
    bench.at(10 * DAY)
    local rule = new_rule()
    evaluate(rule)
    local delivery = logs(rule)[1]
    assert.same({ "Plant Ulsan", "575ed6e87ae143cd83dc4aa8", "user", "2026-01-11T00:00:00.000Z" },
      { delivery.targetName, delivery.targetId, delivery.requestedByType, delivery.sentAt })
    assert.same({ subject = "Plant Ulsan", body = "-", addresses = { "ops@example.com", "viewer@example.com",
      "shift@example.com", "ops@example.com", "extra@example.com" } }, delivery.email)
    local counted = sum(get(ORG .. "/payloadCountsBreakdown").counts, "value")
    assert.same({ counted, 1000000 }, { delivery.evaluation.value, delivery.evaluation.limit })
  end)

  it("deliver only what passes the threshold", function()
    bench.at(10 * DAY)
    assert.equal(200, bench.status("PATCH", ORG, '{"limits":{"payload":1000}}'))
    local strict = { ruleType = "payloadUsage", thresholdType = "percentOfLimit", threshold = 100 }
    local rule = new_rule{ ruleConfig = strict, targetQueryJson = "{}" }
    evaluate(rule)
    assert.equal(1, #logs(rule))
    assert.equal("Plant Ulsan", logs(rule)[1].targetName)
  end)

  it("deliver as often as they may", function()
    local rule = new_rule()
    local ignoring = '{"ignoreFrequencyCheck":true}'
    for _, row in ipairs{ { 0, "{}", 1 }, { 60, "{}", 1 }, { 61, ignoring, 2 }, { DAY, "{}", 3 } } do
      bench.at(row[1])
      evaluate(rule, row[2])
      assert.equal(row[3], #logs(rule))
    end
    assert.equal(1, #get(rule .. "/logs"))
    assert.equal("2026-01-02T00:00:00.000Z", get(rule .. "/logs")[1].sentAt)
    assert.equal(2, #get(rule .. "/logs?limit=9&since=1767225600000"))
    local config = { ruleType = "payloadUsage", thresholdType = "percentOfLimit", threshold = 0 }
    local monthly = new_rule{ ruleConfig = config }
    for _, row in ipairs{ { DAY, 1 }, { 20 * DAY, 1 }, { 31 * DAY, 2 } } do
      bench.at(row[1])
      evaluate(monthly)
      assert.equal(row[2], #logs(monthly))
    end
  end)

  it("deliver nothing when they are not enabled, or for nobody", function()
    local rule, nobody = new_rule{ enabled = false }, new_rule{ targetQueryJson = '{"name":"Nobody"}' }
    evaluate(rule)
    evaluate(nobody)
    assert.equal("[]", bench.send("GET", rule .. "/logs").body)
    assert.equal("[]", bench.send("GET", nobody .. "/logs").body)
  end)

  it("lose their address when it is set to null", function()
    local rule = new_rule{ callbackUrl = "https://example.com/hook" }
    assert.equal("https://example.com/hook", get(rule).callbackUrl)
    assert.equal(200, bench.status("PATCH", rule, '{"callbackUrl":null,"emailConfig":null}'))
    assert.same({}, { get(rule).callbackUrl, get(rule).emailConfig })
  end)

  for _, row in ipairs{ { "GET", "/logs?limit=0" }, { "GET", "/logs?since=x" }, { "POST", "/evaluate" },
    { "POST", "/evaluate", '{"ignoreFrequencyCheck":1}' }, { "PATCH", "", '{"targetQueryJson":"[1"}' } } do
    it(("refuse %s %s %s"):format(row[1], row[2], row[3] or ""), function()
      assert.equal(400, bench.status(row[1], RULES .. "/575ed8367ae143cd83dc4aad" .. row[2], row[3]))
    end)
  end
end)
