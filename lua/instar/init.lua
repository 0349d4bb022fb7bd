-- SPDX-License-Identifier: MIT
-- instar: the instance and report operations of Losant, KakaoCloud and Acronis.

--- Clients for three cloud services.
-- @module instar
-- @usage
-- local instar = require "instar"
-- local losant = instar.losant{token = "…"}
-- local summary, message = losant.instance.get{instanceId = "575ec8687ae143cd83dc4a97"}

local core = require "instar.core"
local credentials = require "instar.credentials"
local run = require "instar.run"
local tuple = require "instar.tuple"

local instar = {
  _VERSION = core.version,
  --- Stands for JSON's null, in arguments and in arrays of answers.
  null = core.null,
}

--- Marks a table as an array, so that it goes out as `[]` even when it is empty.
-- @function array
-- @tparam table list
-- @treturn table the same table
instar.array = core.array

local function constructor(service)
  local facts = core.service(service)
  return function(options)
    return credentials.client(facts, options)
  end
end

--- A client of the Losant Platform.
-- Without options it reads `LOSANT_API_TOKEN` and `LOSANT_API_URL`.
-- @function losant
-- @tparam[opt] table options `token`, or `email`, `password` and `twoFactorCode`; the rest is in the README
-- @treturn client
instar.losant = constructor("losant")

--- A client of KakaoCloud's Beyond Compute Service.
-- Without options it reads `KAKAOCLOUD_TOKEN`, or `KAKAOCLOUD_APPLICATION_CREDENTIAL_ID` and `…_SECRET`.
-- @function kakaocloud
-- @tparam[opt] table options `token`, or `application_credential_id` and `application_credential_secret`; `iam_url`
-- @treturn client
instar.kakaocloud = constructor("kakaocloud")

--- A client of the Acronis Cyber Platform.
-- Without options it reads `ACRONIS_BASE_URL` and `ACRONIS_TOKEN`, or `ACRONIS_CLIENT_ID` and `ACRONIS_CLIENT_SECRET`.
-- @function acronis
-- @tparam[opt] table options `base_url`, and `token` or `client_id` and `client_secret`; `router_url`
-- @treturn client
instar.acronis = constructor("acronis")

core.adopt(constructor)
run.install()

-- Parts that many programs never use are loaded when they are first asked for.

local parts = {sandbox = "instar.sandbox", loop = "instar.loop", progress = "instar.progress"}

local methods_of = {
  ["instar.call"] = {"async"}, ["instar.pager"] = {"each", "pages", "collect"}, ["instar.wait"] = {"wait"},
}

local _, methods = core.class("instar.operation")

--- A method of operations that loads its module, which puts the real one in its place.
local function loader(path, name)
  return function(...)
    require(path).install()
    local results = tuple.pack(methods[name](...))
    return tuple.unpack(results, 1, results.n)
  end
end

for path, names in pairs(methods_of) do
  for _, name in ipairs(names) do methods[name] = loader(path, name) end
end

--- Calls a function for each item of a list, many at once.
-- @function map
-- @see instar.parallel
function instar.map(...)
  local results, message, err = require("instar.parallel").map(...)
  return results, message, err
end

--- Calls many functions at once.
-- @function all
-- @see instar.parallel
function instar.all(...)
  local results, message, err = require("instar.parallel").all(...)
  return results, message, err
end

return setmetatable(instar, {
  __index = function(module, name)
    local path = parts[name]
    if not path then return nil end
    local part = require(path)
    rawset(module, name, part)
    return part
  end,
})
