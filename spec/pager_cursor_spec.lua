-- SPDX-License-Identifier: MIT
-- Lists whose pages are found by cursors, through their operations.

local cjson = require "cjson"
local instar = require "instar"
local outcome = require "spec.support.outcome"

--- Tenants "1" … "7", three a page, behind cursors that the service hands out.
local function tenants(asked)
  local options = {base_url = "https://a.example/api/2", token = "t", retries = 0}
  function options.transport(request)
    table.insert(asked, request.url:match("/tenants(.*)$"))
    local first, items = tonumber(request.url:match("after=c(%d+)") or 0), {}
    for i = first + 1, math.min(first + 3, 7) do items[#items + 1] = {id = tostring(i)} end
    local following = first + 3 < 7 and {cursors = {after = "c" .. first + 3}} or {cursors = cjson.empty_array}
    return {status = 200, body = cjson.encode{items = items, paging = following}}
  end
  return instar.acronis(options).tenant
end

local function sandboxes(asked)
  local client = instar.losant{token = "t", retries = 0, transport = function(request)
    table.insert(asked, request.url:match("startingAfterId=([^&]+)") or "first")
    local first, items = tonumber(request.url:match("startingAfterId=s(%d+)") or 0), {}
    for i = first + 1, math.min(first + 2, 5) do items[#items + 1] = {id = "s" .. i} end
    return {status = 200, body = cjson.encode{items = items, hasMore = first + 2 < 5}}
  end}
  return client.instance_sandboxes.get
end

for _, prefetch in ipairs{0, 1, 3} do
  it(("a list by handed-out cursors comes whole and in order, %d ahead"):format(prefetch), function()
    local asked, ids = {}, {}
    for tenant in tenants(asked).list:each({limit = 3, parent_id = "p"}, {prefetch = prefetch}) do
      ids[#ids + 1] = tenant.id
    end
    assert.equal("1 2 3 4 5 6 7", table.concat(ids, " "))
    assert.same({3, "?after=c3", "?after=c6"}, {#asked, asked[2], asked[3]})
    assert.is_truthy(asked[1]:find("parent_id=p", 1, true))
    assert.equal(7, #assert(tenants({}).list_children:collect("t", {}, {prefetch = prefetch})))
  end)

  it(("a list by the last item's identity comes whole and in order, %d ahead"):format(prefetch), function()
    local asked, ids = {}, {}
    for item in sandboxes(asked):each({instanceId = "x", limit = 2}, {prefetch = prefetch}) do
      ids[#ids + 1] = item.id
    end
    assert.equal("s1 s2 s3 s4 s5", table.concat(ids, " "))
    assert.same({"first", "s2", "s4"}, asked)
  end)
end

it("a token goes on at the item", function()
  for taken = 0, 7 do
    local pager, ids = tenants({}).list:each{limit = 3}, {}
    for _ = 1, taken do ids[#ids + 1] = pager:next().id end
    for _, tenant in ipairs(assert(tenants({}).list:collect({limit = 3}, {token = pager:token()}))) do
      ids[#ids + 1] = tenant.id
    end
    assert.equal("1 2 3 4 5 6 7", table.concat(ids, " "))
  end
end)

it("a cursor that comes back for ever is an error", function()
  local client = instar.acronis{base_url = "https://a.example/api/2", token = "t", retries = 0, transport = function()
    return {status = 200, body = '{"items":[{"id":"1"}],"paging":{"cursors":{"after":"same"}}}'}
  end}
  outcome.failed({kind = "decode"}, client.user.list:collect{})
end)
