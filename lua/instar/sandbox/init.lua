-- SPDX-License-Identifier: MIT
-- The three services in small, for tests and first steps: in process, or behind a real HTTP server.

--- A sandbox of the three services.
--
-- A box is a function from request to response with a state of its own:
--
--     local sandbox = require "instar.sandbox"
--     local box = sandbox.new()
--     local response = box{ method = "GET", url = "http://sandbox/instances/575ec8687ae143cd83dc4a97",
--                           headers = { authorization = "Bearer " .. sandbox.credentials.losant.token } }
--
-- Requests are `{method=, url=, headers= {lower-case name = value}, body= string or nil}`, responses
-- `{status=, headers= {lower-case name = value}, body= string}`. Hosts do not matter: the path decides which
-- service answers.
-- @module instar.sandbox

local box = require "instar.sandbox.box"

local sandbox = {}

--- The accepted credentials by service, as client options: `sandbox.credentials.losant.token`, …
sandbox.credentials = require "instar.sandbox.credentials"

--- A new box. Call it with a request; `box:reset()` brings the first state back.
-- @function new
-- @tparam[opt] table options
--   `clock`: function that gives epoch seconds, default the system's;
--   `build_seconds`: how long instances and reports take, default 2;
--   `token_seconds`: how long issued tokens live, default the service's own time (Losant: without end unless the
--   login says `tokenTTL`);
--   `faults`: function(request) that gives a response to answer instead, or nil
-- @treturn table the box
-- @raise on unknown options and wrong types
sandbox.new = box.new

--- A function for the client option `transport`.
-- @tparam[opt] table a_box a new one by default
-- @treturn function from request to response
-- @usage local client = instar.losant{ token = sandbox.credentials.losant.token, transport = sandbox.transport() }
function sandbox.transport(a_box)
  a_box = a_box or box.new()
  return function(request)
    return a_box(request)
  end
end

local base_paths = { losant = "", kakaocloud = "", acronis = "/api/2" }

--- The `base_url` for a client of a service whose server has this root.
-- @tparam string service `losant`, `kakaocloud` or `acronis`
-- @tparam string root such as `http://127.0.0.1:1234`
-- @treturn string
function sandbox.base_url(service, root)
  local path = base_paths[service] or error("unknown service: " .. tostring(service), 2)
  return root:gsub("/+$", "") .. path
end

--- Run an HTTP server (HTTP/1.1 and HTTP/2) until it is stopped. Needs lua-http.
-- @tparam table options
--   `host`: default `127.0.0.1`; `port`: default 0, any free one;
--   `tls`: `{cert=, key=}` as PEM text or file names, or true for a certificate made on the fly;
--   `box`: default a new one;
--   `on_ready`: function(root, certificate), called when it listens; the certificate is PEM text, with TLS only;
--   `until_eof`: stop when standard input ends
-- @raise without lua-http, and when it cannot listen
function sandbox.serve(options)
  local server = require "instar.sandbox.server"
  server.serve(options or {})
end

return sandbox
