-- SPDX-License-Identifier: MIT
-- The sandbox's Acronis: reports and their versions.

local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

describe("sandbox Acronis", function()
  it("keeps updates, with a version for each", function()
    local _, before = bench.send("GET", bench.REPORT)
    local response, body = bench.send("PUT", bench.REPORT, [[{"recipients":[],"schedule":{"enabled":false},
      "parameters":{"kind":"usage_current","show_skus":true,"tenant_id":"2a91a14d-ffd3-4ac1-9b4d-3990162c5acc"}}]])
    assert.equal(200, response.status)
    assert.equal(before.version + 1, body.version)
    assert.truthy(response.body:find('"recipients":[]', 1, true))
    assert.equal(response.body, bench.send("GET", bench.REPORT).body)
    assert.same({ false, "once", "usage_current", before.parameters.level, true, before.parameters.tenant_id },
      { body.schedule.enabled, body.schedule.type, body.parameters.kind, body.parameters.level,
        body.parameters.show_skus, body.parameters.tenant_id })
    local _, other = bench.send("GET", "/api/2/reports/aa4f8923-8950-4804-8827-c6d78388e5b6")
    assert.equal(1, other.version)
    assert.equal("monthly", other.schedule.type)
  end)

  for _, row in ipairs{
    { '{"version":1}', 400, "version is not allowed" },
    { '{"recipients":["me"]}', 400, "recipients[0] must be a valid uuid" },
    { '{"recipients":"all"}', 400, "recipients must be of type array" },
    { '{"recipients":null}', 400, "recipients must not be null" },
    { '{"parameters":{"kind":"usage_weekly"}}', 400, "parameters.kind must be one of" },
    { '{"parameters":{"show_skus":"true"}}', 400, "parameters.show_skus must be of type boolean" },
    { "{", 400, "body is not valid JSON" },
    { "[1]", 400, "body must be of type object" },
    { "", 400, "body is not valid JSON" },
  } do
    it("refuses to update with " .. row[1], function()
      local response, body = bench.send("PUT", bench.REPORT, row[1])
      assert.equal(row[2], response.status)
      assert.equal(row[2], body.error.code)
      assert.truthy(body.error.details.info:find(row[3], 1, true), body.error.details.info)
      assert.truthy(response.body:find('"context":{}', 1, true))
      assert.equal(1, select(2, bench.send("GET", bench.REPORT)).version)
    end)
  end

  for _, media in ipairs{ "text/plain", "application/x-www-form-urlencoded", "" } do
    it("refuses an update sent as '" .. media .. "'", function()
      local response, body = bench.send("PUT", bench.REPORT, "{}",
        { authorization = bench.authorization.acronis.authorization, ["content-type"] = media })
      assert.equal(415, response.status)
      assert.equal("Unsupported Media Type", body.error.message)
    end)
  end

  it("refuses an update without a content type, and takes one with a charset", function()
    assert.equal(415, bench.status("PUT", bench.REPORT))
    assert.equal(200, bench.status("PUT", bench.REPORT, "{}",
      { authorization = bench.authorization.acronis.authorization,
        ["content-type"] = "Application/JSON; charset=UTF-8" }))
  end)

  for _, method in ipairs{ "GET", "PUT" } do
    it("does not know another report: " .. method, function()
      local response, body = bench.send(method, "/api/2/reports/00000000-0000-4000-8000-000000000000",
        method == "PUT" and "{}" or nil)
      assert.equal(404, response.status)
      assert.equal("Report not found", body.error.details.info)
    end)
  end
end)
