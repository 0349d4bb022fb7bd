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
end)
