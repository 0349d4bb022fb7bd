-- SPDX-License-Identifier: MIT
-- Calls inside threads of Copas: lua5.1 examples/loop_copas.lua ROOT
-- ROOT is the address of a running sandbox: lua5.1 examples/sandbox.lua prints it. Needs Copas.

local copas = require "copas"

local instar = require "instar"
local sandbox = require "instar.sandbox"

require("instar.loop.copas").install()

local root = ...
if not root then
  io.stderr:write("usage: lua5.1 examples/loop_copas.lua ROOT\n",
    "lua5.1 examples/sandbox.lua starts a server and prints ROOT\n")
  os.exit(2)
end

local secrets = sandbox.credentials
local losant = instar.losant{base_url = sandbox.base_url("losant", root), token = secrets.losant.token}
local kakao = instar.kakaocloud{base_url = sandbox.base_url("kakaocloud", root), token = secrets.kakaocloud.token}

local left = 2

copas.addthread(function()
  local instance = assert(losant.instance.get("575ec8687ae143cd83dc4a97"))
  print("losant", instance.name)
  left = left - 1
end)

copas.addthread(function()
  local list = assert(kakao.instance.list{limit = 100}).instances
  local names = assert(instar.map(list, function(vm) return assert(kakao.instance.get(vm.id)).instance.name end))
  print("kakaocloud", table.concat(names, " "))
  left = left - 1
end)

-- copas.loop() of a server never ends: a program that wants to makes the steps itself.
local steps = 0
while left > 0 do
  copas.step(1)
  steps = steps + 1
end
print("the loop turned meanwhile", steps > 0)
