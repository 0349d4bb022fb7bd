-- SPDX-License-Identifier: MIT
-- luasocket and luasec (Lua 5.1), in their documented use. What that means: doc/performance.md.

local cjson = require "cjson.safe"
local common = require "workers.common"
local http = require "socket.http"
local https = require "ssl.https"
local ltn12 = require "ltn12"

-- A function that gets a path and decodes the answer.
local function getter(options, headers)
  local module = options.base:match("^https:") and https or http
  return function(path)
    local pieces = {}
    local request = {url = options.base .. path, headers = headers, sink = ltn12.sink.table(pieces)}
    if options.ca then
      request.cafile, request.verify = options.ca, "peer"
    end
    local done, status = module.request(request)
    assert(done and status == 200, status)
    return assert(cjson.decode(table.concat(pieces)))
  end
end

local works = {}

function works.get(options)
  if options.parallel > 1 then common.not_supported() end
  local get = getter(options, common.HEADERS)
  local function one() return get(common.GET_PATH) end
  one()
  common.measure(function() return common.gets(options.count, one) end)
end

works.connect = works.get

function works.start(options)
  local get = getter(options, common.HEADERS)
  print("check=" .. #get(common.GET_PATH).name)
end

function works.pages(options)
  local get = getter(options, common.PAGE_HEADERS)
  get(common.page_path(0))
  common.measure(function() return common.pages(options.count, get) end)
end

common.run(works, arg)
