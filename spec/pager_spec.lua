-- SPDX-License-Identifier: MIT
-- Lists in pages: each, pages, collect, next, token.

local child = require "spec.support.child"
local cjson = require "cjson"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local scheduler = require "instar.scheduler"
local server = require "spec.support.server".start()

-- Two services with a list of so many items, as a transport; `asked` logs the positions.
local styles = {
  offset = function(state, url)
    local offset, limit = tonumber(url:match("[?&]offset=(%d+)") or 0), tonumber(url:match("[?&]limit=(%d+)") or 20)
    return offset, math.min(limit, state.most or limit), "instances", function(items)
      return {instances = items, pagination = {total = state.total}}
    end
  end,
  page = function(state, url)
    local page, size = tonumber(url:match("[?&]page=(%d+)") or 0), tonumber(url:match("[?&]perPage=(%d+)") or 100)
    return page * size, size, "items", function(items) return {items = items, totalCount = state.total} end
  end,
}

local function service(style, total)
  local state = {total = total, asked = {}, open = true}
  local function transport(request)
    local first, size, _, wrap = styles[style](state, request.url)
    table.insert(state.asked, first)
    while not state.open do coroutine.yield() end
    if state.fail_at == first then return {status = 400, body = "{}"} end
    local items = {}
    for i = first + 1, math.min(first + size, state.total) do items[#items + 1] = {id = i} end
    return {status = 200, body = cjson.encode(wrap(#items > 0 and items or cjson.empty_array))}
  end
  local client = style == "offset" and instar.kakaocloud or instar.losant
  state.client = client{token = "t", retries = 0, transport = transport}
  state.list = style == "offset" and state.client.instance.list or state.client.instance.historical_summaries
  function state.arguments(size)
    return style == "offset" and {limit = size} or {instanceId = "x", perPage = size}
  end
  return state
end

local function ids(items)
  local text = {}
  for i, item in ipairs(items) do text[i] = ("%d"):format(item.id) end
  return table.concat(text, " ")
end

local function upto(count)
  local list = {}
  for i = 1, count do list[i] = {id = i} end
  return ids(list)
end

local function collect()
  for _ = 1, 4 do collectgarbage() end
end

for style in pairs(styles) do
  describe("a list by " .. style, function()
    for _, total in ipairs{1, 9, 10, 11, 35} do
      for _, prefetch in ipairs{0, 1, 4} do
        it(("of %d comes whole and in order, %d ahead, in every way"):format(total, prefetch), function()
          local pages = math.ceil(total / 10)
          local state, options = service(style, total), {prefetch = prefetch}
          local items = {}
          for item in state.list:each(state.arguments(10), options) do items[#items + 1] = item end
          assert.equal(upto(total), ids(items))
          if prefetch < 2 then assert.equal(pages, #state.asked) end
          assert.equal(upto(total), ids(assert(state.list:collect(state.arguments(10), options))))
          local count = 0
          for page in state.list:pages(state.arguments(10), options) do
            count = count + #(page.items or page.instances)
          end
          assert.equal(total, count)
        end)
      end
    end

    it("ahead asks for so many pages, and for none before it must", function()
      for prefetch, expected in pairs{[0] = 1, [1] = 2, [3] = 4} do
        local state = service(style, 100)
        local pager = state.list:pages(state.arguments(10), {prefetch = prefetch})
        assert.equal(0, #state.asked)
        assert(pager:next())
        for _ = 1, 20 do scheduler.turn(0) end
        assert.equal(expected, #state.asked)
        pager:close()
      end
    end)

    it("stops after max items, and asks for no more", function()
      for max, expected in pairs{[0] = 0, [1] = 1, [10] = 1, [11] = 2, [20] = 2} do
        local state = service(style, 100)
        assert.equal(upto(max), ids(assert(state.list:collect(state.arguments(10), {max = max, prefetch = 0}))))
        assert.equal(expected, #state.asked)
      end
    end)

    for _, total in ipairs{30, 40, 15} do
      it("takes a total that becomes " .. total, function()
        local state, items = service(style, 25), {}
        for item in state.list:each(state.arguments(10), {prefetch = 0}) do
          items[#items + 1] = item
          state.total = total
        end
        assert.equal(upto(total), ids(items))
      end)
    end

    it("goes on from a token, at the item", function()
      for _, taken in ipairs{0, 1, 9, 10, 11, 24} do
        local state, items = service(style, 25), {}
        local pager = state.list:each(state.arguments(10))
        for _ = 1, taken do items[#items + 1] = pager:next() end
        local rest = assert(state.list:collect(state.arguments(10), {token = pager:token()}))
        for _, item in ipairs(rest) do items[#items + 1] = item end
        assert.equal(upto(25), ids(items))
      end
    end)

    it("that was read to its end has a token of its end", function()
      local state = service(style, 25)
      local pager = state.list:each(state.arguments(10))
      while pager:next() do end
      assert.same({}, assert(state.list:collect(state.arguments(10), {token = pager:token()})))
      assert.is_nil(pager:next())
    end)

    it("raises in a loop what next and collect return, and tells where to go on", function()
      local state = service(style, 35)
      state.fail_at = 20
      local items = {}
      local ok, err = pcall(function()
        for item in state.list:each(state.arguments(10)) do items[#items + 1] = item end
      end)
      assert.same({false, "http", 400}, {ok, err.kind, err.status})
      assert.equal(upto(20), ids(items))
      local failed = outcome.failed({status = 400}, state.list:collect(state.arguments(10)))
      state.fail_at = nil
      local rest = assert(state.list:collect(state.arguments(10), {token = failed.resume}))
      assert.same({21, 35}, {rest[1].id, rest[#rest].id})
      local pager = state.list:pages(state.arguments(10))
      state.fail_at = 0
      for _ = 1, 2 do outcome.failed({status = 400}, pager:next()) end
      state.fail_at = nil
      assert.is_table(pager:next())
    end)
  end)
end

describe("max", function()
  for _, style in ipairs{"page", "offset"} do
    it("that ends with a page leaves a token of what follows, by " .. style, function()
      local state, items = service(style, 25), {}
      local token
      repeat
        local pager, before = state.list:each(state.arguments(5), {max = 5, token = token}), #items
        for item in pager do items[#items + 1] = item end
        token = pager:token()
      until #items == before
      assert.equal(upto(25), ids(items))
    end)

    it("counts the items behind a token, by " .. style, function()
      local state = service(style, 25)
      local pager = state.list:each(state.arguments(10))
      for _ = 1, 8 do pager:next() end
      local seen
      local rest = assert(state.list:collect(state.arguments(10),
        {token = pager:token(), max = 5, progress = function(done, total) seen = {done, total} end}))
      assert.same({5, 9, 13}, {#rest, rest[1].id, rest[5].id})
      assert.same({5, 5}, seen)
    end)
  end

  it("of 0 asks for nothing", function()
    local state = service("offset", 25)
    assert.is_nil((state.list:pages(state.arguments(10), {max = 0}):next()))
    assert.same({}, assert(state.list:collect(state.arguments(10), {max = 0})))
    assert.equal(0, #state.asked)
  end)
end)

describe("a mistake", function()
  it("in where an option stands is told", function()
    for _, option in ipairs{"max", "prefetch", "token", "progress"} do
      local list = service("offset", 5).list
      local ok, message = pcall(list.each, list, {limit = 5, [option] = 5})
      assert.is_false(ok)
      assert.is_truthy(message:find("'" .. option .. "' is an option and belongs in a second table", 1, true), message)
    end
  end)

  it("in how a method is called is told", function()
    local list = service("offset", 5).list
    for _, call in ipairs{
      function() list.each{} end, function() list.collect{} end, function() list.async{} end,
      function() list.wait("x", {status = "active"}) end, function() list:each{}.next() end,
      function() list:async{}.wait() end,
    } do
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.is_truthy(message:find("spec/pager_spec", 1, true) and message:find("with a colon", 1, true), message)
    end
  end)
end)

describe("a list that has failed", function()
  it("goes on where it was", function()
    for _, taken in ipairs{0, 3} do
      local state = service("page", 25)
      local pager = state.list:each(state.arguments(5))
      for _ = 1, taken do pager:next() end
      local token = pager:token()
      state.fail_at = 0
      local resume = outcome.failed({status = 400}, state.list:collect(state.arguments(5), {token = token})).resume
      state.fail_at = nil
      local rest = assert(state.list:collect(state.arguments(5), {token = resume}))
      assert.equal(taken + 1, rest[1].id)
    end
  end)

  it("asks again for the page that failed", function()
    local state = service("offset", 25)
    local pager, items, failures = state.list:each(state.arguments(5), {prefetch = 0}), {}, 0
    state.fail_at = 10
    while true do
      local item, _, err = pager:next()
      if err then
        failures, state.fail_at = failures + 1, nil
      elseif item == nil then
        break
      else
        items[#items + 1] = item
      end
    end
    assert.equal(1, failures)
    assert.equal(upto(25), ids(items))
  end)

  it("as a whole keeps what came before", function()
    local state = service("page", 25)
    state.fail_at = 10
    local err = outcome.failed({status = 400}, state.list:collect(state.arguments(5), {prefetch = 0}))
    assert.equal(upto(10), ids(err.items))
    state.fail_at = nil
    for _, item in ipairs(assert(state.list:collect(state.arguments(5), {token = err.resume}))) do
      table.insert(err.items, item)
    end
    assert.equal(upto(25), ids(err.items))
  end)

  it("loses no page to a progress function that fails", function()
    local state, calls = service("offset", 25), 0
    local err = outcome.failed({kind = "aborted"}, state.list:collect(state.arguments(5), {progress = function()
      calls = calls + 1
      if calls == 2 then error("boom") end
    end}))
    local rest = assert(state.list:collect(state.arguments(5), {token = err.resume}))
    assert.equal(6, rest[1].id)
  end)
end)

describe("a progress function", function()
  --- A list whose progress function calls another service, which waits until `state.open`.
  local function calling(state)
    state.open = false
    local other = instar.losant{token = "t", retries = 0, transport = function()
      for _ = 1, 1000 do
        if state.open then return {status = 200, body = "{}"} end
        coroutine.yield()
      end
    end}
    return function() assert(other.instance.get("x")) end
  end

  it("that calls lets nobody else read the same page again", function()
    local state, other = service("offset", 15), service("offset", 1)
    local pager = state.list:each(state.arguments(5), {prefetch = 0, progress = calling(other)})
    local items = {}
    assert(instar.all{
      function()
        for item in pager do items[#items + 1] = item end
        return true
      end,
      function()
        while #state.asked == 0 do coroutine.yield() end
        coroutine.yield()
        local ok, message = pcall(function() return pager:next() end)
        other.open = true
        assert(not ok and message:find("is being read already", 1, true), message)
        return true
      end,
    })
    assert.equal(upto(15), ids(items))
  end)

  it("that closes the list has nothing more asked for", function()
    local state, pager = service("offset", 15), nil
    pager = state.list:each(state.arguments(5), {progress = function() pager:close() end})
    pager:next()
    for _ = 1, 5 do scheduler.turn(0) end
    assert.same({0}, state.asked)
  end)

  it("is given whole numbers, behind a token too", function()
    local state, seen = service("page", 12), {}
    local function progress(...) for _, count in ipairs{...} do seen[#seen + 1] = tostring(count) end end
    local pager = state.list:each(state.arguments(5))
    for _ = 1, 3 do pager:next() end
    state.list:collect(state.arguments(5), {token = pager:token(), progress = progress})
    assert.same({"2", "9", "7", "9", "9", "9"}, seen)
  end)
end)

describe("a token", function()
  for _, told in ipairs{true, false} do
    it(("knows that pages are smaller than was asked for, %s"):format(told and "as told" or "as seen"), function()
      local list = instar.losant{token = "t", retries = 0, transport = function(request)
        local first, items = tonumber(request.url:match("[?&]page=(%d+)") or 0) * 5, {}
        for i = first + 1, math.min(first + 5, 22) do items[#items + 1] = {id = i} end
        return {status = 200, body = cjson.encode{items = items, totalCount = 22, perPage = told and 5 or nil}}
      end}.instance.historical_summaries
      local arguments = {instanceId = "x", perPage = 10}
      for taken = 0, 22 do
        local pager, items = list:each(arguments, {prefetch = 2}), {}
        for i = 1, taken do items[i] = assert(pager:next()) end
        for _, item in ipairs(assert(list:collect(arguments, {token = pager:token()}))) do items[#items + 1] = item end
        assert.equal(upto(22), ids(items))
      end
      if told then
        local rest = assert(list:collect{instanceId = "x", perPage = 10, page = 2})
        assert.same({11, 12}, {rest[1].id, #rest})
      end
    end)
  end

  it("into a page that has become shorter goes on behind it", function()
    local state, told = service("page", 18), {}
    local pager = state.list:each(state.arguments(10))
    for _ = 1, 17 do pager:next() end
    state.total = 14
    local rest = assert(state.list:collect(state.arguments(10), {token = pager:token(), progress = function(seen, total)
      told = {seen, total}
    end}))
    assert.same({0, {0, 0}}, {#rest, told})
  end)

  it("asks for nothing when nothing is wanted", function()
    local state = service("page", 18)
    local pager = state.list:each(state.arguments(10))
    for _ = 1, 4 do pager:next() end
    local count = #state.asked
    assert.is_nil((state.list:pages(state.arguments(10), {max = 0, token = pager:token()}):next()))
    assert.equal(count, #state.asked)
  end)

  it("of another list, or of pages of another size, is a mistake", function()
    local state, other = service("page", 25), service("offset", 25)
    local pager = state.list:each(state.arguments(10))
    pager:next()
    local ok, message = pcall(other.list.each, other.list, other.arguments(10), {token = pager:token()})
    assert.is_false(ok)
    assert.is_truthy(message:find("no token of a pager of this list", 1, true), message)
    ok, message = pcall(state.list.each, state.list, state.arguments(5), {token = pager:token()})
    assert.is_false(ok)
    assert.is_truthy(message:find("of pages of another size", 1, true), message)
  end)

  it("is good in another process", function()
    local state = service("offset", 7)
    local pager = state.list:each{limit = 3}
    for _ = 1, 4 do pager:next() end
    local output, status = child.run([[
      local token = ...
      local client = require "instar".kakaocloud{token = "t", transport = function(request)
        local first = tonumber(request.url:match("offset=(%d+)"))
        local items = {}
        for i = first + 1, math.min(first + 3, 7) do items[#items + 1] = '{"id":' .. i .. '}' end
        return {status = 200, body = '{"pagination":{"total":7},"instances":[' .. table.concat(items, ",") .. ']}'}
      end}
      for item in client.instance.list:each({limit = 3}, {token = token}) do io.write(("%d "):format(item.id)) end]],
      nil, pager:token())
    assert.same({"5 6 7 ", 0}, {output, status})
  end)

  for name, text in pairs{["no JSON"] = "x", empty = "", ["a number"] = "5", ["an empty table"] = "{}"} do
    it("that is " .. name .. " is a mistake", function()
      local ok, message = pcall(function() return service("offset", 1).list:each({}, {token = text}) end)
      assert.is_false(ok)
      assert.is_truthy(tostring(message):find("token", 1, true), message)
    end)
  end
end)

describe("leaving a loop", function()
  before_each(function() server:reset() end)

  local first = {body = '{"instances":[{"id":1}],"pagination":{"total":3}}'}

  local function list()
    local client = instar.kakaocloud{base_url = server:url("http"), token = "t", retries = 0}
    return client.instance.list
  end

  --- Waits until the request for the page ahead has arrived.
  local function arrive()
    for _ = 1, 500 do
      if #server:requests() == 2 then return end
      scheduler.turn(0.005)
    end
    error("the page ahead was not asked for")
  end

  for name, leave in pairs{
    ["by break"] = function()
      for _ in list():each{limit = 1} do -- luacheck: ignore 512
        arrive()
        break
      end
    end,
    ["by an error"] = function()
      pcall(function()
        for _ in list():each{limit = 1} do
          arrive()
          error("x")
        end
      end)
    end,
    ["by close"] = function()
      local pager = list():pages{limit = 1}
      assert(pager:next())
      arrive()
      pager:close()
      assert.is_nil(pager:next())
    end,
  } do
    it(name .. " cancels the page ahead", function()
      server:queue(first, {hang = "before_headers"})
      leave()
      collect()
      scheduler.turn(0)
      server:wait{closed = 1}
    end)
  end
end)

describe("a mistake", function()
  local state = service("offset", 1)
  for name, row in pairs{
    ["an argument that is unknown"] = {{nonsense = 1}, nil, "nonsense"},
    ["prefetch of -1"] = {{}, {prefetch = -1}, "prefetch"},
    ["half a max"] = {{}, {max = 1.5}, "max"}, ["options that are no table"] = {{}, 5, "options"},
    ["an option that is unknown"] = {{}, {pretetch = 1}, "pretetch"},
    ["a token that is a number"] = {{}, {token = 1}, "token"},
  } do
    for _, way in ipairs{"each", "pages", "collect"} do
      it(("in %s raises before anything is sent: %s"):format(way, name), function()
        local ok, message = pcall(function() return state.list[way](state.list, row[1], row[2]) end)
        assert.is_false(ok)
        assert.is_truthy(tostring(message):find(row[3], 1, true), message)
        assert.equal(0, #state.asked)
      end)
    end
  end

  it("is to read in pages what has none", function()
    local ok, message = pcall(function() return state.client.instance.get:each("x") end)
    assert.is_false(ok)
    assert.is_truthy(tostring(message):find("pages", 1, true), message)
  end)
end)
