-- SPDX-License-Identifier: MIT
-- The editors' types: legal annotations, no name that leads nowhere, and what they say of calls is what holds.

local core = require "instar.core"
local instar = require "instar"
local luals = require "spec.support.luals"
local luals_type = require "spec.support.luals_type"

local FILES = { "instar", "client", "operation", "calls", "losant", "kakaocloud", "acronis" }
local SERVICES = { "losant", "kakaocloud", "acronis" }
local BUILT_IN = {
  any = true, boolean = true, ["false"] = true, integer = true, ["nil"] = true, number = true, string = true,
  table = true, ["true"] = true,
}

local function read_file(name)
  local file = assert(io.open("lua/instar/meta/" .. name .. ".lua", "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function read_all()
  local model = luals.new()
  for _, name in ipairs(FILES) do
    local ok, message = pcall(model.read, model, read_file(name))
    assert(ok, name .. ": " .. tostring(message))
  end
  return model
end

local model = read_all()

local function is_known(name, owner)
  return BUILT_IN[name] or model.classes[name] or model.aliases[name] or (owner.generics and owner.generics[name])
end

local function sorted_keys(object)
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- Classes and aliases that can be reached from a name.
local function reachable(from)
  local uses, seen = {}, {}
  model:each_type(function(node, owner)
    uses[owner.name] = uses[owner.name] or {}
    luals_type.each_name(node, function(name) uses[owner.name][name] = true end)
  end)
  local function visit(name)
    if seen[name] then return end
    seen[name] = true
    for used in pairs(uses[name] or {}) do visit(used) end
  end
  for _, name in ipairs(from) do visit(name) end
  return seen
end

describe("the reader of annotations", function()
  local good = {
    "---@class a", "---@class (exact) a.b: c, d.e", "---@class a\n---@field b? string text",
    '---@class a\n---@field ["c-d"] ("x"|string)[] Text',
    "---@class a\n---@field m fun(self: a, ...: any): b?, c|d It is",
    "---@class a\n---@overload fun(x: string, y?: table|nil): table<string, a[]>", "---@alias a string|fun(): b",
    '---@alias a\n---| "x" # one\n---| "y"', "---@param x? string\n---@return string? name\nfunction f(x) end",
  }
  for _, text in ipairs(good) do
    it("reads " .. text:gsub("\n", " "), function()
      luals.new():read("---@meta\n\n" .. text .. "\n")
    end)
  end

  local bad = {
    "---@class", "---@class a b", "---@class (open) a", "---@class a:", "---@field a string", "---@clas a",
    "---@class a\n---@field b", "---@class a\n---@field b string|", "---@class a\n---@field b string<",
    "---@class a\n---@field b string (text)", "---@class a\n---@field b string[text",
    "---@class a\n---@field [b] string",
    "---@class a\n---@field b string\n---@field b string", "---@class a\n---@class b\n\n---@class a",
    "---@class a\n---@field b fun(x string)", "---@class a\n---@field b fun(x: string",
    "---@class a\n---@overload string",
    "---@class a\n---@field b (string", '---@class a\n---@field b "x', "---@class a\n---@field b table<string any>",
    '---| "x"', "---@alias a\n---| x y", "---@param y string\nfunction f(x) end", "---@alias a string (text)",
    "---@class a\n---@overload fun(x: string): string text", "---@class a\n---@field b fun(): (a|b)[]",
  }
  for _, text in ipairs(bad) do
    it("refuses " .. text:gsub("\n", " "), function()
      assert.has_error(function() luals.new():read("---@meta\n\n" .. text .. "\n") end)
    end)
  end

  it("wants @meta", function()
    assert.has_error(function() luals.new():read("---@class a\n") end)
  end)
end)

describe("the annotations", function()
  it("are in files that Lua reads", function()
    for _, name in ipairs(FILES) do assert(loadfile("lua/instar/meta/" .. name .. ".lua")) end
  end)

  it("begin with @meta", function()
    for _, name in ipairs(FILES) do assert.matches("^%-%-%-@meta", read_file(name)) end
  end)

  it("name only what is declared", function()
    model:each_type(function(node, owner)
      luals_type.each_name(node, function(name)
        assert(is_known(name, owner), owner.name .. ": nothing is called " .. name)
      end)
    end)
  end)

  it("declare nothing that is out of reach", function()
    local roots = { "instar" }
    for name in pairs(model.functions) do roots[#roots + 1] = name end
    local seen = reachable(roots)
    for _, list in ipairs { model.classes, model.aliases } do
      for name in pairs(list) do assert(seen[name], name .. " is used by nothing") end
    end
  end)

  it("inherit from nothing twice, and never from themselves", function()
    local function visit(name, path)
      assert(not path[name], name .. " inherits from itself")
      path[name] = true
      for _, parent in ipairs(model.classes[name].parents) do visit(parent, path) end
      path[name] = nil
    end
    for name in pairs(model.classes) do visit(name, {}) end
  end)
end)

describe("the types of the module", function()
  it("have all that it holds", function()
    for name in pairs(instar) do
      local typed = model.classes.instar.fields[name] or model.functions["instar." .. name]
      assert(typed, "instar." .. name .. " has no type")
    end
  end)

  -- Lists alone can be paged, and reads alone waited for: those methods stand with the operations that have them.
  for class, examples in pairs {
    ["instar.client"] = {}, ["instar.call"] = {}, ["instar.pager"] = {},
    ["instar.operation"] = { "instar.kakaocloud.instance.list", "instar.kakaocloud.instance.get" },
  } do
    it("have every method of " .. class, function()
      local _, methods = core.class(class)
      assert.is_truthy(next(methods))
      for name in pairs(methods) do
        local typed = model:field(class, name)
        for _, example in ipairs(examples) do typed = typed or model:field(example, name) end
        assert(typed, class .. ":" .. name .. " has no type")
      end
    end)
  end

  it("have the fields of a response and of an error", function()
    local replies = { { status = 200, body = "{}" }, { status = 404, body = '{"type":"NotFound","message":"m"}' } }
    local function transport() return table.remove(replies, 1) end
    local client = instar.losant { token = "t", transport = transport }
    local _, response = client.instance.get("575ec8687ae143cd83dc4a97")
    local _, _, err = client.instance.get("575ec8687ae143cd83dc4a97")
    for name in pairs(response) do
      assert(model:field("instar.response", name), "response." .. name .. " has no type")
    end
    for _, name in ipairs(sorted_keys(model.classes["instar.error"].fields)) do
      local field = model:field("instar.error", name)
      assert(field.optional or err[name] ~= nil, "err." .. name .. " is promised and not there")
    end
  end)

  it("have the counts of a client", function()
    local counts = instar.losant { token = "t" }:stats()
    for name in pairs(counts) do
      assert(model:field("instar.stats", name), "stats()." .. name .. " has no type")
    end
    for name, field in pairs(model.classes["instar.stats"].fields) do
      assert(field.optional or counts[name] ~= nil, "stats()." .. name .. " is promised and not there")
    end
  end)
end)

-- What is told about a name that no table of options takes.
local function refusal_of(call, name)
  local _, message = pcall(call, { [name] = {} })
  return tostring(message):find("unknown option", 1, true) ~= nil
end

describe("the types of options", function()
  for _, service in ipairs(SERVICES) do
    it("are taken by instar." .. service, function()
      for name in pairs(model:fields("instar." .. service .. ".options")) do
        assert.is_false(refusal_of(instar[service], name), name)
      end
      assert.is_true(refusal_of(instar[service], "no_such_option"))
    end)
  end

  it("are taken by calls", function()
    local client = instar.losant { token = "t" }
    local function prepare(options) return client.instance.get:prepare("575ec8687ae143cd83dc4a97", {}, options) end
    for name in pairs(model:fields("instar.call_options")) do assert.is_false(refusal_of(prepare, name), name) end
    assert.is_true(refusal_of(prepare, "no_such_option"))
  end)
end)

local function operations_of(service)
  local client, list = instar[service] { token = "t", base_url = "http://127.0.0.1" }, {}
  for _, name in ipairs(client:operations()) do
    local resource, action = name:match("^(.-)%.(.+)$")
    list[#list + 1] = { name = name, row = client[resource][action]:describe() }
  end
  return list
end

local function path_parameters(row)
  local names = {}
  for _, parameter in ipairs(row.parameters) do
    if parameter["in"] == "path" then names[#names + 1] = parameter.name end
  end
  return names
end

local function parameter_names(signature)
  local names = {}
  for i, parameter in ipairs(signature.parameters) do names[i] = parameter.name end
  return names
end

-- The classes of a service's arguments say the same as the rows that calls are checked against.
local function check_arguments(class, row)
  local fields, expected = model:fields(class .. ".arguments"), {}
  for _, parameter in ipairs(row.parameters) do
    expected[parameter.name] = true
    if parameter.name == "end" then expected.end_ = true end
    local field = assert(fields[parameter.name], class .. ": argument " .. parameter.name .. " has no type")
    assert.equal(parameter.required, not field.optional, class .. ": " .. parameter.name)
  end
  for name in pairs(fields) do assert(expected[name], class .. ": there is no argument " .. name) end
end

local function check_overloads(class, row)
  local overloads, strings = model.classes[class].overloads, path_parameters(row)
  assert.same({ "arguments", "options" }, parameter_names(overloads[1]))
  if #strings == 0 then return assert.equal(1, #overloads, class) end
  strings[#strings + 1], strings[#strings + 2] = "arguments", "options"
  assert.equal(2, #overloads, class)
  assert.same(strings, parameter_names(overloads[2]))
end

for _, service in ipairs(SERVICES) do
  describe("the types of " .. service, function()
    for _, operation in ipairs(operations_of(service)) do
      it("have " .. operation.name, function()
        local class = "instar." .. service .. "." .. operation.name
        local resource, action = operation.name:match("^(.-)%.(.+)$")
        assert.equal("instar." .. service .. "." .. resource, model:field("instar." .. service, resource).type.name)
        assert.equal(class, model:field("instar." .. service .. "." .. resource, action).type.name)
        check_arguments(class, operation.row)
        check_overloads(class, operation.row)
        assert.equal(operation.row.paging ~= nil, model.classes[class].fields.each ~= nil, class .. ": each")
        assert.equal(operation.row.method == "GET", model.classes[class].fields.wait ~= nil, class .. ": wait")
      end)
    end
  end)
end
