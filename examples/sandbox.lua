-- SPDX-License-Identifier: MIT
-- Runs the sandbox as an HTTP server: the three services in small, on one address.
--
-- usage: lua examples/sandbox.lua [--host HOST] [--port PORT] [--tls] [--until-eof]
--   --host HOST   address to listen at, 127.0.0.1 by default
--   --port PORT   0 by default: any free port
--   --tls         with a certificate made on the fly, which is printed
--   --until-eof   stop when standard input ends, so that a parent process can own the server
--
-- The first line it prints ends in the address: "instar sandbox: http://127.0.0.1:40123".

local sandbox = require "instar.sandbox"

local function fail(message)
  io.stderr:write("sandbox: ", message, "\n")
  os.exit(1)
end

local flags = { ["--tls"] = "tls", ["--until-eof"] = "until_eof" }
local values = { ["--host"] = "host", ["--port"] = "port" }

local function parse(arguments)
  local options, index = {}, 1
  while arguments[index] do
    local argument = arguments[index]
    if flags[argument] then
      options[flags[argument]] = true
    elseif values[argument] and arguments[index + 1] then
      index = index + 1
      options[values[argument]] = arguments[index]
    else
      fail("what is " .. argument .. "? See the top of this file.")
    end
    index = index + 1
  end
  options.port = options.port and (tonumber(options.port) or fail("the port must be a number"))
  return options
end

local services = {
  { "losant", { "token", "email", "password" } },
  { "kakaocloud", { "token", "application_credential_id", "application_credential_secret" } },
  { "acronis", { "token", "client_id", "client_secret" } },
}

local function describe(root, service, names)
  print(("%s base_url = %s"):format(service, sandbox.base_url(service, root)))
  for _, name in ipairs(names) do
    print(("%s %s = %s"):format(service, name, sandbox.credentials[service][name]))
  end
end

local options = parse(arg)

function options.on_ready(root, certificate)
  print("instar sandbox: " .. root)
  for _, row in ipairs(services) do
    describe(root, row[1], row[2])
  end
  if certificate then
    print(certificate)
  end
  io.stdout:flush()
end

local fine, message = pcall(sandbox.serve, options)
if not fine then
  fail(tostring(message))
end
