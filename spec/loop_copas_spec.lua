-- SPDX-License-Identifier: MIT
-- instar inside Copas, which Debian has for Lua 5.1, 5.2 and LuaJIT.

local loops = require "spec.support.loops"
local server = require "spec.support.server".start()

local SCRIPT = { headers = { ["Content-Type"] = "application/json" }, body = '{"name":"blocking"}' }

if _VERSION == "Lua 5.3" or _VERSION == "Lua 5.4" then
  describe("without Copas", function()
    it("the driver's error names what is missing", function()
      local found, message = pcall(require, "instar.loop.copas")
      assert.is_false(found)
      assert.truthy(message:find("module 'copas' not found", 1, true), message)
      assert.is_false((pcall(require, "copas")))
    end)
  end)
  return
end

describe("in Copas", function()
  before_each(function()
    server:reset()
    server:queue(SCRIPT, SCRIPT, SCRIPT, SCRIPT)
  end)

  for _, case in ipairs(loops.cases()) do
    it(case:gsub("_", " "), function() assert.equal("fine\n", loops.run("copas", case, server:url("http"))) end)
  end

  it("an error of a thread goes to its error handler, and the others go on", function()
    local output = loops.text("copas", [[
      local copas, held, instar = require "copas", require "spec.support.held", require "instar"
      local peer, names = held.new(), 0
      local client = instar.losant{base_url = peer.url, token = "t"}
      copas.addthread(function()
        copas.setErrorHandler(function(message) print(message) end)
        assert(client.instance.get("x"))
        error("the thread failed", 0)
      end)
      for _ = 1, 3 do
        copas.addthread(function() if assert(client.instance.get("x")).name then names = names + 1 end end)
      end
      repeat
        copas.step(0.001)
        peer:turn()
        if #peer.waiting == 4 then peer:answer_all() end
      until names == 3
      for _ = 1, 20 do copas.step(0.001) end
    ]])
    assert.equal("the thread failed\n", output)
  end)

  -- The server answers when another thread of the loop has run so often: both live on what Copas gives them.
  it("servers and other threads run while a call is under way", function()
    local output = loops.text("copas", [[
      local copas, socket, instar = require "copas", require "socket", require "instar"
      local listener = assert(socket.bind("127.0.0.1", 0))
      local gate, poke, ticks, name = socket.udp(), socket.udp(), 0, nil
      gate:setsockname("127.0.0.1", 0)
      gate:settimeout(0)
      local _, port = gate:getsockname()
      copas.addthread(function()
        while ticks < 30 do
          poke:sendto("tick", "127.0.0.1", port)
          assert(copas.receivefrom(gate, 16))
          ticks = ticks + 1
        end
        poke:sendto("go", "127.0.0.1", port)
      end)
      copas.addserver(listener, function(client)
        repeat local line = copas.receive(client) until line == ""
        while ticks < 30 do copas.receivefrom(gate, 16) ticks = ticks + 1 poke:sendto("tick", "127.0.0.1", port) end
        copas.send(client, 'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"name":"copas"}')
      end)
      local _, at = listener:getsockname()
      local client = instar.losant{base_url = "http://127.0.0.1:" .. at, token = "t"}
      copas.addthread(function() name = assert(client.instance.get("x")).name end)
      repeat copas.step(0.1) until name
      print(name, ticks >= 30)
    ]])
    assert.equal("copas\ttrue\n", output)
  end)
end)
