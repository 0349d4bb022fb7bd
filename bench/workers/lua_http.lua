-- SPDX-License-Identifier: MIT
-- lua-http (Lua 5.1), with connections kept by hand. Why: doc/performance.md.

local cjson = require "cjson.safe"
local client = require "http.client"
local common = require "workers.common"
local cqueues = require "cqueues"
local http_request = require "http.request"
local http_tls = require "http.tls"
local store = require "openssl.x509.store"

-- What to connect to, as client.connect takes it, with the headers of a GET.
local function destination(options, path, headers)
  local request = http_request.new_from_uri(options.base .. path)
  for name, value in pairs(headers) do
    request.headers:upsert(name:lower(), value)
  end
  local context
  if options.ca then
    context = http_tls.new_client_context()
    context:setStore(store.new():add(options.ca))
  end
  return {
    host = request.host, port = request.port, tls = request.tls, ctx = context, version = 1.1,
    headers = request.headers,
  }
end

local function get(connection, headers)
  local stream = assert(connection:new_stream())
  assert(stream:write_headers(headers, true))
  local status = assert(stream:get_headers()):get(":status")
  assert(status == "200", status)
  return assert(cjson.decode((assert(stream:get_body_as_string()))))
end

-- Runs coroutines in a loop, numbered from 1, until all have ended.
local function concurrently(parallel, work)
  local loop = cqueues.new()
  for number = 1, parallel do
    loop:wrap(work, number)
  end
  assert(loop:loop())
end

-- What a function returns that runs in the loop by itself.
local function inside(work)
  local result
  concurrently(1, function() result = work() end)
  return result
end

-- `parallel` connections, each of which has got once.
local function connections_to(to, parallel)
  local connections = {}
  concurrently(parallel, function(number)
    connections[number] = assert(client.connect(to))
    get(connections[number], to.headers)
  end)
  return connections
end

-- Gets by a coroutine for each connection.
local function gets(count, to, connections)
  local left, sum = count, 0
  concurrently(#connections, function(number)
    while left > 0 do
      left = left - 1
      local length = #get(connections[number], to.headers).name -- apart from the sum, which others change meanwhile
      sum = sum + length
    end
  end)
  return sum
end

local works = {}

function works.get(options)
  local to = destination(options, common.GET_PATH, common.HEADERS)
  local connections = connections_to(to, options.parallel)
  common.measure(function() return gets(options.count, to, connections) end)
end

function works.start(options)
  local to = destination(options, common.GET_PATH, common.HEADERS)
  print("check=" .. #get(assert(client.connect(to)), to.headers).name)
end

function works.connect(options)
  local to = destination(options, common.GET_PATH, common.HEADERS)
  local function one()
    local connection = assert(client.connect(to))
    local answer = get(connection, to.headers)
    connection:close()
    return answer
  end
  one()
  common.measure(function()
    return inside(function() return common.gets(options.count, one) end)
  end)
end

function works.pages(options)
  local to = destination(options, common.page_path(0), common.PAGE_HEADERS)
  local connection = assert(client.connect(to))
  local function page(path)
    to.headers:upsert(":path", path)
    return get(connection, to.headers)
  end
  page(common.page_path(0))
  common.measure(function()
    return inside(function() return common.pages(options.count, page) end)
  end)
end

common.run(works, arg)
