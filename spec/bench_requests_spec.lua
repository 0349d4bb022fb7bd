-- SPDX-License-Identifier: MIT
-- The measurements compare equal requests: what instar sends is what the limit and the peers have written down.

local instar = require "instar"
local server = require "spec.support.server".start()
local text = require "bench.text"

-- The workers' clock is built with the measurements alone; nothing looks at it here.
package.loaded.bench_clock = package.loaded.bench_clock or {}
package.path = package.path .. ";./bench/?.lua"
local common = require "workers.common"

local ID = "575ec8687ae143cd83dc4a97"

local CALLS = {
  get = {headers = common.HEADERS, path = common.GET_PATH, call = function(options)
    return instar.losant(options).instance.get{instanceId = ID}
  end},
  pages = {headers = common.PAGE_HEADERS, path = common.page_path(3), call = function(options)
    return instar.kakaocloud(options).instance.list{limit = common.PAGE_SIZE, offset = 3 * common.PAGE_SIZE}
  end},
}

-- Where those not written in Lua have them: how a header is written, in which lists, and pieces of the paths.
local SOURCES = {
  {
    file = "bench/limit/transfer.c", pair = '"([%w-]+): ([^"]*)"',
    get = {"instance_headers%[%] = (%b{})"}, pages = {"page_headers%[%] = (%b{})"},
    paths = {'"/instances/' .. ID .. '"', '"_actions=false&_links=true&_embedded=true"', '"/api/v1/instances"'},
  },
  {
    file = "bench/workers/curl.sh", pair = "%-H '([%w-]+): ([^']*)'",
    get = {"COMMON_HEADERS=(%b())", "GET_HEADERS=(%b())"}, pages = {"COMMON_HEADERS=(%b())", "PAGE_HEADERS=(%b())"},
    paths = {"'" .. common.GET_PATH .. "'", "'/api/v1/instances?limit=100&offset='"},
  },
  {
    file = "bench/workers/python_requests.py", pair = '"([%w-]+)": "([^"]*)"',
    get = {"COMMON_HEADERS = (%b{})", "\nHEADERS = (%b{})"},
    pages = {"COMMON_HEADERS = (%b{})", "PAGE_HEADERS = (%b{})"},
    paths = {'"' .. common.GET_PATH .. '"', '"/api/v1/instances?limit={size}&offset={offset}"'},
  },
}

local function headers_in(source, blocks, pair)
  local headers = {}
  for _, block in ipairs(blocks) do
    for name, value in assert(source:match(block), block):gmatch(pair) do headers[name] = value end
  end
  return headers
end

local function lowered(headers)
  local result = {}
  for name, value in pairs(headers) do result[name:lower()] = value end
  return result
end

for work, case in pairs(CALLS) do
  describe("the request of " .. work, function()
    local sent

    setup(function()
      server:reset()
      server:queue{headers = {["Content-Type"] = "application/json"}, body = "{}"}
      case.call{base_url = server:url("http"), token = "token", retries = 0}
      sent = server:only_request()
    end)

    it("is instar's in the workers in Lua", function()
      local headers = {}
      for _, pair in ipairs(sent.headers) do headers[pair[1]:lower()] = pair[2] end
      headers.host = nil
      assert.same(lowered(case.headers), headers)
      assert.equal(case.path, sent.target)
    end)

    for _, source in ipairs(SOURCES) do
      it("is the same in " .. source.file, function()
        local content = text.read(source.file)
        assert.same(lowered(case.headers), lowered(headers_in(content, source[work], source.pair)))
        for _, piece in ipairs(source.paths) do assert.is_truthy(content:find(piece, 1, true), piece) end
      end)
    end
  end)
end
