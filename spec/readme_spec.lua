-- SPDX-License-Identifier: MIT
-- Every Lua block of the README and every example runs, against the sandbox.

local instar = require "instar"
local clock = require "instar.clock"
local child = require "spec.support.child"
local sandbox = require "instar.sandbox"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

local function blocks(text)
  local list = {}
  for code in text:gmatch("```lua\n(.-)```") do list[#list + 1] = code end
  return list
end

--- A sandbox whose time goes on only when the program sleeps, behind the module `instar.sandbox`.
local function new_sandbox()
  local now = os.time()
  local box = sandbox.new{clock = function() return now end}
  local module = setmetatable({transport = function() return sandbox.transport(box) end}, {__index = sandbox})
  return module, function(seconds) now = now + (tonumber(seconds) or 1) end
end

--- Waits of the library sleep as the program does while `body` runs.
local function with_sleep(sleep, body)
  local real = clock.sleep
  clock.sleep = sleep
  local ok, problem = pcall(body)
  clock.sleep = real
  if not ok then error(problem, 0) end
end

--- The module with constructors that lead every client into the sandbox, with credentials that it takes.
local function new_instar(own_sandbox)
  local module = setmetatable({sandbox = own_sandbox}, {__index = instar})
  for _, service in ipairs{"losant", "kakaocloud", "acronis"} do
    module[service] = function(options)
      local own = {transport = own_sandbox.transport()}
      for name, value in pairs(options or {}) do
        own[name] = sandbox.credentials[service][name] or value
      end
      return instar[service](own)
    end
  end
  return module
end

local function load_in(environment, code, name)
  if not setfenv then return assert(load(code, "=" .. name, "t", environment)) end -- luacheck: ignore 113
  return setfenv(assert(loadstring(code, "=" .. name)), environment) -- luacheck: ignore 113
end

--- Runs code as a program of its own would run, what it prints collected.
local function run(code, name)
  local printed = {}
  local own_sandbox, sleep = new_sandbox()
  local modules = {instar = new_instar(own_sandbox), ["instar.sandbox"] = own_sandbox}
  local environment = setmetatable({
    require = function(path) return modules[path] or require(path) end,
    print = function(...)
      for i = 1, select("#", ...) do printed[#printed + 1] = tostring((select(i, ...))) end
    end,
    os = setmetatable({getenv = function(variable) return variable end, execute = sleep}, {__index = os}),
  }, {__index = _G})
  with_sleep(sleep, load_in(environment, code, name))
  return table.concat(printed, "\n")
end

describe("README", function()
  local expected = {"web%-01", "", "web%-01", "active", "12", "Factory floor"}
  local found = blocks(read("README.md"))

  it("has the blocks that are looked at here", function()
    assert.are.equal(#expected, #found)
  end)

  for i, code in ipairs(found) do
    it("has a block " .. i .. " that runs", function()
      local printed = run(code, "README block " .. i)
      assert.is_truthy(printed:find(expected[i]), printed)
    end)
  end
end)

describe("README's commands", function()
  local readme = read("README.md")

  --- Runs a line of the README where it says that modules are, but with the C module of this Lua.
  local function command(pattern)
    local line = assert(readme:match("\n    (" .. pattern .. "[^\n]*)"), pattern .. " is not in the README")
    local path = assert(readme:match("\n    export (LUA_PATH='[^']+')"), "the README does not say LUA_PATH")
    local words = line:gsub("%s+#.*", ""):gsub("%s+%[[^%]]*%]", ""):gsub("^%S+", "")
    return child.shell(("export %s LUA_CPATH='%s'; %s%s </dev/null"):format(path, package.cpath, child.interpreter(),
      words))
  end

  it("run the tour from a checkout", function()
    local output, status = command("%S+ examples/tour%.lua")
    assert.are.equal(0, status, output)
  end)

  it("run the inventory from a checkout", function()
    local output, status = command("%S+ examples/inventory%.lua")
    assert.are.equal(0, status, output)
  end)
end)

describe("the example", function()
  local shown = {
    tour = {"spawning", "active", "mfaMode = required", "job ", "page 3", "usage_current", "HTTP 404"},
    inventory = {"db-primary", "10.0.0.4", "12 instances, 0 gone meanwhile"},
    rolling_restart = {"stopped", "active", "2 of 2 instances restarted"},
  }

  for name, texts in pairs(shown) do
    it(name .. " runs in process and shows what it promises", function()
      local printed = run(read(("examples/%s.lua"):format(name)), name)
      for _, text in ipairs(texts) do
        assert.is_truthy(printed:find(text, 1, true), text .. " is missing in:\n" .. printed)
      end
    end)
  end
end)
