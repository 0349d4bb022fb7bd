-- SPDX-License-Identifier: MIT
-- What is the program's own: its locale, its signals.

local child = require "spec.support.child"
local server = require "spec.support.server".start()

before_each(function() server:reset() end)

local CLIENT = [[
  local url = ...
  local instar = require "instar"
  local client = instar.losant { base_url = url, token = "t", retries = 0, tls = { verify = false } }
]]

describe("in a locale with a decimal comma", function()
  local LOCALE = 'LC_NUMERIC\ndecimal_point ","\nthousands_sep ""\ngrouping -1\nEND LC_NUMERIC\n'
  -- LuaJIT formats numbers itself; the C library is asked through the locale's own name.
  local SWITCH = 'assert(os.setlocale("comma", "numeric") == "comma")\n'
  local folder

  setup(function()
    folder = child.folder()
    local file = assert(io.open(folder .. "/comma.src", "w"))
    file:write(LOCALE)
    file:close()
    local output, status = child.shell(("localedef -c -i %s/comma.src %s/comma"):format(folder, folder))
    assert(status <= 1, output) -- 1: it lacks the other categories
  end)
  teardown(function() child.remove(folder) end)

  local function run(text)
    local output, status = child.run(text, { LOCPATH = folder }, server:url("http"))
    assert.equal(0, status, output)
    return output
  end

  local CALL = [[
    local body = assert(client.instance.patch({ instanceId = "x", instance = { a = 0.5, b = 1e21, c = -2.25, d = 3 } },
      { extra_query = { q = 1.5 }, timeout = 7.5, headers = { ["X-Number"] = 0.25 } }))
    assert(body.a == 1.5 and body.b == -0.001 and body.c == 1e300 and body.d == 4 and body.e[2] == 0.125)
  ]]

  local function is_sent_with_points()
    local request = server:only_request()
    for member, number in pairs { a = "0.5", b = "1e+21", c = "-2.25", d = "3" } do
      assert.truthy(request.body:find(('"%s":%s[,}]'):format(member, number:gsub("%p", "%%%0"))), request.body)
    end
    assert.truthy(request.target:find("q=1.5", 1, true), request.target)
    assert.equal("0.25", request:header("X-Number"))
  end

  -- When the program changes its locale.
  local moments = {
    { "set before instar is loaded", SWITCH .. CLIENT .. CALL },
    { "set before the client is made", 'require "instar"\n' .. SWITCH .. CLIENT .. CALL },
    { "set before the call", CLIENT .. SWITCH .. CALL },
    { "left before the call", SWITCH .. CLIENT .. 'os.setlocale("C", "numeric")\n' .. CALL },
  }
  for _, row in ipairs(moments) do
    it("numbers of JSON, queries and headers keep their point: " .. row[1], function()
      server:queue { body = '{"a":1.5,"b":-1e-3,"c":1e300,"d":4.0,"e":[1,0.125]}' }
      run(row[2])
      is_sent_with_points()
    end)
  end

  it("a message's seconds keep their point", function()
    server:queue { hang = "before_headers" }
    local output = run(SWITCH .. CLIENT .. 'print((select(2, client.instance.get("x", {}, { timeout = 0.05 }))))')
    assert.matches("after 0.05 s", output, 1, true)
  end)
end)

describe("a broken pipe", function()
  for _, port in ipairs { "http", "https" } do
    it("does not end the program: " .. port, function()
      server:queue({ reset_in_body = 1000 }, { reset_in_body = 1000 }, { body = "{}" })
      local output, status = child.run(CLIENT .. [[
        local large = ("x"):rep(8 * 1024 * 1024)
        for _ = 1, 2 do
          local _, _, err = client.instance.patch { instanceId = "x", instance = { name = large } }
          print(err.kind, err.sent)
        end
        print(client.instance.get "x" ~= nil)]], nil, server:url(port))
      assert.same({ "transport\tmaybe\ntransport\tmaybe\ntrue\n", 0 }, { output, status })
    end)
  end

  it("of the program's own still does", function()
    server:queue { body = "{}" }
    local output, status = child.run(CLIENT .. [[
      assert(client.instance.get "x")
      local pipe = io.popen("exit 0", "w")
      pipe:setvbuf("no")
      for _ = 1, 1e6 do pipe:write(("x"):rep(65536)) end
      print "alive"]], nil, server:url("http"))
    assert.same({ false, 128 + 13 }, { output:find("alive", 1, true) ~= nil, status })
  end)
end)
