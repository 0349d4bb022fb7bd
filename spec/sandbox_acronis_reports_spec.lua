-- SPDX-License-Identifier: MIT
-- The sandbox's Acronis: reports are made, their files become ready, can be downloaded, and go.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

local REPORTS, TENANT = "/api/2/reports", "ede9f834-70b3-476c-83d9-736f9f8c7dae"
local SAVED = REPORTS .. "/9f1c2c55-1f5e-4b0c-9d53-0c3b8a4d7e61"
local USER = "ca451758-b48a-45d9-9ae6-8f1059f67619"

-- The body of a create; `parameters` replace its parameters, `changes` its members.
local function creation(parameters, changes)
  local body = {
    result_action = "save", schedule = { type = "once" },
    parameters = { tenant_id = TENANT, level = "accounts", kind = "usage_summary", formats = { "csv_v2_0" } },
  }
  for name, value in pairs(parameters or {}) do body.parameters[name] = value end
  for name, value in pairs(changes or {}) do body[name] = value end
  return cjson.encode(body)
end

local function create(parameters, changes)
  local response, body = bench.send("POST", REPORTS, creation(parameters, changes))
  assert.equal(200, response.status, response.body)
  return body
end

local function stored(report)
  return select(2, bench.send("GET", REPORTS .. "/" .. report.id .. "/stored")).items
end

