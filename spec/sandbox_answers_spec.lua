-- SPDX-License-Identifier: MIT
-- The sandbox's answers have the shapes that api/*.json describes.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

describe("sandbox answers", function()
  local function read_description(service)
    local file = assert(io.open("api/" .. service .. ".json"))
    local description = cjson.decode(file:read("*a"))
    file:close()
    return description
  end

  local lua_types = { integer = "number", array = "table", object = "table" }

  -- Members that may be described and still be missing from these answers.
  local optional = { "payload%a+Details%.%a+$", "%.orgId$", "^token%.issue%.token%." }

  local function is_optional(path)
    for _, pattern in ipairs(optional) do
      if path:find(pattern) then return true end
    end
    return false
  end

  local fits

  local function check_members(node, value, schemas, path)
    local known = {}
    for _, member in ipairs(node.members) do
      for _, name in ipairs(member.names or { member.name }) do
        local here = path .. "." .. name
        known[name] = true
        assert.is_true(value[name] ~= nil or is_optional(here), here .. " is missing")
        fits(member, value[name], schemas, here)
      end
    end
    for name in pairs(node.closed and value or {}) do
      assert.is_true(known[name], path .. "." .. name .. " is not described")
    end
  end

  -- Whether a value has the type, the values and the members that the description has.
  function fits(node, value, schemas, path)
    node = node.schema and schemas[node.schema] or node
    if value == nil or value == cjson.null then return end
    assert.equal(lua_types[node.type] or node.type, type(value), path)
    if node.type == "integer" then assert.equal(0, value % 1, path) end
    if node.values then assert.truthy(table.concat(node.values, " "):find(value, 1, true), path) end
    if node.members then check_members(node, value, schemas, path) end
    for index, item in ipairs(node.items and value or {}) do
      fits(node.items, item, schemas, path .. "[" .. index .. "]")
    end
  end

  local created = cjson.encode{ instance = {
    name = "vm-01", image_id = "11111111-1111-4111-8111-111111111111",
    flavor_id = "22222222-2222-4222-8222-222222222222", subnets = { { id = "s" } }, volumes = { { size = 50 } },
    security_groups = { { name = "default" } },
  } }
  local known = require("instar.sandbox").credentials.kakaocloud
  local kakao_login = cjson.encode{ auth = { identity = { methods = { "application_credential" },
    application_credential = { id = known.application_credential_id, secret = known.application_credential_secret },
  } } }
  local login = cjson.encode{ email = "ops@example.com", password = "sandbox password" }

  for _, row in ipairs{
    { "kakaocloud", "token.issue", "POST", "/identity/v3/auth/tokens", kakao_login, 201 },
    { "losant", "auth.authenticate_user", "POST", "/auth/user", login, 200 },
    { "losant", "instance.get", "GET", bench.INSTANCE, nil, 200 },
    { "losant", "instance.patch", "PATCH", bench.INSTANCE, '{"mfaMode":"required"}', 200 },
    { "losant", "instance.generate_report", "POST", bench.INSTANCE .. "/generateReport", nil, 202 },
    { "losant", "instance.historical_summaries", "GET",
      bench.INSTANCE .. "/historicalSummaries?filterField=ownerType&filter=user", nil, 200 },
    { "kakaocloud", "instance.get", "GET", bench.MACHINE, nil, 200 },
    { "kakaocloud", "instance.list", "GET", bench.MACHINES, nil, 200 },
    { "kakaocloud", "instance.create", "POST", bench.MACHINES, created, 200 },
    { "kakaocloud", "instance.update", "PUT", bench.MACHINE, '{"instance":{"name":"web-09"}}', 200 },
    { "acronis", "report.get", "GET", bench.REPORT, nil, 200 },
    { "acronis", "report.update", "PUT", bench.REPORT, '{"schedule":{"enabled":false}}', 200 },
  } do
    it("have the described shape: " .. row[1] .. " " .. row[2], function()
      local description, result = read_description(row[1])
      for _, operation in ipairs(description.operations) do
        if operation.name == row[2] then result = operation.result end
      end
      local response, body = bench.send(row[3], row[4], row[5])
      assert.equal(row[6], response.status)
      fits(assert(result), body, description.schemas, row[2])
    end)
  end
end)
