-- SPDX-License-Identifier: MIT
-- What a KakaoCloud instance tells from inside: its console, and the password it made.

local access = require "instar.sandbox.kakaocloud.access"
local errors = require "instar.sandbox.kakaocloud.errors"
local json = require "instar.sandbox.json"
local respond = require "instar.sandbox.respond"

-- Of each boot; %s is the host's name.
local BOOT = {
  "[    0.000000] Linux version 6.8.0-45-generic",
  "[    0.004000] Command line: root=/dev/vda1 ro console=ttyS0",
  "[    1.812043] EXT4-fs (vda1): mounted filesystem with ordered data mode",
  "[    3.207551] systemd[1]: Set hostname to <%s>.",
  "[    6.118902] cloud-init[612]: Cloud-init finished",
  "%s login: ",
}

-- 256 bytes that a key made unreadable, as Base64.
local PASSWORD_LENGTH = 342

local function console_lines(entry)
  local lines = {}
  for _ = 1, entry.boots do
    for _, line in ipairs(BOOT) do
      lines[#lines + 1] = line:format(entry.instance.hostname)
    end
  end
  return lines
end

-- The service answers an error without `lines`, though its client calls it optional.
local function console_log(call, entry)
  local count = call.arguments.lines
  if not count or count < 1 then
    return errors.error(call, 400, "Invalid input: lines must be at least 1.")
  end
  local lines = console_lines(entry)
  return respond.json(200, { ["console-logs"] = table.concat(lines, "\n", math.max(1, #lines - count + 1)) })
end

-- Encrypted with the instance's key, so there is none without a key.
local function password(call, entry)
  if entry.instance.key_name == json.null then
    return respond.json(200, { password = "" })
  end
  entry.password = entry.password or call.state.ids:text(PASSWORD_LENGTH) .. "=="
  return respond.json(200, { password = entry.password })
end

return {
  ["instance.get_console_log"] = access.machine(console_log),
  ["instance.get_password"] = access.machine(password),
}
