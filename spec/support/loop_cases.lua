-- SPDX-License-Identifier: MIT
-- What must hold in every event loop. Each case is a function of a host (loop_hosts.lua) and, where it may block, of
-- the address of the test peer; it runs in a process of its own and raises an error when something does not hold.

local held = require "spec.support.held"
local instar = require "instar"

local cases = {}

local ID = "575ec8687ae143cd83dc4a97"
local PATH = "/instances/" .. ID
local NEVER = 600 -- seconds: longer than the process may live

local function new_client(peer, options)
  local all = {base_url = peer.url, token = "t", retries = 0, timeout = NEVER}
  all.attempt_timeout, all.connect_timeout = NEVER, NEVER
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function same(expected, got, what)
  if expected ~= got then
    error(("%s: expected %s, got %s"):format(what or "value", tostring(expected), tostring(got)), 2)
  end
end

--- No step is due soon: whatever happens now, the loop has to be told of it.
local function is_calm()
  return (instar.loop.timeout() or 0) > 60
end

--- Calls `act` when so many requests wait and the loop has nothing to wake up for.
local function when_calm(host, peer, count, act)
  host.tick(function()
    peer:turn()
    if #peer.waiting < count or not is_calm() then return false end
    act()
    return true
  end)
end

--- Calls `act` at the first turn at which so many requests wait.
local function when_waiting(host, peer, count, act)
  host.tick(function()
    peer:turn()
    if #peer.waiting < count then return false end
    act()
    return true
  end)
end

function cases.the_loop_ticks_while_a_call_is_under_way(host)
  local peer, ticks, name = held.new(), 0, nil
  local client = new_client(peer)
  host.spawn(function() name = assert(client.instance.get(ID)).name end)
  host.tick(function()
    ticks = ticks + 1
    peer:turn()
    if ticks >= 50 then peer:answer_all() end
    return name
  end)
  host.run()
  same(PATH, name)
  assert(ticks >= 50)
end

function cases.calls_of_many_coroutines_and_clients_are_under_way_at_once(host)
  local peer, names = held.new(), 0
  local clients = {new_client(peer), instar.kakaocloud{base_url = peer.url, token = "t"}, new_client(peer)}
  for i = 1, 21 do
    host.spawn(function()
      if assert(clients[i % 3 + 1].instance.get(ID)).name then names = names + 1 end
    end)
  end
  when_waiting(host, peer, 21, function() peer:answer_all() end)
  host.run()
  same(21, names)
end

function cases.calls_follow_one_another_in_a_coroutine(host)
  local peer, count = held.new(), 0
  local client = new_client(peer)
  host.spawn(function()
    for _ = 1, 40 do
      assert(client.instance.get(ID))
      count = count + 1
    end
  end)
  host.tick(function()
    peer:turn()
    peer:answer_all()
    if host.watched and count < 40 then assert(host.watched() <= 2, "more and more is watched") end
    return count == 40
  end)
  host.run()
  same(1, peer.accepted, "connections")
end

function cases.async_calls_move_on_while_nobody_waits(host)
  local peer = held.new()
  local call, body
  host.spawn(function() call = new_client(peer).instance.get:async(ID) end)
  host.tick(function()
    peer:turn()
    peer:answer_all()
    return call and call:done()
  end)
  host.run()
  body = assert(call:wait(0))
  same(PATH, body.name)
end

function cases.a_cancelled_call_keeps_no_loop(host)
  local peer = held.new()
  local call, kind
  host.spawn(function()
    call = new_client(peer).instance.get:async(ID)
    local _, _, err = call:wait()
    kind = err.kind
  end)
  when_calm(host, peer, 1, function() call:cancel() end)
  host.run()
  same("cancelled", kind)
end

function cases.a_cancelled_call_that_nobody_waits_for_keeps_no_loop(host)
  local peer = held.new()
  local call
  host.spawn(function() call = new_client(peer).instance.get:async(ID) end)
  when_calm(host, peer, 1, function() call:cancel() end)
  host.run()
end

function cases.a_read_that_is_dropped_keeps_no_loop(host)
  local peer, calls = held.new(), {}
  host.spawn(function() calls[1] = new_client(peer).instance.get:async(ID) end)
  when_calm(host, peer, 1, function()
    assert(not calls[1]:done())
    calls[1] = nil
    collectgarbage()
    collectgarbage()
  end)
  host.run()
end

function cases.closing_a_client_ends_what_coroutines_wait_for(host)
  local peer, other_peer, kinds, name = held.new(), held.new(), {}, nil
  local client, other = new_client(peer), new_client(other_peer)
  for i = 1, 3 do
    host.spawn(function()
      local _, _, err = client.instance.get(ID)
      kinds[i] = err.kind
    end)
  end
  host.spawn(function() name = assert(other.instance.get(ID)).name end)
  when_calm(host, peer, 3, function() client:close() end)
  host.tick(function()
    other_peer:turn()
    if kinds[1] and kinds[2] and kinds[3] then other_peer:answer_all() end
    return name
  end)
  host.run()
  same("closed closed closed", table.concat(kinds, " "))
  same(PATH, name)
end

