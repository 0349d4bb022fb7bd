-- SPDX-License-Identifier: MIT
-- instar inside libuv's loop, through luv.

local loops = require "spec.support.loops"
local server = require "spec.support.server".start()

local SCRIPT = { headers = { ["Content-Type"] = "application/json" }, body = '{"name":"blocking"}' }

describe("in luv's loop", function()
  before_each(function()
    server:reset()
    server:queue(SCRIPT, SCRIPT, SCRIPT, SCRIPT)
  end)

  for _, case in ipairs(loops.cases()) do
    it(case:gsub("_", " "), function() assert.equal("fine\n", loops.run("luv", case, server:url("http"))) end)
  end

  it("an error of a coroutine is luv's to report", function()
    local output, status = loops.text("luv", [[
      local uv, held, instar = require "luv", require "spec.support.held", require "instar"
      local peer = held.new()
      local client = instar.losant{base_url = peer.url, token = "t"}
      coroutine.wrap(function() assert(client.instance.get("x")) error("the coroutine failed") end)()
      local timer = uv.new_timer()
      timer:start(0, 1, function() peer:turn() peer:answer_all() end)
      uv.run()
      print "not reached"
    ]])
    assert.equal(255, status)
    assert.truthy(output:find("Uncaught Error.-the coroutine failed"), output)
    assert.falsy(output:find("not reached", 1, true))
  end)

  it("an error of a coroutine breaks no other wait", function()
    local output, status = loops.text("luv", [[
      local uv, instar = require "luv", require "instar"
      local client = instar.losant{base_url = ..., token = "t"}
      for _ = 1, 2 do
        coroutine.wrap(function() assert(client.instance.get("x")) error("the coroutine failed") end)()
      end
      coroutine.wrap(function() print("coroutine", assert(client.instance.get("x")).name) end)()
      local call = client.instance.get:async("x")
      print("blocking", call:wait().name, io.stdout:flush())
      uv.run()
    ]], server:url("http"))
    assert.equal(255, status)
    assert.truthy(output:find("blocking\tblocking", 1, true), output)
    assert.truthy(output:find("the coroutine failed", 1, true), output)
  end)

  it("a coroutine that a cancelled call wakes does not work for who has cancelled it", function()
    local output = loops.text("luv", [[
      local uv, held, instar = require "luv", require "spec.support.held", require "instar"
      local scheduler = require "instar.scheduler"
      local peer, first, body, failed = held.new(), nil, nil, false
      local client = instar.losant{base_url = peer.url, token = "t"}
      local function arrived(count)
        while #peer.waiting < count do scheduler.sleep(0.001) end
      end
      coroutine.wrap(function()
        first = client.instance.get:async("first")
        first:wait()
        body = client.instance.get("second") -- begun in the midst of who cancels the first
      end)()
      coroutine.wrap(function()
        instar.all{
          function()
            arrived(1)
            first:cancel()
            return client.instance.get("third")
          end,
          function()
            arrived(3)
            error("the other one", 0)
          end,
        }
        failed = true
      end)()
      local timer = uv.new_timer()
      timer:start(0, 1, function()
        peer:turn()
        for i = #peer.waiting, 1, -1 do -- the others' connections are closed
          if failed and peer.waiting[i].path ~= "/instances/second" then table.remove(peer.waiting, i) end
        end
        if failed then peer:answer_all() end
        if failed and body ~= nil then timer:close() end
      end)
      uv.run()
      print(body.name)
    ]])
    assert.equal("/instances/second\n", output)
  end)

  it("whoever resumes a waiting coroutine too early only lets it wait on", function()
    local output = loops.text("luv", [[
      local uv, held, instar = require "luv", require "spec.support.held", require "instar"
      local peer, over, early = held.new(), false, 0
      local client = instar.losant{base_url = peer.url, token = "t"}
      local thread = coroutine.create(function()
        print(assert(client.instance.get("x")).name)
        over = true
      end)
      coroutine.resume(thread)
      local timer = uv.new_timer()
      timer:start(0, 1, function()
        peer:turn()
        if over then timer:close() return end
        coroutine.resume(thread)
        early = early + 1
        if early > 20 then peer:answer_all() end
      end)
      uv.run()
    ]])
    assert.equal("/instances/x\n", output)
  end)

  it("instar's own tasks run beside the loop's", function()
    local output = loops.text("luv", [[
      local uv, held, instar = require "luv", require "spec.support.held", require "instar"
      local peer, count = held.new(), 0
      local client = instar.losant{base_url = peer.url, token = "t"}
      coroutine.wrap(function()
        local both = assert(instar.all{
          function() return assert(client.instance.get("a")).name end,
          function() return assert(client.instance.get("b")).name end,
        })
        print(both[1], both[2])
      end)()
      coroutine.wrap(function() print(assert(client.instance.get("c")).name) end)()
      local timer = uv.new_timer()
      timer:start(0, 1, function()
        peer:turn()
        if #peer.waiting == 3 then peer:answer_all() timer:close() end
      end)
      uv.run()
    ]])
    assert.truthy(output:find("/instances/a\t/instances/b\n", 1, true), output)
    assert.truthy(output:find("/instances/c\n", 1, true), output)
  end)
end)
