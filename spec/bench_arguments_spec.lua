-- SPDX-License-Identifier: MIT
-- The command line of the driver of the measurements.

local arguments = require "bench.arguments"

local function with(...)
  return {"5.4=lua5.4", "5.1=lua5.1", "jit=luajit", ...}
end

describe("the driver's command line", function()
  it("is read; an empty value is as good as none", function()
    assert.same({BUILD = "out", ONLY = "latency 8", ROUNDS = 3, luas = {["5.4"] = "lua5.4", ["5.3"] = "lua"}},
      arguments.read{"5.4=lua5.4", "5.3=lua", "ONLY=latency 8", "ROUNDS=3", "BUILD=out"})
    assert.same({BUILD = "build", luas = {["5.4"] = "lua"}},
      arguments.read{"5.4=lua", "jit=", "ONLY=", "ROUNDS=", "BUILD="})
  end)

  local refused = {
    {"sequential", "sequential: not NAME=VALUE"}, {"ONYL=tls", "ONYL: unknown"}, {"6.0=lua", "6.0: unknown"},
    {"luas=x", "luas: unknown"}, {"ROUNDS=0", "ROUNDS=0: not a whole number from 1 on"}, {"ROUNDS=-1", "not a whole"},
    {"ROUNDS=1.5", "not a whole"}, {"ROUNDS=0x10", "not a whole"}, {"ROUNDS=many", "not a whole"},
  }
  for _, case in ipairs(refused) do
    it("is refused with " .. case[1], function()
      local options, problem = arguments.read(with(case[1]))
      assert.is_nil(options)
      assert.is_truthy(problem:find(case[2], 1, true), problem)
    end)
  end

  it("is refused without the Lua that has the goals", function()
    assert.same({nil, "Lua 5.4 is needed"}, {arguments.read{"5.1=lua5.1"}})
  end)

  it("is for a full run when nothing is left out", function()
    assert.is_true(arguments.is_full(arguments.read(with("BUILD=out", "5.3=lua5.3"))))
    for _, word in ipairs{"ONLY=tls", "ROUNDS=3", "ROUNDS=7"} do
      assert.is_false(arguments.is_full(arguments.read(with(word))), word)
    end
    assert.is_false(arguments.is_full(arguments.read{"5.4=lua5.4", "jit=luajit"}))
  end)
end)
