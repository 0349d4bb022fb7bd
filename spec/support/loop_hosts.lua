-- SPDX-License-Identifier: MIT
-- The event loops that instar has drivers for, in the same few words.
--
-- A host has `spawn(body)`: starts a coroutine of the loop; `tick(body)`: calls a function at every turn until it
-- returns true; `run()`: runs the loop to its end.

local hosts = {}

function hosts.luv()
  local uv = require "luv"
  local host = {}

  function host.spawn(body)
    coroutine.wrap(body)()
  end

  function host.tick(body)
    local timer = uv.new_timer()
    timer:start(0, 1, function()
      if body() then timer:close() end
    end)
  end

  function host.run()
    uv.run()
    assert(not uv.loop_alive(), "something keeps the loop alive")
  end

  return host
end

function hosts.cqueues()
  local cqueues = require "cqueues"
  local controller = cqueues.new()
  local host = {controller = controller}

  function host.spawn(body)
    controller:wrap(body)
  end

  function host.tick(body)
    controller:wrap(function()
      while not body() do cqueues.sleep(0.001) end
    end)
  end

  function host.run()
    assert(controller:loop())
    assert(controller:empty(), "something keeps the loop alive")
  end

  return host
end

--- Copas of that age has no end and no timers: its host turns it.
function hosts.copas()
  local copas = require "copas"
  local socket = require "socket"
  local host = {}
  local threads, tickers, watched = 0, {}, 0

  local select = socket.select
  function socket.select(reading, writing, wait) -- luacheck: ignore 122
    watched = 0
    for _, source in ipairs(reading) do
      if source:getfd() >= 0 then watched = watched + 1 end
    end
    return select(reading, writing, wait)
  end

  --- How many descriptors Copas waited for when it did last.
  function host.watched()
    return watched
  end

  function host.spawn(body)
    threads = threads + 1
    copas.addthread(function()
      copas.setErrorHandler(function(message)
        threads = threads - 1
        io.stderr:write("copas: ", tostring(message), "\n")
      end)
      body()
      threads = threads - 1
    end)
  end

  function host.tick(body)
    table.insert(tickers, body)
  end

  local function turn()
    copas.step(0.001)
    for i = #tickers, 1, -1 do
      if tickers[i]() then table.remove(tickers, i) end
    end
  end

  function host.run()
    repeat turn() until threads == 0 and #tickers == 0
    for _ = 1, 5 do copas.step(0.001) end
    assert(watched == 0, "something is left in Copas")
  end

  return host
end

return hosts
