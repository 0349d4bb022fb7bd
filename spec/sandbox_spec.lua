-- SPDX-License-Identifier: MIT
-- The sandbox in process: its face, routing, tokens, the shape of its answers.

local cjson = require "cjson"
local sandbox = require "instar.sandbox"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

describe("sandbox", function()
  it("is loaded without I/O, environment or globals", function()
    local loaded, globals = {}, {}
    for name, module in pairs(package.loaded) do
      if name:find("^instar%.sandbox") then loaded[name] = module end
    end
    for name in pairs(loaded) do package.loaded[name] = nil end
    for name in pairs(_G) do globals[name] = true end
    local forbidden = { { io, "open" }, { io, "popen" }, { os, "getenv" }, { os, "time" } }
    for _, row in ipairs(forbidden) do stub(row[1], row[2]) end
    local fine, message = pcall(require, "instar.sandbox")
    for _, row in ipairs(forbidden) do
      local calls = #row[1][row[2]].calls
      row[1][row[2]]:revert()
      assert.equal(0, calls, row[2])
    end
    for name, module in pairs(loaded) do package.loaded[name] = module end
    assert.is_true(fine, message)
    for name in pairs(_G) do assert.is_true(globals[name], name) end
  end)

  for _, row in ipairs{
    { { clok = os.time }, "unknown sandbox option: clok" },
    { { clock = 5 }, "sandbox option clock must be a function" },
    { { build_seconds = "2" }, "sandbox option build_seconds must be a number" },
  } do
    it("refuses options: " .. row[2], function()
      local fine, message = pcall(sandbox.new, row[1])
      assert.is_false(fine)
      assert.equal(row[2], message)
    end)
  end

  it("knows base URLs", function()
    assert.equal("http://127.0.0.1:1", sandbox.base_url("losant", "http://127.0.0.1:1/"))
    assert.equal("http://127.0.0.1:1", sandbox.base_url("kakaocloud", "http://127.0.0.1:1"))
    assert.equal("http://127.0.0.1:1/api/2", sandbox.base_url("acronis", "http://127.0.0.1:1"))
    assert.has_error(function() sandbox.base_url("azure", "http://127.0.0.1:1") end, "unknown service: azure")
  end)

  it("keeps the state of boxes apart, and resets", function()
    local first = bench.box
    assert.equal(204, bench.status("DELETE", bench.MACHINE))
    assert.equal(404, bench.status("GET", bench.MACHINE))
    bench.reset()
    assert.equal(200, bench.status("GET", bench.MACHINE))
    bench.box = first
    assert.equal(404, bench.status("GET", bench.MACHINE))
    bench.box:reset()
    assert.equal(200, bench.status("GET", bench.MACHINE))
  end)

  it("answers the same requests with the same bytes", function()
    local function record()
      local answers = {}
      for _, row in ipairs{
        { "GET", bench.INSTANCE }, { "POST", bench.INSTANCE .. "/generateReport" },
        { "GET", bench.INSTANCE .. "/historicalSummaries" }, { "GET", bench.MACHINES }, { "GET", bench.REPORT },
      } do
        answers[#answers + 1] = bench.send(row[1], row[2]).body
      end
      return table.concat(answers, "\n")
    end
    local first = record()
    bench.box:reset()
    assert.equal(first, record())
  end)

  it("is a transport", function()
    local transport = sandbox.transport(bench.box)
    local response = transport{ method = "GET", url = "https://api.losant.com" .. bench.INSTANCE,
      headers = { Authorization = bench.authorization.losant.authorization } }
    assert.equal(200, response.status)
    assert.equal(404, sandbox.transport()({ method = "GET", url = "http://x/nowhere", headers = {} }).status)
  end)

  it("answers faults instead, where the function gives one", function()
    local seen
    bench.reset{ faults = function(request)
      seen = request
      return request.method == "PUT" and { status = 503, headers = { ["retry-after"] = "1" }, body = "busy" } or nil
    end }
    assert.same({ status = 503, headers = { ["retry-after"] = "1" }, body = "busy" },
      (bench.send("PUT", bench.REPORT, "{}")))
    assert.equal("http://sandbox.test" .. bench.REPORT, seen.url)
    assert.equal("{}", seen.body)
    assert.equal(200, bench.status("GET", bench.REPORT))
  end)

  it("answers HEAD as GET without the body", function()
    local get, head = bench.send("GET", bench.REPORT), bench.send("HEAD", bench.REPORT)
    assert.equal(200, head.status)
    assert.equal("", head.body)
    assert.equal(tostring(#get.body), head.headers["content-length"])
  end)
end)

describe("sandbox routing", function()
  for _, row in ipairs{
    { "GET", "/nowhere", 404, { type = "NotFound", message = "No such path: /nowhere" } },
    { "GET", "/instances/", 404, { type = "NotFound", message = "No such path: /instances/" } },
    { "PUT", bench.INSTANCE, 405, { type = "MethodNotAllowed", message = "PUT is not allowed" } },
    { "GET", "/api/v1/nowhere", 404, { error = { code = "NotFound", message = "No such path: /api/v1/nowhere" } } },
    { "PATCH", bench.MACHINE, 405, { error = { code = "MethodNotAllowed", message = "PATCH is not allowed" } } },
    { "GET", "/identity/v3/x", 404,
      { error = { code = 404, message = "No such path: /identity/v3/x", title = "NotFound" } } },
    { "GET", "/api/2/x", 404, { error = { code = 404, message = "Not Found", domain = "PlatformAccountServer",
      details = { info = "No such path: /api/2/x" }, context = {} } } },
    { "PATCH", bench.REPORT, 405, { error = { code = 405, message = "Method Not Allowed",
      domain = "PlatformAccountServer", details = { info = "PATCH is not allowed" }, context = {} } } },
  } do
    it(("gives %s %s %d in the service's shape"):format(row[1], row[2], row[3]), function()
      local response, body = bench.send(row[1], row[2])
      assert.equal(row[3], response.status)
      assert.same(row[4], body)
    end)
  end

  it("says which methods a path has", function()
    local allowed = {}
    for method in bench.send("POST", bench.INSTANCE).headers.allow:gmatch("%u+") do allowed[#allowed + 1] = method end
    table.sort(allowed)
    assert.same({ "GET", "PATCH" }, allowed)
  end)

  for _, id in ipairs{ "a%2Fb", "x%20y", "%41", "..", "a+b", "%ff" } do
    it("takes " .. id .. " for an id that is not there", function()
      assert.equal(404, bench.status("GET", "/instances/" .. id))
      assert.equal(404, bench.status("GET", bench.MACHINES .. "/" .. id))
      assert.equal(404, bench.status("GET", "/api/2/reports/" .. id))
    end)
  end

  it("decodes ids segment by segment", function()
    assert.equal(200, bench.status("GET", bench.INSTANCE:gsub("4a97$", "%%34a97")))
    assert.equal(404, bench.status("GET", "/instances%2F575ec8687ae143cd83dc4a97"))
  end)
end)

describe("sandbox JSON", function()
  local json = require "instar.sandbox.json"

  for _, row in ipairs{
    { json.array(), "[]" }, { {}, "{}" }, { { 1, 2 }, "[1,2]" }, { json.null, "null" },
    { { a = json.null }, '{"a":null}' },
    { 9007199254740993, 9007199254740993 == 9007199254740992 and "9007199254740992" or "9007199254740993" },
    { 3, "3" }, { 3.0, "3" }, { -7, "-7" }, { 0.1, "0.1" }, { 2.345678901234567, "2.345678901234567" },
    { 1767225600000, "1767225600000" }, { 2 ^ 53 - 1, "9007199254740991" }, { 1e21, "1e+21" },
    { "a\"\\/\n\0\127é", '"a\\"\\\\/\\n\\u0000\\u007fé"' }, { { b = 1, a = { c = false } }, '{"a":{"c":false},"b":1}' },
  } do
    it("writes " .. row[2], function()
      assert.equal(row[2], json.encode(row[1]))
    end)
  end

  it("refuses numbers that JSON lacks", function()
    assert.has_error(function() json.encode(0 / 0) end)
    assert.has_error(function() json.encode(math.huge) end)
  end)

  it("leaves the global cjson alone", function()
    assert.equal("[0]", cjson.encode{ 0 })
    assert.has_no_error(function() cjson.decode("[NaN]") end)
    assert.is_nil((json.decode("[NaN]")))
  end)
end)

describe("sandbox calendar", function()
  local calendar = require "instar.sandbox.calendar"

  for _, row in ipairs{
    { 0, "1970-01-01T00:00:00Z" }, { -1, "1969-12-31T23:59:59Z" }, { 951782400, "2000-02-29T00:00:00Z" },
    { 4107542399, "2100-02-28T23:59:59Z" }, { 4107542400, "2100-03-01T00:00:00Z" },
  } do
    it("writes and reads " .. row[2], function()
      assert.equal(row[2], calendar.format(row[1]))
      assert.equal(row[1], calendar.parse(row[2]))
    end)
  end

  it("reads zones and fractions", function()
    assert.equal(-5400.25, calendar.parse("1970-01-01T00:00:00-01:30") * -1 - 0.25)
    assert.equal(0.5, calendar.parse("1970-01-01T09:00:00.5+09:00"))
    for _, text in ipairs{ "", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z" } do
      assert.is_nil(calendar.parse(text))
    end
  end)
end)
