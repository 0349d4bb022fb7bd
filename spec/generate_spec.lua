-- SPDX-License-Identifier: MIT
-- What is generated from api/*.json is what is checked in, whichever Lua generates it, and mistakes are reported.

package.path = "./api/?.lua;" .. package.path

local c_rows = require "generate.c_rows"
local lua_rows = require "generate.lua_rows"
local reader = require "generate.reader"
local reference = require "generate.reference"
local resolve = require "generate.resolve"
local types = require "generate.types"

local SERVICES = { "losant", "kakaocloud", "acronis" }

local function read_file(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function read_service(name)
  local problems = {}
  local description = reader.read("api/" .. name .. ".json", name, problems)
  assert.same({}, problems)
  return resolve.service(description)
end

local writers = {
  ["src/api/%s.c"] = c_rows.write,
  ["doc/reference/%s.md"] = reference.write,
  ["lua/instar/meta/%s.lua"] = types.write,
}

describe("what is checked in", function()
  local services = {}
  for i, name in ipairs(SERVICES) do services[i] = read_service(name) end

  for pattern, write in pairs(writers) do
    for i, name in ipairs(SERVICES) do
      local path = pattern:format(name)
      it("is what is generated: " .. path, function()
        assert(write(services[i]) == read_file(path), path .. " is out of date: run make generate")
      end)
    end
  end

  it("is what is generated: the sandbox's operations", function()
    local path = "lua/instar/sandbox/operations.lua"
    assert(lua_rows.write(services) == read_file(path), path .. " is out of date: run make generate")
  end)
end)

-- The problems of acronis.json with one place changed.
local function problems_of(old, new)
  local text, path, problems = read_file("api/acronis.json"), os.tmpname(), {}
  local from, to = text:find(old, 1, true)
  assert(from, "acronis.json does not hold " .. old)
  local file = assert(io.open(path, "wb"))
  file:write(text:sub(1, from - 1), new, text:sub(to + 1))
  file:close()
  reader.read(path, "acronis", problems)
  os.remove(path)
  return table.concat(problems, "\n")
end

-- what stands in the file, what stands there instead, what is reported
local mistakes = {
  { '"method": "GET"', '"method": "FETCH"', '"FETCH" is not one of GET' },
  { '"path": "/clients/{client_id}"', '"path": "/clients/{id}"', "described are (client_id)" },
  { '"name": "client.create"', '"name": "client.get"', "is described twice" },
  { '"schema": "client"', '"schema": "clients"', "is not among the schemas" },
  { '"example": {"login": "ops@example.com"}', '"example": {}', "account.discover: example: login is missing" },
  { '"example": {"login": "ops@example.com"}', '"example": {"login": 1}', "login is not of type string" },
  { '"example": {"login": "ops@example.com"}', '"example": {"login": "a", "x": 1}', "x is no parameter" },
  { '"example": {"version": 1}', '"example": {"version": 1.5}', "version is not of type integer" },
  { '"result_action": "save"', '"result_action": "keep"', "result_action is not one of the values" },
  { '"level": "direct_partners",\n', '"levels": "direct_partners",\n', "parameters: levels is not described" },
  { '"start": "2024-05-01", ', "", "period: start is missing" },
  { '"formats": ["csv_v2_0"]', '"formats": ["pdf"]', "formats[] is not one of the values" },
  { '"user_id": "ca451758', '"user": "ca451758', "user.get: example: user_id is missing" },
}

describe("a mistake in a description", function()
  it("is not there to begin with", function()
    assert.equal("", problems_of('"title"', '"title"'))
  end)

  for _, row in ipairs(mistakes) do
    it("is reported: " .. row[3], function()
      local problems = problems_of(row[1], row[2])
      assert(problems:find(row[3], 1, true), "reported is: " .. problems)
    end)
  end
end)
