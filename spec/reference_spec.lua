-- SPDX-License-Identifier: MIT
-- Every example of the reference runs in the sandbox.

local instar = require "instar"
local reference = require "spec.support.reference"
local sandbox = require "instar.sandbox"

-- A client of a sandbox of its own, so that no example depends on another.
local function new_client(service)
  local options = { transport = sandbox.transport() }
  for name, value in pairs(sandbox.credentials[service]) do options[name] = value end
  if service == "acronis" then
    options.token, options.base_url = nil, sandbox.base_url(service, "https://sandbox.example")
  end
  return instar[service](options)
end

for _, service in ipairs { "losant", "kakaocloud", "acronis" } do
  describe("the examples of " .. service, function()
    local page = reference.page(service)

    it("begin with a client", function()
      local code = reference.examples(page)[1]
      assert.matches("local " .. service .. " = instar%." .. service .. "{.-}$", code)
      reference.run(code, service)
    end)

    for name, section in pairs(reference.sections(page)) do
      for _, code in ipairs(reference.examples(section)) do
        it(name, function()
          reference.run(code, service, new_client(service))
        end)
      end
    end
  end)
end
