-- SPDX-License-Identifier: MIT
-- Certificates and TLS contexts of the test peer, made anew at each start.

local altname = require "openssl.x509.altname"
local bignum = require "openssl.bignum"
local context = require "openssl.ssl.context"
local distinguished_name = require "openssl.x509.name"
local pkey = require "openssl.pkey"
local store = require "openssl.x509.store"
local x509 = require "openssl.x509"

local certificates = {}

local DAY = 24 * 60 * 60
local last_serial = 0

local function common_name(text)
  local name = distinguished_name.new()
  name:add("CN", text)
  return name
end

local function unsigned(subject, key, from, to)
  local certificate = x509.new()
  last_serial = last_serial + 1
  certificate:setVersion(3)
  certificate:setSerial(bignum.new(last_serial))
  certificate:setSubject(common_name(subject))
  certificate:setPublicKey(key)
  certificate:setLifetime(os.time() + from, os.time() + to)
  return certificate
end

local function new_key()
  return pkey.new { type = "EC", curve = "prime256v1" }
end

local function authority(subject)
  local key = new_key()
  local certificate = unsigned(subject, key, -DAY, DAY)
  certificate:setIssuer(certificate:getSubject())
  certificate:setBasicConstraints { CA = true }
  certificate:setBasicConstraintsCritical(true)
  certificate:sign(key, "sha256")
  return { key = key, certificate = certificate }
end

-- names: list of {kind, value}, kind "DNS" or "IP"
local function leaf(issuer, subject, names, from, to)
  local key = new_key()
  local certificate = unsigned(subject, key, from or -DAY, to or DAY)
  local alternatives = altname.new()
  for _, name in ipairs(names) do alternatives:add(name[1], name[2]) end
  certificate:setIssuer(issuer.certificate:getSubject())
  certificate:setSubjectAlt(alternatives)
  certificate:sign(issuer.key, "sha256")
  return { key = key, certificate = certificate }
end

local function server_context(identity, protocol)
  local made = context.new(protocol or "TLS", true)
  made:setCertificate(identity.certificate)
  made:setPrivateKey(identity.key)
  return made
end

-- Without tickets: a resumed session would need a session id context, which luaossl cannot set.
local function demand_client_certificate(made, issuer)
  local trusted = store.new()
  trusted:add(issuer.certificate)
  made:setStore(trusted)
  made:setVerify(context.VERIFY_PEER + context.VERIFY_FAIL_IF_NO_PEER_CERT)
  made:setOptions(context.OP_NO_TICKET)
  return made
end

-- TLS 1.1 signs with SHA-1, which OpenSSL 3 allows at security level 0 alone.
local function allow_sha1(made)
  made:setCipherList("ALL:@SECLEVEL=0")
  return made
end

local function write_pem(path, pem)
  local file = assert(io.open(path, "w"))
  assert(file:write(pem))
  assert(file:close())
  return path
end

local LOOPBACK = { { "IP", "127.0.0.1" }, { "DNS", "localhost" } }
local ELSEWHERE = { { "DNS", "other.example" } }

--- Makes two authorities, the certificates they sign, and a TLS context for each port that wants one.
-- @tparam string folder where the PEM files go
-- @treturn table paths: `ca`, `other_ca`, `client_cert`, `client_key`
-- @treturn table contexts by port name
function certificates.make(folder)
  local trusted, unknown = authority("instar test CA"), authority("instar unknown CA")
  local server = leaf(trusted, "server", LOOPBACK)
  local client = leaf(trusted, "client", { { "DNS", "client.example" } })
  local contexts = {
    https = server_context(server),
    https_wrong_host = server_context(leaf(trusted, "wrong host", ELSEWHERE)),
    https_expired = server_context(leaf(trusted, "expired", LOOPBACK, -2 * DAY, -DAY)),
    https_unknown_ca = server_context(leaf(unknown, "unknown", LOOPBACK)),
    https_client = demand_client_certificate(server_context(server), trusted),
    https_client_tls12 = demand_client_certificate(server_context(server, "TLSv1_2"), trusted),
    https_tls11 = allow_sha1(server_context(server, "TLSv1_1")),
  }
  local files = {
    ca = write_pem(folder .. "/ca.pem", trusted.certificate:toPEM()),
    other_ca = write_pem(folder .. "/other_ca.pem", unknown.certificate:toPEM()),
    client_cert = write_pem(folder .. "/client_cert.pem", client.certificate:toPEM()),
    client_key = write_pem(folder .. "/client_key.pem", client.key:toPEM("private")),
  }
  return files, contexts
end

return certificates