function cases.a_coroutine_may_close_the_client_that_another_waits_for(host)
  local peer, other_peer, kind = held.new(), held.new(), nil
  local client, other = new_client(peer), new_client(other_peer)
  host.spawn(function() kind = select(3, client.instance.get(ID)).kind end)
  host.spawn(function()
    assert(other.instance.get(ID))
    client:close()
  end)
  when_calm(host, peer, 1, function()
    when_waiting(host, other_peer, 1, function() other_peer:answer() end)
  end)
  host.run()
  same("closed", kind)
end

function cases.map_runs_inside_a_coroutine(host)
  local peer, results = held.new(), nil
  local client = new_client(peer)
  host.spawn(function()
    results = assert(instar.map({1, 2, 3, 4, 5, 6, 7, 8}, function(i)
      local body = assert(client.instance.get(ID))
      return i .. body.name
    end))
  end)
  when_waiting(host, peer, 8, function() peer:answer_all() end)
  host.run()
  for i = 1, 8 do same(i .. PATH, results[i]) end
end

function cases.a_deadline_holds_in_the_loop(host)
  local peer, kind = held.new(), nil
  host.spawn(function()
    local _, _, err = new_client(peer, {timeout = 0.2}).instance.get(ID)
    kind = err.kind
  end)
  host.run()
  same("timeout", kind)
end

function cases.a_wait_sleeps_in_the_loop(host)
  local peer, status, ticks = held.new(), nil, 0
  local client = instar.kakaocloud{base_url = peer.url, token = "t"}
  host.spawn(function() status = assert(client.instance.get:wait(ID, {status = "active"})).instance.status end)
  local answers = {'{"instance":{"status":"building"}}', '{"instance":{"status":"active"}}'}
  host.tick(function()
    ticks = ticks + 1
    peer:turn()
    if peer.waiting[1] then peer:answer(table.remove(answers, 1)) end
    return status
  end)
  host.run()
  same("active", status)
  assert(ticks > 50, "the loop stood still")
end

function cases.calls_outside_of_coroutines_block(host, url)
  local client = new_client{url = url}
  same("blocking", assert(client.instance.get(ID)).name)
  local name
  host.spawn(function() name = assert(client.instance.get(ID)).name end)
  host.run()
  same("blocking", name)
  same("blocking", assert(client.instance.get(ID)).name)
end

function cases.a_blocking_call_lets_the_coroutines_calls_move_on(host, url)
  local client = new_client{url = url}
  local name
  host.spawn(function() name = assert(client.instance.get(ID)).name end)
  same("blocking", assert(client.instance.get(ID)).name)
  host.run()
  same("blocking", name)
end

--- Where the Lua cannot yield in a pcall the wait blocks: it never fails.
function cases.waits_in_pcall_and_in_iterators_work(host, url)
  local client = new_client{url = url}
  local inner, items = nil, 0
  host.spawn(function()
    local _, body = pcall(client.instance.get, ID)
    inner = body.name
    for _, given in (function() return client.instance.get(ID), items > 0 end) do
      items = items + 1
      if given or items == 2 then break end
    end
  end)
  host.run()
  same("blocking", inner)
  assert(items > 0)
end

function cases.a_generator_inside_map_may_call(host, url)
  local client, seen = new_client{url = url}, {}
  host.spawn(function()
    assert(instar.map({1}, function()
      for i in coroutine.wrap(function()
        for i = 1, 3 do coroutine.yield(client.instance.get(ID) and i) end
      end) do seen[#seen + 1] = i end
      return true
    end))
  end)
  host.run()
  same("1 2 3", table.concat(seen, " "))
end

function cases.a_transport_may_call(host, url)
  local inner, seen = new_client{url = url}, {}
  local client = instar.losant{token = "t", transport = function()
    return {status = 200, body = '"' .. assert(inner.instance.get(ID)).name .. '"'}
  end}
  host.spawn(function()
    for _ = 1, 3 do seen[#seen + 1] = assert(client.instance.get(ID)) end
  end)
  host.run()
  same("blocking blocking blocking", table.concat(seen, " "))
end

function cases.the_progress_function_of_map_may_call(host, url)
  local client, ended, asked = new_client{url = url}, 0, 0
  host.spawn(function()
    assert(instar.map({1, 2}, function() return client.instance.get(ID) end, {progress = function()
      if client.instance.get(ID) then asked = asked + 1 end
    end}))
    ended = ended + 1
  end)
  host.run()
  same(1, ended)
  same(2, asked)
end

function cases.a_wait_that_is_over_early_keeps_no_loop(host)
  local peer = held.new()
  local name
  host.spawn(function() name = assert(new_client(peer).instance.get:async(ID):wait(NEVER)).name end)
  when_waiting(host, peer, 1, function() peer:answer_all() end)
  host.run()
  same(PATH, name)
end

function cases.a_token_function_may_call_and_wait(host)
  local peer, name = held.new(), nil
  local tokens = new_client(peer)
  local client = new_client(peer, {token = function() return assert(tokens.instance.get(ID)).name end})
  host.spawn(function() name = assert(client.instance.get(ID)).name end)
  host.tick(function()
    peer:turn()
    peer:answer_all('{"name":"text"}')
    return name
  end)
  host.run()
  same("text", name)
end

return cases
