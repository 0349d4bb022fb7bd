-- SPDX-License-Identifier: MIT
-- Who takes part: the limit and instar on each Lua, and the peers.

local process = require "bench.process"
local text = require "bench.text"

local contenders = {}

--- The Luas of the table; the goals are for the first.
contenders.LUAS = {
  {name = "5.4", title = "Lua 5.4"},
  {name = "5.1", title = "Lua 5.1"},
  {name = "jit", title = "LuaJIT"},
}

--- Luas that are not measured; who asks for one is told so.
contenders.NOT_MEASURED = {"5.2", "5.3"}

local PYTHON = "/usr/bin/python3" -- Debian's, which has python3-requests whatever else is called python3

--- What a Lua user, or anyone, would pick instead. `needs` fails where the peer cannot run; `{lua}` is the command of
-- the peer's Lua. Who decodes no answers is `unchecked`.
contenders.PEERS = {
  {
    name = "lua-http", lua = "5.1", command = "{lua} bench/workers/lua_http.lua",
    needs = "{lua} -e 'require [[http.client]] require [[cjson.safe]]'",
  },
  {
    name = "luasocket", lua = "5.1", command = "{lua} bench/workers/luasocket.lua",
    needs = "{lua} -e 'require [[socket.http]] require [[ssl.https]] require [[cjson.safe]]'",
  },
  {
    name = "requests", command = PYTHON .. " bench/workers/python_requests.py",
    needs = PYTHON .. " -c 'import requests'",
  },
  {name = "curl", unchecked = true, command = "bench/workers/curl.sh", needs = "command -v curl"},
}

local LIMIT_OF_PEERS = "limit " .. contenders.LUAS[1].name
local ROUNDS_OF_PEERS = 3 -- spread over the run; they are slow, and far from the limit

-- Where the modules of a Lua are: instar's, the clock, and the system's.
local function environment(build, lua)
  local paths = "LUA_PATH=%s LUA_CPATH=%s"
  local libraries = ("%s/%s/?.so;%s/bench/%s/?.so;;"):format(build, lua, build, lua)
  return paths:format(process.quote("lua/?.lua;lua/?/init.lua;bench/?.lua;;"), process.quote(libraries))
end

local function of_lua(lua, command, build)
  local set = environment(build, lua.name)
  local limit = "limit " .. lua.name
  return {
    {
      kind = "limit", name = limit, lua = lua.name, environment = set,
      command = ("%s/bench/%s/limit"):format(build, lua.name),
    },
    {
      kind = "instar", name = "instar " .. lua.name, lua = lua.name, environment = set, against = limit,
      command = command .. " bench/workers/instar.lua",
    },
  }
end

local function add_luas(found, left_out, luas, build)
  for _, lua in ipairs(contenders.LUAS) do
    if luas[lua.name] then
      for _, contender in ipairs(of_lua(lua, luas[lua.name], build)) do table.insert(found, contender) end
    else
      table.insert(left_out, lua.title)
    end
  end
  for _, name in ipairs(contenders.NOT_MEASURED) do
    if luas[name] then table.insert(left_out, "Lua " .. name) end
  end
end

-- A peer as a contender, or nil where it or its Lua is not here.
local function of_peer(peer, luas, build)
  local lua = peer.lua or contenders.LUAS[1].name
  if not luas[lua] then return nil end
  local values = {lua = luas[lua]}
  if not process.succeeds(text.fill(peer.needs, values)) then return nil end
  return {
    kind = "peer", name = peer.name, unchecked = peer.unchecked, against = LIMIT_OF_PEERS, rounds = ROUNDS_OF_PEERS,
    environment = environment(build, lua), command = text.fill(peer.command, values),
  }
end

local function add_peers(found, left_out, luas, build)
  for _, peer in ipairs(contenders.PEERS) do
    local contender = of_peer(peer, luas, build)
    table.insert(contender and found or left_out, contender or peer.name)
  end
end

--- Those that can run here.
-- @tparam string build the folder of what was built
-- @tparam {[string]=string,...} luas commands of the Luas that are here, by name
-- @treturn {table,...} contenders, each limit before what is held against it
-- @treturn {string,...} who is left out
function contenders.find(build, luas)
  local found, left_out = {}, {}
  add_luas(found, left_out, luas, build)
  add_peers(found, left_out, luas, build)
  return found, left_out
end

--- Those of them that a row is for.
-- @tparam {table,...} all
-- @tparam table row
-- @treturn {table,...}
function contenders.of_row(all, row)
  local kinds = {instar = true, limit = row.measure ~= "growth", peer = row.peers}
  local picked = {}
  for _, contender in ipairs(all) do
    if kinds[contender.kind] then table.insert(picked, contender) end
  end
  return picked
end

return contenders
