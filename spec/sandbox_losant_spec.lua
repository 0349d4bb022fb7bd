-- SPDX-License-Identifier: MIT
-- The sandbox's Losant: instance, reports, summaries.

local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

describe("sandbox Losant", function()
  it("gives links where they are asked for", function()
    local _, plain = bench.send("GET", bench.INSTANCE)
    local _, linked = bench.send("GET", bench.INSTANCE .. "?_actions=false&_links=true&_embedded=true")
    assert.is_nil(plain._links)
    assert.equal(bench.INSTANCE, linked._links.self.href)
  end)

  it("patches what may be patched, and keeps it", function()
    bench.at(5)
    local response = bench.send("PATCH", bench.INSTANCE, [[{"mfaMode":"required",
      "reportConfigs":[{"cron":"0 4 * * 1","emails":[]}],
      "orgDefaultLimitConfig":{"storage":9007199254740991,"device":0}}]])
    assert.equal(200, response.status)
    local after, body = bench.send("GET", bench.INSTANCE)
    assert.equal(response.body, after.body)
    assert.equal("required", body.mfaMode)
    assert.equal(1, #body.reportConfigs)
    assert.is_string(body.reportConfigs[1].id)
    assert.truthy(after.body:find('"emails":[]', 1, true))
    assert.truthy(after.body:find('"orgDefaultLimitConfig":{"device":0,"storage":9007199254740991}', 1, true))
    assert.equal("2026-01-01T00:00:05.000Z", body.lastUpdated)
    bench.send("PATCH", bench.INSTANCE, '{"reportConfigs":[]}')
    assert.truthy(bench.send("GET", bench.INSTANCE).body:find('"reportConfigs":[]', 1, true))
  end)

  local eleven = ("{\"cron\":\"0 4 * * 1\"},"):rep(11):sub(1, -2)
  for _, row in ipairs{
    { nil, "body is required" },
    { "", "body is required" },
    { "{", "body is not valid JSON" },
    { "null", "body must not be null" },
    { "[1]", "body must be of type object" },
    { '"text"', "body must be of type object" },
    { '{"name":"New name"}', "name is not allowed" },
    { '{"mfaMode":"maybe"}', "mfaMode must be one of notRequired, adminRequired, required" },
    { '{"mfaMode":null}', "mfaMode must not be null" },
    { '{"reportConfigs":{"cron":"x"}}', "reportConfigs must be of type array" },
    { '{"reportConfigs":[{"periods":3}]}', "reportConfigs[0].cron is required" },
    { '{"reportConfigs":[{"cron":"x"},{"cron":"x","periods":91}]}', "reportConfigs[1].periods must be at most 90" },
    { '{"reportConfigs":[{"cron":"x","periods":0}]}', "reportConfigs[0].periods must be at least 1" },
    { '{"reportConfigs":[{"cron":"x","emails":["nobody"]}]}', "reportConfigs[0].emails[0] must be a valid email" },
    { '{"reportConfigs":[{"cron":"x","callbackUrl":"nowhere"}]}', "reportConfigs[0].callbackUrl must be a valid uri" },
    { '{"reportConfigs":[{"cron":"x","when":"now"}]}', "reportConfigs[0].when is not allowed" },
    { '{"reportConfigs":[{"cron":"' .. ("é"):rep(256) .. '"}]}', "cron must be at most 255 characters" },
    { '{"reportConfigs":[' .. eleven .. "]}", "reportConfigs must be at most 10 items" },
    { '{"orgDefaultLimitConfig":{"device":1.5}}', "orgDefaultLimitConfig.device must be of type integer" },
    { '{"orgDefaultLimitConfig":{"dataTTL":86399}}', "orgDefaultLimitConfig.dataTTL must be at least 86400" },
    { '{"orgDefaultLimitConfig":{"systemInterval":3601}}', "systemInterval must be at most 3600" },
    { '{"orgDefaultLimitConfig":{"organization":1}}', "orgDefaultLimitConfig.organization is not allowed" },
  } do
    it("refuses to patch with " .. (row[1] or "nothing"):sub(1, 60), function()
      local before = bench.send("GET", bench.INSTANCE).body
      local response, body = bench.send("PATCH", bench.INSTANCE, row[1])
      assert.equal(400, response.status)
      assert.equal("Validation", body.type)
      assert.truthy(body.message:find(row[2], 1, true), body.message)
      assert.equal(before, bench.send("GET", bench.INSTANCE).body)
    end)
  end

  it("takes a cron of 255 characters, whatever bytes they have", function()
    assert.equal(200, bench.status("PATCH", bench.INSTANCE, '{"reportConfigs":[{"cron":"' .. ("é"):rep(255) .. '"}]}'))
  end)

  it("queues one report at a time", function()
    local response, body = bench.send("POST", bench.INSTANCE .. "/generateReport", '{"email":"ops@example.com"}')
    assert.equal(202, response.status)
    assert.same({ true, true, 21 }, { body.jobQueued, body.success, #body.jobId })
    bench.at(0.5)
    local second, refusal = bench.send("POST", bench.INSTANCE .. "/generateReport")
    assert.equal(429, second.status)
    assert.equal("2", second.headers["retry-after"])
    assert.equal("TooManyRequests", refusal.type)
    bench.at(2)
    local _, third = bench.send("POST", bench.INSTANCE .. "/generateReport", "{}")
    assert.is_string(third.jobId)
    assert.are_not.equal(body.jobId, third.jobId)
  end)

  for _, body in ipairs{ '{"email":null}', '{"emails":["a@b.c"]}', "[1]", "false", '""', '{"start":1577836800000}',
    '{"end":"yesterday"}', '{"end":"2026-02-30T00:00:00Z"}', '{"dateGroupBy":"week"}', '{"includeSandbox":"true"}' } do
    it("queues no report for " .. body, function()
      assert.equal(400, bench.status("POST", bench.INSTANCE .. "/generateReport", body))
      assert.equal(202, bench.status("POST", bench.INSTANCE .. "/generateReport"))
    end)
  end

  it("takes no text for a report's options", function()
    assert.equal(400, bench.status("POST", bench.INSTANCE .. "/generateReport", "email=a",
      { authorization = bench.authorization.losant.authorization, ["content-type"] = "text/plain" }))
  end)

  local UNKNOWN = "/instances/000000000000000000000000"
  for _, row in ipairs{ { "GET", "" }, { "PATCH", "", "{}" }, { "POST", "/generateReport" },
    { "GET", "/historicalSummaries" } } do
    it(("does not know another instance: %s %s"):format(row[1], row[2]), function()
      local response, body = bench.send(row[1], UNKNOWN .. row[2], row[3])
      assert.equal(404, response.status)
      assert.same({ type = "NotFound", message = "Instance was not found" }, body)
    end)
  end
end)

describe("sandbox Losant summaries", function()
  local function summaries(query)
    local response, body = bench.send("GET", bench.INSTANCE .. "/historicalSummaries" .. query)
    assert.equal(200, response.status, response.body)
    return body, response
  end

  local function ids_of(items)
    local ids = {}
    for index, item in ipairs(items) do ids[index] = item.resourceId end
    return ids
  end

  it("are of this month, a hundred a page", function()
    local body = summaries("")
    assert.same({ 100, 100, 0, "currentPeriodStart", "asc" },
      { #body.items, body.perPage, body.page, body.sortField, body.sortDirection })
    assert.equal(100, body.count)
    assert.equal(240, body.totalCount)
    assert.is_nil(body.filter)
    for _, item in ipairs(body.items) do
      assert.equal("2026-01", item.currentPeriodStart:sub(1, 7))
      assert.equal("2026-01-31T23:59:59.999Z", item.currentPeriodEnd)
    end
  end)

  it("come page by page, each once", function()
    local seen, total = {}, 0
    for page = 0, 6 do
      local body = summaries("?sortField=resourceId&perPage=37&page=" .. page)
      assert.equal(page, body.page)
      for _, id in ipairs(ids_of(body.items)) do
        assert.is_nil(seen[id])
        seen[id], total = true, total + 1
      end
    end
    assert.equal(240, total)
    local beyond, response = summaries("?perPage=37&page=7")
    assert.equal(0, beyond.count)
    assert.truthy(response.body:find('"items":[]', 1, true))
    assert.equal(1000, summaries("?perPage=5000").perPage)
  end)

  for _, row in ipairs{
    { "sortField=resourceId", "resourceId", "asc" },
    { "sortField=resourceId&sortDirection=desc", "resourceId", "desc" },
    { "sortDirection=desc", "currentPeriodStart", "desc" },
  } do
    it("are sorted: " .. row[1], function()
      local body, previous = summaries("?perPage=1000&" .. row[1]), nil
      assert.same({ row[2], row[3] }, { body.sortField, body.sortDirection })
      for _, item in ipairs(body.items) do
        local value = item[row[2]]
        assert.is_true(not previous or value == previous or (value > previous) == (row[3] == "asc"))
        previous = value
      end
    end)
  end

  it("belong to the month of a moment, in milliseconds or as a date", function()
    local total = 0
    for _, month in ipairs{ "1764547200000", "2025-12-31T23:59:59.999Z", "2026-01-01T08:00:00.000%2B09:00" } do
      local body = summaries("?perPage=1000&month=" .. month)
      assert.equal("2025-12", body.items[1].currentPeriodStart:sub(1, 7))
      total = total + body.totalCount
    end
    local december = summaries("?month=1764547200000").totalCount
    assert.equal(3 * december, total)
    assert.is_true(december < 240 and december > 200)
    assert.equal(0, summaries("?month=1772323200000").totalCount)
    assert.equal(0, summaries("?month=1609459204518").totalCount)
  end)

  it("are filtered, also with asterisks", function()
    local all, sum = summaries("?perPage=1000"), 0
    for _, kind in ipairs{ "application", "organization", "whitelabel" } do
      local body = summaries("?perPage=1000&filterField=resourceType&filter=" .. kind)
      assert.same({ "resourceType", kind }, { body.filterField, body.filter })
      for _, item in ipairs(body.items) do assert.equal(kind, item.resourceType) end
      assert.is_true(body.totalCount > 0)
      sum = sum + body.totalCount
    end
    assert.equal(all.totalCount, sum)
    local one = all.items[1].resourceId
    assert.same({ one }, ids_of(summaries("?filterField=resourceId&filter=" .. one).items))
    local organizations = summaries("?filterField=resourceType&filter=organization").totalCount
    assert.equal(organizations, summaries("?filterField=resourceType&filter=org%2Azation").totalCount)
    assert.equal(organizations, summaries("?filterField=resourceType&filter=%2Aganization").totalCount)
  end)

  for _, filter in ipairs{ "100%25", "a%2Bb+c", "a%00b", "%2Aa%00b", "%5B%5D", "%F0%9F%98%80", "org%2A.n", "organ" } do
    it("are none for the filter " .. filter, function()
      assert.equal(0, summaries("?filterField=resourceType&filter=" .. filter).totalCount)
    end)
  end

  it("are unfiltered with an empty field or text", function()
    for _, query in ipairs{ "filterField=&filter=", "filterField=resourceType&filter=", "filterField=&filter=x" } do
      assert.equal(240, summaries("?" .. query).totalCount)
    end
  end)

  for _, query in ipairs{ "page=-1", "page=x", "perPage=0", "perPage=1.5", "month=soon", "month=" .. ("9"):rep(400),
    "sortField=name", "sortDirection=up", "filterField=name", "filter%5B0%5D=a", "filter[0][key]=a" } do
    it("are refused for " .. query:sub(1, 30), function()
      local response, body = bench.send("GET", bench.INSTANCE .. "/historicalSummaries?" .. query)
      assert.equal(400, response.status)
      assert.equal("Validation", body.type)
    end)
  end

  it("add up", function()
    for _, item in ipairs(summaries("?perPage=1000").items) do
      local billable = item.payloadCountDetails.mqttIn["device.mqtt"]
        + item.payloadCountDetails.deviceState["device.rest"] + item.payloadCountDetails.webhook["webhook.rest"]
      assert.equal(billable, item.payloadBillableCount)
      assert.is_true(item.resourceProration > 0 and item.resourceProration <= 1)
    end
  end)
end)