-- What is in a gzip file of stored blocks.
local function unpack_stored(bytes)
  assert.equal("\31\139\8", bytes:sub(1, 3))
  local parts, at = {}, 11
  repeat
    local final, low, high = bytes:byte(at, at + 2)
    local size = low + high * 256
    parts[#parts + 1] = bytes:sub(at + 5, at + 4 + size)
    at = at + 5 + size
  until final == 1
  return table.concat(parts)
end

local function download(report, position)
  local path = REPORTS .. "/" .. report.id .. "/stored/" .. stored(report)[position or 1].id
  return unpack_stored(bench.send("GET", path).body)
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch("([^\r\n]+)\r?\n") do lines[#lines + 1] = line end
  return lines
end

describe("sandbox Acronis reports", function()
  it("have a file for each format, which is ready after a while", function()
    local made = create{ formats = { "csv_v2_0", "json_v2_0" } }
    for _, item in ipairs(stored(made)) do
      assert.same({ "in_progress" }, { item.status, item.id, item.size })
      assert.equal("2026-01-01T00:00:00+00:00", item.created_at)
    end
    bench.at(1.9)
    assert.equal("in_progress", stored(made)[2].status)
    bench.at(2)
    local items = stored(made)
    assert.same({ "csv_v2_0", "saved", "json_v2_0", "saved" },
      { items[1].report_format, items[1].status, items[2].report_format, items[2].status })
    local response = bench.send("GET", REPORTS .. "/" .. made.id .. "/stored/" .. items[2].id)
    assert.same({ 200, "application/octet-stream", items[2].size },
      { response.status, response.headers["content-type"], #response.body })
  end)

  it("are read as they were made", function()
    local made = create{ period = { start = "2025-12-01", ["end"] = "2025-12-31" } }
    assert.same(made, select(2, bench.send("GET", REPORTS .. "/" .. made.id)))
    assert.same({ 1, "2026-01-01", true, false, "2025-12-31" }, { made.version, made.generation_date,
      made.schedule.enabled, made.parameters.show_skus, made.parameters.period["end"] })
    local _, listed = bench.send("GET", "/api/2/tenants/" .. TENANT .. "/reports")
    assert.equal(made.id, listed.items[#listed.items])
    assert.equal(5, #listed.items)
  end)

  it("are made on their day", function()
    local made = create({}, { generation_date = "2026-01-03" })
    bench.at(2 * 86400 - 1)
    assert.equal(0, #stored(made))
    bench.at(2 * 86400)
    assert.equal("in_progress", stored(made)[1].status)
    bench.at(9 * 86400)
    assert.equal(1, #stored(made))
  end)

  it("are made on the first of each month, unless switched off", function()
    local made = create({ formats = { "csv" } }, { schedule = { type = "monthly" } })
    bench.at(86398)
    assert.equal(0, #stored(made))
    bench.at(86399)
    assert.equal(1, #stored(made))
    bench.at(70 * 86400)
    local items = stored(made)
    assert.same({ 3, "2026-03-01T23:59:59+00:00", "saved" }, { #items, items[3].created_at, items[3].status })
    bench.send("PUT", REPORTS .. "/" .. made.id, '{"schedule":{"enabled":false}}')
    bench.at(100 * 86400)
    assert.equal(3, #stored(made))
  end)

  it("that are sent are not kept", function()
    local made = create({}, { result_action = "send", recipients = { USER } })
    bench.at(10)
    assert.equal(0, #stored(made))
  end)

  it("are deleted with their version only", function()
    local made = create()
    local path = REPORTS .. "/" .. made.id
    bench.send("PUT", path, '{"parameters":{"kind":"usage_current"}}')
    local response, body = bench.send("DELETE", path .. "?version=1")
    assert.same({ 409, 1001, "Version mismatch" }, { response.status, body.error.code, body.error.message })
    assert.equal(400, bench.status("DELETE", path))
    assert.equal(204, bench.status("DELETE", path .. "?version=2"))
    for _, row in ipairs{ { "GET", "" }, { "GET", "/stored" }, { "DELETE", "?version=2" } } do
      assert.equal(404, bench.status(row[1], path .. row[2]))
    end
    assert.equal(4, #select(2, bench.send("GET", "/api/2/tenants/" .. TENANT .. "/reports")).items)
  end)

  for _, row in ipairs{
    { { tenant_id = "00000000-0000-4000-8000-000000000000" }, nil, 404, "Tenant not found" },
    { { tenant_id = "fa6859a9-f5e1-4faf-a56c-5a0ae866dc4f" }, nil, 404, "Tenant not found" },
    { { period = { start = "2025-12-02", ["end"] = "2025-12-01" } }, nil, 400, "must not be after" },
    { { period = { start = "2025-12-02", ["end"] = "2026-01-02" } }, nil, 400, "in the future" },
    { { period = { start = "2025-12-02" } }, nil, 400, "parameters.period.end is required" },
    { { period = { start = "2025-02-30", ["end"] = "2025-03-01" } }, nil, 400, "must be a valid date" },
    { { formats = { "pdf" } }, nil, 400, "parameters.formats[0] must be one of" },
    { { show_skus = "true" }, nil, 400, "must be of type boolean" },
    { { level = "everything" }, nil, 400, "must be one of" },
    { nil, { schedule = { type = "monthly" } }, 400, "html and csv only" },
    { nil, { schedule = { type = "weekly" } }, 400, "must be one of" },
    { nil, { result_action = "send" }, 400, "recipients are needed" },
    { nil, { result_action = "send", recipients = { TENANT } }, 400, "no such user" },
    { nil, { generation_date = "2025-12-31" }, 400, "must not be in the past" },
    { nil, { colour = "red" }, 400, "colour is not allowed" },
  } do
    it("are not made of " .. cjson.encode(row[1] or row[2]) .. " in " .. row[4], function()
      local response, body = bench.send("POST", REPORTS, creation(row[1], row[2]))
      assert.equal(row[3], response.status)
      assert.truthy(body.error.details.info:find(row[4], 1, true), body.error.details.info)
      assert.equal(4, #select(2, bench.send("GET", "/api/2/tenants/" .. TENANT .. "/reports")).items)
    end)
  end
end)

describe("sandbox Acronis files", function()
  it("are gzip, and say so", function()
    local id = stored{ id = SAVED:sub(-36) }[1].id
    assert.equal("d3f0c3b4-6f0a-4c58-9c4e-8f7b6a5d4c3b", id)
    local response = bench.send("GET", SAVED .. "/stored/" .. id)
    assert.same({ "application/octet-stream", "gzip" },
      { response.headers["content-type"], response.headers["content-encoding"] })
    assert.truthy(unpack_stored(response.body):find("^application%.id,edition,"))
    assert.equal(404, bench.status("GET", SAVED .. "/stored/00000000-0000-4000-8000-000000000000"))
  end)

  it("are read by the client as they were written", function()
    local known = require("instar.sandbox").credentials.acronis
    local client = require("instar").acronis{ token = known.token, base_url = "https://sandbox.test/api/2",
      transport = require("instar.sandbox").transport(bench.box) }
    local item = assert(client.report.list_stored{ report_id = SAVED:sub(-36) }).items[1]
    local text = assert(client.report.download_stored{ report_id = SAVED:sub(-36), stored_report_id = item.id })
    assert.equal(unpack_stored(bench.send("GET", SAVED .. "/stored/" .. item.id).body), text)
  end)

  local gzip = require "instar.sandbox.acronis.gzip"

  -- The last eight bytes: the checksum, lowest byte first, and the size.
  for _, row in ipairs{
    { "", "\0\0\0\0\0\0\0\0" },
    { "123456789", "\38\57\244\203\9\0\0\0" },
    { ("a"):rep(100000), "\135\250\226\27\160\134\1\0" },
  } do
    it(("are whole: %d bytes"):format(#row[1]), function()
      local packed = gzip.pack(row[1])
      assert.equal(row[1], unpack_stored(packed))
      assert.equal(row[2], packed:sub(-8))
    end)
  end

  it("for programs have a row for each tenant and metric", function()
    local made = create{ level = "direct_partners" }
    bench.at(2)
    local lines = lines_of(download(made))
    assert.equal("application.id,edition,infra.backend_type,infra.id,infra.owner_id,name,tenant.id,tenant.kind,"
      .. "usage.absolute.production,usage.absolute.total,usage.absolute.trial,usage.delta.production,"
      .. "usage.delta.total,usage.delta.trial,usage.effective.production,usage.effective.total,usage.effective.trial",
      lines[1])
    assert.equal(6, #lines)
    assert.truthy(lines[3]:find(",vms,95303d96-628c-4265-9afa-07bee3fccf39,partner,66,66,0,", 1, true), lines[3])
  end)

  -- Level and flags, lines below the header: five metrics for each tenant that is meant.
  for _, row in ipairs{
    { { level = "itself" }, 5 }, { { level = "direct_partners" }, 5 }, { { level = "all_partners" }, 5 },
    { { level = "accounts" }, 4 * 5 }, { { level = "all_customers" }, 15 * 5 },
    { { level = "all_customers", hide_zero_usage = true }, 14 * 5 },
  } do
    it("are about " .. cjson.encode(row[1]), function()
      local made = create(row[1])
      bench.at(2)
      assert.equal(row[2], #lines_of(download(made)) - 1)
    end)
  end

  it("have SKUs when they are wanted", function()
    local made = create{ show_skus = true }
    bench.at(2)
    local lines = lines_of(download(made))
    assert.truthy(lines[1]:find(",sku$"))
    assert.truthy(lines[2]:find(",SKU%-STORAGE$"))
  end)

  it("come in every format", function()
    local made = create{ formats = { "csv", "html", "json_v1", "json_v2_0" }, level = "all_customers" }
    bench.at(2)
    assert.truthy(download(made, 1):find('"Café Zürich, Bäckerei",customer,storage,45.00,GB', 1, true))
    assert.truthy(download(made, 2):find("^<!DOCTYPE html>"))
    local report = cjson.decode(download(made, 4))
    assert.same({ "usage_summary", TENANT, 2, 5, bench.START + 2 }, { report.params.kind, report.params.group_id,
      report.params.report_level, report.params.report_type, report.params.gen_date })
    assert.same({ 15, 5 }, { #report.tenants, #report.tenants[1].usages })
  end)
end)
