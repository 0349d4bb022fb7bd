-- SPDX-License-Identifier: MIT
-- The progress line.

local instar = require "instar"

local function stream()
  local written = {}
  return {
    write = function(_, ...) for _, text in ipairs{...} do table.insert(written, text) end end,
    flush = function() end,
    text = function() return table.concat(written) end,
  }
end

describe("a progress line", function()
  it("shows how far it is", function()
    for _, row in ipairs{
      {0, 10, "files [                        ]   0 % 0 of 10"},
      {5, 10, "files [############            ]  50 % 5 of 10"},
      {10, 10, "files [########################] 100 % 10 of 10"},
      {12, 10, "files [########################] 100 % 12 of 10"},
      {7, nil, "files 7"}, {7, 0, "files 7"},
    } do
      local out = stream()
      instar.progress("files", {stream = out, visible = true}):update(row[1], row[2])
      assert.equal("\r\27[K" .. row[3], out.text())
    end
  end)

  it("ends with what was last told, and a new line, once", function()
    local out = stream()
    local progress = instar.progress("x", {stream = out, visible = true})
    for i = 1, 3 do progress(i, 4) end
    progress:finish()
    progress:finish()
    progress(4, 4)
    local text = out.text()
    assert.is_truthy(text:find("3 of 4\n$"))
    assert.is_nil(text:find("4 of 4", 1, true))
  end)

  it("that is not visible writes nothing", function()
    local out = stream()
    local progress = instar.progress("x", {stream = out, visible = false})
    progress(1, 2)
    progress:finish()
    assert.equal("", out.text())
  end)

  it("that never drew ends without a word", function()
    local out = stream()
    instar.progress("x", {stream = out, visible = true}):finish()
    assert.equal("", out.text())
  end)

  it("stands as the progress of map", function()
    local out = stream()
    local progress = instar.progress("squares", {stream = out, visible = true})
    assert.same({1, 4, 9, n = 3}, instar.map({1, 2, 3}, function(i) return i * i end, {progress = progress}))
    progress:finish()
    assert.is_truthy(out.text():find("100 %% 3 of 3\n$"))
  end)

  -- A list of 25 instances in pages of 10; positions behind which nothing is promised have no total.
  local function machines()
    return instar.kakaocloud{token = "t", transport = function(request)
      local offset = tonumber(request.url:match("offset=(%d+)")) or 0
      local items = {}
      for i = offset + 1, math.min(offset + 10, 25) do items[#items + 1] = ('{"id":"%d"}'):format(i) end
      return {status = 200, body = ('{"instances":[%s],"pagination":{"total":25}}'):format(table.concat(items, ","))}
    end}.instance.list
  end

  --- What a progress function is told, as text.
  local function told(read)
    local all = {}
    read(function(done, total) table.insert(all, ("%s/%s"):format(done, total)) end)
    return (table.concat(all, " "):gsub("%.0", ""))
  end

  it("is told of every page of a pager, and of the total where the service says it", function()
    assert.equal("10/25 20/25 25/25", told(function(progress)
      assert(machines():collect({limit = 10}, {progress = progress}))
    end))
    assert.equal("10/12 12/12", told(function(progress)
      for _ in machines():each({limit = 10}, {max = 12, progress = progress}) do end
    end))
    assert.equal("10/15 15/15", told(function(progress)
      for _ in machines():pages({limit = 10, offset = 10}, {progress = progress, prefetch = 0}) do end
    end))
  end)

  it("of a pager that fails ends the reading with its error", function()
    local cause = {}
    local items, _, err = machines():collect({limit = 10}, {progress = function() error(cause) end})
    assert.is_nil(items)
    assert.same({"aborted", true}, {err.kind, err.cause == cause})
  end)

  it("is a function, or what can be called", function()
    for _, progress in ipairs{5, "x", {}} do
      for _, use in ipairs{
        function() return machines():collect({}, {progress = progress}) end,
        function() return instar.map({1}, print, {progress = progress}) end,
      } do
        local ok, message = pcall(use)
        assert.is_false(ok)
        assert.is_truthy(message:find("option 'progress' must be a function", 1, true), message)
      end
    end
  end)
end)
