-- SPDX-License-Identifier: MIT
-- Recorded exchanges, and those written from the documents, replayed over a real socket.

local instar = require "instar"
local replay = require "spec.support.replay"
local server = require "spec.support.server".start()

-- How many vectors there must be in each file: nothing is passed over in silence.
local files = {
  { name = "losant", count = 279 },
  { name = "kakaocloud", count = 184 },
  { name = "acronis", count = 159 },
  { name = "written", count = 49 },
}

for _, file in ipairs(files) do
  describe("exchanges of " .. file.name, function()
    local vectors = replay.vectors(file.name)

    it("are all here", function()
      assert.equal(file.count, #vectors)
    end)

    for _, vector in ipairs(vectors) do
      it(vector.id, function()
        replay.run(instar, vector.service or file.name, vector, server)
      end)
    end
  end)
end
