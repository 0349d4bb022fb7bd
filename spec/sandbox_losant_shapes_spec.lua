-- SPDX-License-Identifier: MIT
-- Each operation of Losant answers its example, with a body that has nothing but what api/losant.json describes.

local cjson = require "cjson"
local bench = require "spec.support.sandbox"

local function read_description()
  local file = assert(io.open("api/losant.json"))
  local description = cjson.decode(file:read("*a"))
  file:close()
  return description
end

local description = read_description()

before_each(function()
  bench.reset()
  bench.at(20 * 86400 + 3600)
end)

describe("sandbox Losant answers", function()
  local function escape(text)
    return (tostring(text):gsub("[^%w%-_.~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
  end

  local function add_pairs(pairs_list, name, value)
    if type(value) ~= "table" then
      pairs_list[#pairs_list + 1] = escape(name) .. "=" .. escape(value)
      return
    end
    for key, inner in pairs(value) do
      add_pairs(pairs_list, ("%s[%s]"):format(name, type(key) == "number" and key - 1 or key), inner)
    end
  end

  -- The request of an operation's example: path with query, and body.
  local function request_of(operation)
    local example = operation.example or {}
    local path = operation.path:gsub("{(%w+)}", function(name) return example[name] or description.examples[name] end)
    local query, body = { "_actions=false", "_links=true", "_embedded=true" }, nil
    for _, parameter in ipairs(operation.parameters) do
      local place, value = parameter["in"], example[parameter.name]
      if value == nil and parameter.required then value = description.examples[parameter.name] end
      if place == "body" and value then
        body = cjson.encode(value)
      elseif place == "query" and value then
        add_pairs(query, parameter.name, parameter.encoding == "json" and cjson.encode(value) or value)
      end
    end
    -- cjson writes empty arrays as objects.
    return path .. "?" .. table.concat(query, "&"), body and body:gsub('%[{}%]', "[[]]")
  end

  local lua_types = { integer = "number", array = "table", object = "table" }
  local formats = {
    hex24 = "^" .. ("%x"):rep(24) .. "$",
    ["date-time"] = "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.%d%d%dZ$",
    email = "^[^@]+@[^@]+$",
    uri = "^https://",
  }
  local always = { _links = true, _type = true }
  local fits

  local function check_members(node, value, path)
    local known = {}
    for _, member in ipairs(node.members) do
      for _, name in ipairs(member.names or { member.name }) do
        known[name] = true
        assert.is_true(value[name] ~= nil or not member.required, path .. "." .. name .. " is missing")
        fits(member, value[name], path .. "." .. name)
      end
    end
    for name in pairs(value) do
      assert.is_true(known[name] or always[name], path .. "." .. name .. " is not described")
    end
  end

  local function is_among(values, value)
    for _, item in ipairs(values) do
      if item == value then return true end
    end
    return false
  end

  function fits(node, value, path)
    node = node.schema and description.schemas[node.schema] or node
    if value == nil or node.type == "any" then return end
    assert.equal(lua_types[node.type] or node.type, type(value), path)
    if node.type == "integer" then assert.equal(0, value % 1, path) end
    if node.values then assert.is_true(is_among(node.values, value), path .. ": " .. tostring(value)) end
    if node.format then assert.truthy(value:find(formats[node.format]), path .. ": " .. value) end
    if node.members then check_members(node, value, path) end
    for index, item in ipairs(node.items and value or {}) do fits(node.items, item, path .. "[" .. index .. "]") end
  end

  for _, operation in ipairs(description.operations) do
    it("have the described shape: " .. operation.name, function()
      local path, body = request_of(operation)
      local response, answer = bench.send(operation.method, path, body)
      assert.is_true(response.status < 300, response.body)
      assert.is_true(is_among(operation.statuses, response.status), tostring(response.status))
      if operation.result then fits(operation.result, answer, operation.name) end
    end)
  end

  it("are those of all 66 operations", function()
    assert.equal(66, #description.operations)
  end)

  it("know no other instance, whatever is asked of it", function()
    for _, operation in ipairs(description.operations) do
      local path, body = request_of(operation)
      if path:find("575ec8687ae143cd83dc4a97", 1, true) then
        path = path:gsub("575ec8687ae143cd83dc4a97", ("0"):rep(24))
        local response, answer = bench.send(operation.method, path, body)
        assert.equal(404, response.status, operation.name)
        assert.same({ type = "NotFound", message = "Instance was not found" }, answer)
      end
    end
  end)

  -- Each last id of a path, unknown.
  for _, row in ipairs{
    { "orgs", "Organization" }, { "members", "Member" }, { "tokens", "API token" }, { "nodes", "Custom node" },
    { "notification-rules", "Notification rule" }, { "sandboxes", "Sandbox account" },
    { "orgs/575ed6e87ae143cd83dc4aa8/members", "Member" }, { "orgs/575ed6e87ae143cd83dc4aa8/invites", "Invite" },
  } do
    it("say which of an unknown id is not there: " .. row[1], function()
      local _, answer = bench.send("GET", bench.INSTANCE .. "/" .. row[1] .. "/" .. ("0"):rep(24))
      assert.same({ type = "NotFound", message = row[2] .. " was not found" }, answer)
      local response = bench.send("DELETE", bench.INSTANCE .. "/" .. row[1] .. "/" .. ("0"):rep(24))
      assert.equal(404, response.status)
    end)
  end
end)
