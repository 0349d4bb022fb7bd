-- SPDX-License-Identifier: MIT
-- Stops and starts the active web instances again, two at a time: lua examples/rolling_restart.lua [ROOT]
-- ROOT is the address of a running sandbox (examples/sandbox.lua); without it the sandbox runs inside this process.

local instar = require "instar"
local sandbox = require "instar.sandbox"

local root = ...
local kakao = instar.kakaocloud{
  base_url = sandbox.base_url("kakaocloud", root or "http://localhost"),
  token = sandbox.credentials.kakaocloud.token,
  transport = not root and sandbox.transport() or nil,
}

local WAIT = {timeout = 120}

--- Each step is waited for before the next: an instance that does not come up ends the whole restart.
local function restart(vm)
  assert(kakao.instance.stop(vm.id))
  assert(kakao.instance.get:wait(vm.id, {status = "stopped"}, WAIT))
  print(vm.name, "stopped")
  assert(kakao.instance.start(vm.id))
  local body = assert(kakao.instance.get:wait(vm.id, {status = "active"}, WAIT))
  print(vm.name, "active")
  return body.instance
end

local web = assert(kakao.instance.list:collect{name = "web", vm_state = "active"})
local restarted, message, err = instar.map(web, restart, {max = 2})
if not restarted then
  io.stderr:write("the restart has stopped: ", message, err.traceback and "\n" .. err.traceback or "", "\n")
  os.exit(1)
end
print(("%d of %d instances restarted"):format(restarted.n, #web))
kakao:close()
