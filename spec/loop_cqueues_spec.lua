-- SPDX-License-Identifier: MIT
-- instar inside controllers of cqueues.

local loops = require "spec.support.loops"
local server = require "spec.support.server".start()

local SCRIPT = { headers = { ["Content-Type"] = "application/json" }, body = '{"name":"blocking"}' }

describe("in a cqueues controller", function()
  before_each(function()
    server:reset()
    server:queue(SCRIPT, SCRIPT, SCRIPT, SCRIPT)
  end)

  for _, case in ipairs(loops.cases()) do
    it(case:gsub("_", " "), function() assert.equal("fine\n", loops.run("cqueues", case, server:url("http"))) end)
  end

  it("an error of a coroutine comes out of the controller, which then goes on", function()
    local output = loops.text("cqueues", [[
      local cqueues, held, instar = require "cqueues", require "spec.support.held", require "instar"
      local peer, loop, names = held.new(), cqueues.new(), 0
      local client = instar.losant{base_url = peer.url, token = "t"}
      loop:wrap(function() assert(client.instance.get("x")) error("the coroutine failed", 0) end)
      for _ = 1, 3 do
        loop:wrap(function() if assert(client.instance.get("x")).name then names = names + 1 end end)
      end
      loop:wrap(function()
        while names < 3 do
          peer:turn()
          if #peer.waiting == 4 or names > 0 then peer:answer_all() end
          cqueues.sleep(0.001)
        end
      end)
      print((select(2, loop:loop())))
      print(loop:loop(), names, loop:empty())
    ]])
    assert.equal("the coroutine failed\ntrue\t3\ttrue\n", output)
  end)

  it("several controllers go on side by side, and each ends", function()
    local output = loops.text("cqueues", [[
      local cqueues, held, instar = require "cqueues", require "spec.support.held", require "instar"
      local peer, count = held.new(), 0
      local client = instar.losant{base_url = peer.url, token = "t"}
      local controllers = {cqueues.new(), cqueues.new(), cqueues.new()}
      for _, controller in ipairs(controllers) do
        controller:wrap(function()
          for _ = 1, 4 do assert(client.instance.get("x")) end
          count = count + 1
        end)
      end
      local turns = 0
      repeat
        peer:turn()
        peer:answer_all()
        for _, controller in ipairs(controllers) do assert(controller:step(0.001)) end
        turns = count == 3 and turns + 1 or 0
      until turns == 5
      for _, controller in ipairs(controllers) do print(controller:empty()) end
    ]])
    assert.equal("true\ntrue\ntrue\n", output)
  end)

  it("a controller inside another one yields to it", function()
    local output = loops.text("cqueues", [[
      local cqueues, held, instar = require "cqueues", require "spec.support.held", require "instar"
      local peer, outer, inner, ticks, name = held.new(), cqueues.new(), cqueues.new(), 0, nil
      local client = instar.losant{base_url = peer.url, token = "t"}
      inner:wrap(function() name = assert(client.instance.get("x")).name end)
      outer:wrap(function() assert(inner:loop()) end)
      outer:wrap(function()
        while not name do
          ticks = ticks + 1
          peer:turn()
          if ticks > 20 then peer:answer_all() end
          cqueues.sleep(0.001)
        end
      end)
      assert(outer:loop())
      print(name)
    ]])
    assert.equal("/instances/x\n", output)
  end)

  it("a generator may call whose transport calls", function()
    local output = loops.text("cqueues", [[
      local cqueues, instar = require "cqueues", require "instar"
      local inner = instar.losant{base_url = ..., token = "t"}
      local client = instar.losant{token = "t", transport = function()
        return {status = 200, body = '"' .. assert(inner.instance.get("x")).name .. '"'}
      end}
      local loop = cqueues.new()
      loop:wrap(function()
        for name in coroutine.wrap(function()
          for _ = 1, 3 do coroutine.yield(assert(client.instance.get("y"))) end
        end) do print(name) end
      end)
      assert(loop:loop())
    ]], server:url("http"))
    assert.equal("blocking\nblocking\nblocking\n", output)
  end)

  it("a call that was begun outside moves on once a coroutine begins one or waits", function()
    local output = loops.text("cqueues", [[
      local cqueues, held, instar = require "cqueues", require "spec.support.held", require "instar"
      local peer, loop = held.new(), cqueues.new()
      local client = instar.losant{base_url = peer.url, token = "t"}
      local first, second = client.instance.get:async("first"), nil
      loop:wrap(function()
        second = client.instance.get:async("second")
        while not (first:done() and second:done()) do
          peer:turn()
          peer:answer_all()
          cqueues.sleep(0.001)
        end
      end)
      assert(loop:loop())
      print(first:wait().name, second:wait().name)
    ]])
    assert.equal("/instances/first\t/instances/second\n", output)
  end)
end)
