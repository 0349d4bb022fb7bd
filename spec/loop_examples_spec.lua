-- SPDX-License-Identifier: MIT
-- The examples of event loops run, each against a sandbox server.

local child = require "spec.support.child"
local remote = require "spec.support.sandbox_server"

local RUN = "local path = ... arg = {[0] = path} assert(loadfile(path))(select(2, ...))"
local has_copas = not (_VERSION == "Lua 5.3" or _VERSION == "Lua 5.4")

describe("the example", function()
  local box

  setup(function() box = remote.start("examples/sandbox.lua --until-eof", "client_secret") end)
  teardown(function() box.pipe:close() end)

  for _, name in ipairs { "luv", "cqueues", "copas" } do
    it("loop_" .. name .. ".lua makes its calls while its loop goes on", function()
      local output, status = child.run(RUN, nil, "examples/loop_" .. name .. ".lua", box.root)
      if name == "copas" and not has_copas then
        assert.equal(1, status)
        assert.truthy(output:find("module 'copas' not found", 1, true), output)
        return
      end
      assert.equal(0, status, output)
      assert.truthy(output:find("losant\t%S"), output)
      assert.truthy(output:find("kakaocloud\t%S+ %S"), output)
      assert.truthy(output:find("meanwhile\ttrue", 1, true), output)
    end)

    it("loop_" .. name .. ".lua says what it needs", function()
      if name == "copas" and not has_copas then return assert.is_false((pcall(require, "copas"))) end
      local output, status = child.run(RUN, nil, "examples/loop_" .. name .. ".lua")
      assert.equal(2, status)
      assert.truthy(output:find("^usage: .*ROOT"), output)
    end)
  end

  -- The C host embeds Lua 5.4: what it needs is at hand where the specs run on that one.
  if _VERSION ~= "Lua 5.4" then return end
  it("embed/host.c compiles, and its poll loop drives the calls", function()
    local folder = child.folder()
    local output, status = child.shell(("cc -Wall -Wextra -Werror -o %s/host examples/embed/host.c "):format(folder)
      .. "$(pkg-config --cflags --libs lua5.4) -lm")
    assert.equal(0, status, output)
    local command = "LUA_PATH='%s' LUA_CPATH='%s' timeout 60 %s/host examples/embed/host.lua %s"
    output, status = child.shell(command:format(package.path, package.cpath, folder, box.root))
    assert.equal(0, status, output)
    assert.equal(10, select(2, output:gsub("losant\t%S", "")), output)
    assert.truthy(output:find("meanwhile: yes", 1, true), output)
    output, status = child.shell(folder .. "/host")
    assert.equal(2, status)
    assert.truthy(output:find("^usage"), output)
    child.remove(folder)
  end)
end)
