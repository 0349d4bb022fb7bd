-- SPDX-License-Identifier: MIT
-- A certificate authority for one run, and the servers' certificate, made with the openssl command.

local process = require "bench.process"

local certificates = {}

local AUTHORITIES = {"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/cert.pem"}

local NEW = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 "
local COMMANDS = {
  NEW .. "-subj '/CN=instar bench authority' -keyout ca.key -out ca.pem",
  NEW .. "-subj /CN=localhost -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem "
    .. "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE",
}

local function system_bundle()
  for _, path in ipairs(AUTHORITIES) do
    local file = io.open(path)
    if file then
      file:close()
      return path
    end
  end
  error("the system has no list of certificate authorities", 0)
end

--- Makes ca.pem, server.pem, server.key, and bundle.pem: the system's authorities and the run's.
-- @tparam string folder
function certificates.make(folder)
  local commands = table.concat(COMMANDS, " && ")
  local command = ("cd %s && %s && cat %s ca.pem >bundle.pem"):format(process.quote(folder), commands, system_bundle())
  local _, ok, errors = process.output(command)
  assert(ok, errors)
end

return certificates
