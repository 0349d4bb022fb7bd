-- SPDX-License-Identifier: MIT
-- A name look-up that never ends: calls end in time all the same, and so does the process.

local child = require "spec.support.child"
local server = require "spec.support.server".start()

local SHIM = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") .. "/support/stall/stall.c"

local folder, environment

setup(function()
  folder = child.folder()
  local compile = ("%s -shared -fPIC -o %s/stall.so %s -ldl"):format(os.getenv("CC") or "cc", folder, SHIM)
  local output, status = child.shell(compile)
  assert(status == 0, output)
  environment = { LD_PRELOAD = folder .. "/stall.so" }
end)
teardown(function() child.remove(folder) end)
before_each(function() server:reset() end)

-- A client whose instances lie on the host that cannot be looked up, and whose tokens come from the test peer.
local CLIENT = [[
  local peer = ...
  local instar = require "instar"
  local client = instar.kakaocloud { base_url = "http://stalled.test", allow_http = true, iam_url = peer, proxy = false,
    token = "t", application_credential_id = "id", application_credential_secret = "secret", retries = 0, OPTIONS }
  local function stall(options)
    local body, message, err = client.instance.get({ instance_id = "x" }, options)
    assert(body == nil, "the call should have failed")
    print(err.kind, err.sent, err.attempts, message)
  end
  local function other()
    local body, response = client.token.issue()
    print(body and response.status or response)
  end
]]

--- The lines that a child writes that runs the text behind CLIENT; it must end by itself, and well.
local function lines_of(text, options)
  local output, status = child.run(CLIENT:gsub("OPTIONS", options or "") .. text, environment, server:url("http"))
  assert.equal(0, status, output)
  local lines = {}
  for line in output:gmatch("[^\n]+") do table.insert(lines, line) end
  return lines
end

local function is_timeout(line, option)
  assert.matches("^timeout\tno\t1\t", line)
  assert.matches(("timed out after 0.2 s (%s) looking up the name of stalled.test"):format(option), line, 1, true)
end

describe("a name look-up that stalls", function()
  for _, option in ipairs { "timeout", "attempt_timeout", "connect_timeout" } do
    it("is ended by the client's " .. option, function()
      is_timeout(lines_of("stall()", option .. " = 0.2")[1], option)
    end)
  end

  for _, option in ipairs { "timeout", "attempt_timeout" } do
    it("is ended by the call's " .. option, function()
      is_timeout(lines_of(("stall { %s = 0.2 }"):format(option))[1], option)
    end)
  end

  it("lets the client's other calls pass meanwhile", function()
    server:queue({ status = 201, headers = { ["X-Subject-Token"] = "a" }, body = "{}" },
      { status = 201, headers = { ["X-Subject-Token"] = "b" }, body = "{}" })
    local lines = lines_of([[
      other()
      stall { timeout = 0.2 }
      other()
      stall { timeout = 0.2 }]])
    assert.same({ "201", "201" }, { lines[1], lines[3] })
    is_timeout(lines[2], "timeout")
    is_timeout(lines[4], "timeout")
    assert.equal(1, #server:connections())
  end)

  it("may happen many times over", function()
    local lines = lines_of("for _ = 1, 20 do stall { timeout = 0.02 } end")
    assert.equal(20, #lines)
  end)
end)

describe("a process with a name look-up under way", function()
  -- What it does after its call timed out.
  local rows = {
    { "closes the client", "client:close()" },
    { "lets the client be collected", "client = nil collectgarbage() collectgarbage()" },
    { "closes the Lua state", "os.exit(0, true)" },
    { "exits at once", "os.exit(0)" },
    { "begins another and closes the client", [[
      local call = client.instance.get:async { instance_id = "y" }
      call:wait(0.01)
      client:close()
      print(select(3, call:wait()).kind)]], "closed" },
    { "begins another and ends", [[
      call = client.instance.get:async { instance_id = "y" }
      call:wait(0.01)]] },
  }
  for _, row in ipairs(rows) do
    it("ends well: it " .. row[1], function()
      local lines = lines_of("stall { timeout = 0.2 }\n" .. row[2])
      is_timeout(lines[1], "timeout")
      assert.equal(row[3], lines[2])
    end)
  end
end)
