-- SPDX-License-Identifier: MIT
-- TLS for the sandbox's server, with a given certificate or one made on the fly.

local tls = {}

local YEAR = 365 * 86400

local function read_pem(text)
  if text:find("-----BEGIN", 1, true) then
    return text
  end
  local file = assert(io.open(text, "r"))
  local content = file:read("*a")
  file:close()
  return content
end

local function names_for(host)
  local names = require("openssl.x509.altname").new()
  names:add("DNS", "localhost")
  names:add("IP", "127.0.0.1")
  names:add("IP", "::1")
  names:add(host:find("[^%d.]") and not host:find(":", 1, true) and "DNS" or "IP", host)
  return names
end

-- A certificate that signs itself: a client that is given it as its only authority trusts the server.
local function self_signed(host)
  local certificate = require("openssl.x509").new()
  local key = require("openssl.pkey").new{ type = "EC", curve = "prime256v1" }
  local subject = require("openssl.x509.name").new()
  subject:add("CN", "instar sandbox")
  certificate:setVersion(3)
  certificate:setSerial(os.time())
  certificate:setSubject(subject)
  certificate:setIssuer(subject)
  certificate:setSubjectAlt(names_for(host))
  certificate:setLifetime(os.time() - 3600, os.time() + YEAR)
  certificate:setBasicConstraints{ CA = true }
  certificate:setBasicConstraintsCritical(true)
  certificate:setPublicKey(key)
  certificate:sign(key)
  return certificate, key
end

local function given(options)
  local certificate = require("openssl.x509").new(read_pem(options.cert))
  return certificate, require("openssl.pkey").new(read_pem(options.key))
end

local preferred = { "h2", "http/1.1" }

local function select_protocol(_, offered)
  for _, wanted in ipairs(preferred) do
    for _, protocol in ipairs(offered) do
      if protocol == wanted then
        return protocol
      end
    end
  end
end

--- A server's TLS context.
-- @tparam table|boolean options `{cert=, key=}` as PEM text or file names; true makes a certificate
-- @tparam string host that the made certificate is for, beside the loopback addresses
-- @return luaossl context
-- @treturn string the certificate as PEM text
function tls.context(options, host)
  local certificate, key
  if options == true then
    certificate, key = self_signed(host)
  else
    certificate, key = given(options)
  end
  local context = require("http.tls").new_server_context()
  context:setAlpnSelect(select_protocol)
  context:setCertificate(certificate)
  context:setPrivateKey(key)
  return context, certificate:toPEM()
end

return tls
