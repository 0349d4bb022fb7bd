-- SPDX-License-Identifier: MIT
-- Calls inside a cqueues controller: lua examples/loop_cqueues.lua ROOT
-- ROOT is the address of a running sandbox: lua5.1 examples/sandbox.lua prints it. Needs cqueues.

local cqueues = require "cqueues"

local instar = require "instar"
local sandbox = require "instar.sandbox"

require("instar.loop.cqueues").install()

local root = ...
if not root then
  io.stderr:write("usage: lua examples/loop_cqueues.lua ROOT\n",
    "lua5.1 examples/sandbox.lua starts a server and prints ROOT\n")
  os.exit(2)
end

local secrets = sandbox.credentials
local losant = instar.losant{base_url = sandbox.base_url("losant", root), token = secrets.losant.token}
local kakao = instar.kakaocloud{base_url = sandbox.base_url("kakaocloud", root), token = secrets.kakaocloud.token}

local loop = cqueues.new()
local ticks, left = 0, 2

loop:wrap(function()
  local instance = assert(losant.instance.get("575ec8687ae143cd83dc4a97"))
  print("losant", instance.name)
  left = left - 1
end)

loop:wrap(function()
  local list = assert(kakao.instance.list{limit = 100}).instances
  local names = assert(instar.map(list, function(vm) return assert(kakao.instance.get(vm.id)).instance.name end))
  print("kakaocloud", table.concat(names, " "))
  left = left - 1
end)

-- A coroutine of the loop's own: it goes on while calls are under way.
loop:wrap(function()
  while left > 0 do
    ticks = ticks + 1
    cqueues.sleep(0.001)
  end
end)

assert(loop:loop()) -- ends when nothing is under way
print("the loop ticked meanwhile", ticks > 0)
