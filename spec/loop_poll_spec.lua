-- SPDX-License-Identifier: MIT
-- instar.loop: what a host with a poll of its own goes by, here with LuaSocket's select in poll's place.

local child = require "spec.support.child"

local PRELUDE = [[
local held, instar, socket = require "spec.support.held", require "instar", require "socket"
local loop = instar.loop
local peer = held.new()
local client = instar.losant{
  base_url = peer.url, token = "t", timeout = 600, attempt_timeout = 600, connect_timeout = 600,
}

-- One turn of the host; gives what it waited for.
local function turn()
  local reading, writing = {}, {}
  for _, socket in ipairs(loop.fds()) do
    local source = {getfd = function() return socket.fd end}
    if socket.events:find "r" then table.insert(reading, source) end
    if socket.events:find "w" then table.insert(writing, source) end
  end
  table.insert(reading, peer.listener)
  for connection in pairs(peer.connections) do table.insert(reading, connection) end
  local ready, ready_to_write = socket.select(reading, writing, loop.timeout() or 0)
  peer:turn()
  loop.step()
  return #ready + #ready_to_write
end
]]

local function run(source)
  return (child.run(PRELUDE .. source))
end

describe("instar.loop", function()
  it("moves calls on, and says when nothing is left", function()
    assert.equal("nil\t0\ntrue\nfine\nnil\t0\n", run [[
      print(loop.timeout(), #loop.fds())
      local call = client.instance.get:async("x")
      print(loop.timeout() == 0)
      repeat
        turn()
        peer:answer_all()
      until call:done()
      if call:wait(0).name == "/instances/x" then print "fine" end
      while loop.timeout() do loop.step() end
      print(loop.timeout(), #loop.fds())
    ]])
  end)

  it("needs no turn of which fds and timeout do not tell", function()
    assert.equal("20\n", run [[
      local calls, done, idle = {}, 0, 0
      for i = 1, 20 do calls[i] = client.instance.get:async("x") end
      repeat
        idle = turn() == 0 and loop.timeout() ~= 0 and idle + 1 or 0
        assert(idle < 100, "the host turns in vain")
        if #peer.waiting == 20 then peer:answer_all() end
        done = 0
        for _, call in ipairs(calls) do done = done + (call:done() and 1 or 0) end
      until done == 20
      print(done)
    ]])
  end)

  it("tells of sockets what is waited for", function()
    assert.equal("r\n", run [[
      local call = client.instance.get:async("x")
      repeat turn() until peer.waiting[1]
      loop.step()
      for _, socket in ipairs(loop.fds()) do
        assert(type(socket.fd) == "number" and socket.fd > 2)
        print(socket.events)
      end
    ]])
  end)

  it("a step is due when a call is cancelled or a client closed", function()
    assert.equal("cancelled\nclosed\n", run [[
      local first, second = client.instance.get:async("x"), client.instance.get:async("x")
      repeat turn() until #peer.waiting == 2
      first:cancel()
      print(select(3, first:wait()).kind)
      client:close()
      assert(loop.timeout() == 0, "nobody would make a step")
      loop.step()
      loop.step()
      assert(second:done())
      print(select(3, second:wait()).kind)
    ]])
  end)

  it("waits in a step when it is told to", function()
    assert.equal("true\n", run [[
      local call = client.instance.get:async("x")
      repeat
        loop.step(0.01)
        peer:turn()
        peer:answer_all()
      until call:done()
      print(call:wait().name == "/instances/x")
    ]])
  end)

  it("takes a number of seconds only", function()
    local loop = require "instar.loop"
    assert.has_error(function() loop.step("soon") end)
    assert.has_no_error(function() loop.step() end)
  end)
end)
