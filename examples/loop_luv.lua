-- SPDX-License-Identifier: MIT
-- Calls inside libuv's loop: lua examples/loop_luv.lua ROOT
-- ROOT is the address of a running sandbox: lua5.1 examples/sandbox.lua prints it. Needs luv.

local uv = require "luv"

local instar = require "instar"
local sandbox = require "instar.sandbox"

require("instar.loop.luv").install()

local root = ...
if not root then
  io.stderr:write("usage: lua examples/loop_luv.lua ROOT\n",
    "lua5.1 examples/sandbox.lua starts a server and prints ROOT\n")
  os.exit(2)
end

local secrets = sandbox.credentials
local losant = instar.losant{base_url = sandbox.base_url("losant", root), token = secrets.losant.token}
local kakao = instar.kakaocloud{base_url = sandbox.base_url("kakaocloud", root), token = secrets.kakaocloud.token}

-- A task of the loop's own: it goes on while calls are under way.
local ticks = 0
local ticker = uv.new_timer()
ticker:start(0, 1, function() ticks = ticks + 1 end)

local left = 2
local function over()
  left = left - 1
  if left == 0 then ticker:close() end
end

coroutine.wrap(function()
  local instance = assert(losant.instance.get("575ec8687ae143cd83dc4a97"))
  print("losant", instance.name)
  over()
end)()

coroutine.wrap(function()
  local list = assert(kakao.instance.list{limit = 100}).instances
  local names = assert(instar.map(list, function(vm) return assert(kakao.instance.get(vm.id)).instance.name end))
  print("kakaocloud", table.concat(names, " "))
  over()
end)()

uv.run() -- ends when nothing is under way
print("the loop ticked meanwhile", ticks > 0)
