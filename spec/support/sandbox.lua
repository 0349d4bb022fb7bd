-- SPDX-License-Identifier: MIT
-- A sandbox for one spec after the other: a fresh box, a clock that stands still, requests in one line.

local cjson = require "cjson"
local sandbox = require "instar.sandbox"

local bench = {
  INSTANCE = "/instances/575ec8687ae143cd83dc4a97",
  MACHINES = "/api/v1/instances",
  MACHINE = "/api/v1/instances/6f1c0e3a-8b52-4b5e-9c4d-0a1b2c3d4e5f",
  REPORT = "/api/2/reports/20dffb36-d77b-45c6-b2fa-39276e98d5fc",
  START = 1767225600, -- 2026-01-01T00:00:00Z
}

--- Headers with a token that never expires, by service.
bench.authorization = {
  losant = { authorization = "Bearer " .. sandbox.credentials.losant.token },
  kakaocloud = { ["x-auth-token"] = sandbox.credentials.kakaocloud.token },
  acronis = { authorization = "Bearer " .. sandbox.credentials.acronis.token },
}

--- Sets the clock to START, or so many seconds later.
function bench.at(seconds)
  bench.now = bench.START + seconds
end

--- Starts over with a new box.
-- @tparam[opt] table options of `sandbox.new`, beside the clock
function bench.reset(options)
  bench.at(0)
  local all = { clock = function() return bench.now end }
  for name, value in pairs(options or {}) do all[name] = value end
  bench.box = sandbox.new(all)
end

local function service_of(path)
  return path:find("^/api/v1/") and "kakaocloud" or path:find("^/api/") and "acronis" or "losant"
end

--- Sends a request; a body goes as JSON unless the headers say otherwise.
-- @tparam[opt] table headers by default the service's token
-- @treturn table the response
-- @return its body decoded, if it is JSON
function bench.send(method, path, body, headers)
  local all = {}
  for name, value in pairs(headers or bench.authorization[service_of(path)]) do all[name] = value end
  if body and not all["content-type"] then all["content-type"] = "application/json" end
  local response = bench.box{ method = method, url = "http://sandbox.test" .. path, headers = all, body = body }
  local is_json = response.headers["content-type"] == "application/json" and response.body ~= ""
  return response, is_json and cjson.decode(response.body)
end

--- Sends a request.
-- @treturn number the status
function bench.status(...)
  return bench.send(...).status
end

return bench
