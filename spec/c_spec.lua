-- SPDX-License-Identifier: MIT
-- The engine's tests in C (spec/c): compiled, and run.

local child = require "spec.support.child"

local COMPILE = "%s -std=c99 -g -Isrc -o %s/engine_test spec/c/*.c src/engine/*.c -lcurl -lz -lpthread -ldl"

describe("the engine's tests in C", function()
  local folder

  setup(function() folder = child.folder() end)
  teardown(function() child.remove(folder) end)

  it("pass", function()
    local output, status = child.shell(COMPILE:format(os.getenv("CC") or "cc", folder))
    assert.equal(0, status, output)
    output, status = child.shell(("timeout 120 %s/engine_test"):format(folder))
    assert.equal(0, status, output)
    assert.matches("%d%d passed, 0 failed", output)
  end)
end)
