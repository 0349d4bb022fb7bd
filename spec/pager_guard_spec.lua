-- SPDX-License-Identifier: MIT
-- Lists whose service misbehaves: pages that repeat, that are empty, that are smaller than asked; and lists by cursor.

local cjson = require "cjson"
local cursors = require "instar.cursors"
local instar = require "instar"
local outcome = require "spec.support.outcome"

--- A list whose n-th answer is the n-th of a list, the last one for ever.
local function scripted(answers)
  local count = 0
  local client = instar.kakaocloud{token = "t", retries = 0, transport = function()
    count = count + 1
    if count > 200 then error("an endless loop") end
    return {status = 200, body = answers[math.min(count, #answers)]}
  end}
  return client.instance.list, function() return count end
end

local function page(total, ...)
  local items = {}
  for i, id in ipairs{...} do items[i] = ('{"id":%d}'):format(id) end
  local facts = total and (',"pagination":{"total":%d}'):format(total) or ""
  return ('{"instances":[%s]%s}'):format(table.concat(items, ","), facts)
end

describe("a list by cursor that runs in a circle", function()
  it("ends, also when it starts within", function()
    local following, count = {[""] = "A", A = "B", B = "A"}, 0
    local list = instar.acronis{base_url = "https://a.example", token = "t", transport = function(request)
      count = count + 1
      if count > 200 then error("an endless loop") end
      local at = request.url:match("[?&]after=(%w+)") or ""
      return {status = 200, body = cjson.encode{items = {{id = count}}, paging = {cursors = {after = following[at]}}}}
    end}.tenant.list
    local arguments = {lod = "basic", subtree_root_id = "x"}
    local pager = list:pages(arguments, {prefetch = 0})
    assert(pager:next())
    for _, options in ipairs{{}, {token = pager:token()}} do
      count = 0
      outcome.failed({kind = "decode"}, list:collect(arguments, options))
      assert.is_true(count <= 3)
    end
  end)
end)

for _, prefetch in ipairs{0, 1, 3} do
  describe(("with %d ahead"):format(prefetch), function()
    for name, answers in pairs{
      ["the same page again and again"] = {page(10, 1, 2)},
      ["the same page again without a total"] = {page(nil, 1, 2)},
      ["an empty page that promises more"] = {page(10, 1, 2), page(10)},
      ["an empty first page that promises more"] = {page(10)},
      ["no list where one is promised"] = {'{"pagination":{"total":5}}'},
      ["a page of null"] = {'{"instances":null,"pagination":{"total":5}}'},
    } do
      it(name .. " is an error that says so", function()
        local list, count = scripted(answers)
        local err = outcome.failed({kind = "decode"}, list:collect({limit = 2}, {prefetch = prefetch}))
        assert.is_string(err.resume)
        assert.is_true(count() <= 2 + prefetch)
        assert.is_false((pcall(function() for _ in list:each({limit = 2}, {prefetch = prefetch}) do end end))) -- luacheck: ignore
      end)
    end

    it("an empty list is no error", function()
      for _, answer in ipairs{page(0), page(nil), '{"instances":[]}', "{}"} do
        assert.same({}, assert((scripted{answer}):collect({limit = 2}, {prefetch = prefetch})))
      end
    end)

    it("smaller pages than were asked for leave nothing out", function()
      local client = instar.kakaocloud{token = "t", retries = 0, transport = function(request)
        local first, items = tonumber(request.url:match("offset=(%d+)")), {}
        for i = first + 1, math.min(first + 3, 20) do items[#items + 1] = {id = i} end
        return {status = 200, body = cjson.encode{instances = items, pagination = {total = 20}}}
      end}
      local items = assert(client.instance.list:collect({limit = 10}, {prefetch = prefetch}))
      assert.equal(20, #items)
      for i, item in ipairs(items) do assert.equal(i, item.id) end
    end)
  end)
end

describe("a list without a total", function()
  it("ends with the first page that is not full", function()
    local list, count = scripted{page(nil, 1, 2), page(nil, 3, 4), page(nil, 5)}
    assert.equal(5, #assert(list:collect({limit = 2}, {prefetch = 0})))
    assert.equal(3, count())
  end)
end)

describe("a cursor", function()
  local handed = {style = "cursor", items = "items", position = "after", next = "paging.cursors.after"}
  local keyed = {style = "cursor", items = "items", position = "startingAfterId", more = "hasMore", identity = "id"}

  --- Walks a cursor over a service's function; gives the positions, and what is wrong.
  local function walk(facts, given, answer)
    local cursor, seen = cursors.new(facts, given, {"tenant_id"}), {}
    local position = cursor.start
    while position and #seen < 100 do
      seen[#seen + 1] = position
      local body = answer(cursor:arguments(given, position))
      local problem
      position, problem = cursor:following(position, body.items, body)
      if problem then return seen, problem end
    end
    return seen
  end

  it("that is handed out stands alone, but for the path", function()
    local sent = {}
    local seen = walk(handed, {tenant_id = "t", limit = 2}, function(arguments)
      sent[#sent + 1] = arguments
      return {items = {{}}, paging = {cursors = {after = #sent < 3 and "c" .. #sent or nil}}}
    end)
    assert.same({"", "c1", "c2"}, seen)
    assert.same({{tenant_id = "t", limit = 2}, {tenant_id = "t", after = "c1"}, {tenant_id = "t", after = "c2"}}, sent)
  end)

  it("that is the last item's identity goes with the filters", function()
    local sent = {}
    local seen = walk(keyed, {limit = 1}, function(arguments)
      sent[#sent + 1] = arguments
      return {items = {{id = "i" .. #sent}}, hasMore = #sent < 2}
    end)
    assert.same({"", "i1"}, seen)
    assert.same({{limit = 1}, {limit = 1, startingAfterId = "i1"}}, sent)
  end)

  for name, row in pairs{
    ["the same for ever"] = {handed, {items = {{}}, paging = {cursors = {after = "c"}}}},
    ["empty pages that promise more"] = {handed, {items = {}, paging = {cursors = {after = "c"}}}},
    ["the same item for ever"] = {keyed, {items = {{id = "i"}}, hasMore = true}},
    ["an item without identity that promises more"] = {keyed, {items = {{}}, hasMore = true}},
    ["no item that promises more"] = {keyed, {items = {}, hasMore = true}},
  } do
    it("that finds " .. name .. " says so", function()
      local seen, problem = walk(row[1], {}, function() return row[2] end)
      assert.is_string(problem)
      assert.is_true(#seen <= 2)
    end)
  end

  it("that goes round in a ring says so", function()
    local calls = 0
    local _, problem = walk(handed, {}, function()
      calls = calls + 1
      return {items = {{n = calls}}, paging = {cursors = {after = "c" .. calls % 3}}}
    end)
    assert.is_string(problem)
    assert.is_true(calls <= 5, calls)
  end)

  it("that is empty or absent is the end", function()
    for _, following in ipairs{"", false} do
      assert.same({""}, (walk(handed, {}, function()
        return {items = {{}}, paging = {cursors = {after = following or nil}}}
      end)))
    end
    assert.same({""}, (walk(keyed, {}, function() return {items = {{id = "i"}}, hasMore = false} end)))
  end)
end)
