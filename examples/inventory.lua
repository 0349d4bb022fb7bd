-- SPDX-License-Identifier: MIT
-- All instances of a KakaoCloud project with their details, 16 at a time: lua examples/inventory.lua [ROOT]
-- ROOT is the address of a running sandbox (examples/sandbox.lua); without it the sandbox runs inside this process.

local instar = require "instar"
local sandbox = require "instar.sandbox"

local root = ...
local kakao = instar.kakaocloud{
  base_url = sandbox.base_url("kakaocloud", root or "http://localhost"),
  iam_url = sandbox.base_url("kakaocloud", root or "http://localhost"),
  application_credential_id = sandbox.credentials.kakaocloud.application_credential_id,
  application_credential_secret = sandbox.credentials.kakaocloud.application_credential_secret,
  transport = not root and sandbox.transport() or nil,
}

-- First the ids, over all pages, then the details: a list that is read while it changes is read quickly.
local machines = assert(kakao.instance.list:collect{sort_keys = {"name"}, sort_dirs = {"asc"}})

local progress = instar.progress("instances")
local details = assert(instar.map(machines, function(machine)
  local body, message, err = kakao.instance.get(machine.id)
  if err and err.status == 404 then return false end -- deleted meanwhile
  return body and body.instance, message, err
end, {max = 16, progress = progress}))
progress:finish()

local gone, memory = 0, 0
for i = 1, details.n do
  local vm = details[i]
  if vm then
    local address = vm.addresses and vm.addresses[1] or {}
    memory = memory + vm.flavor.memory_mb
    print(("%-20s %-18s %-14s %6d MB  %s"):format(vm.name, vm.status, vm.flavor.name, vm.flavor.memory_mb,
      address.private_ip or "-"))
  else
    gone = gone + 1
  end
end
print(("%d instances, %d gone meanwhile, %d MB of memory"):format(details.n - gone, gone, memory))
kakao:close()
