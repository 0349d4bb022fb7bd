-- SPDX-License-Identifier: MIT
-- Recorded exchanges, replayed over a real socket.

local instar = require "instar"
local replay = require "spec.support.replay"
local server = require "spec.support.server".start()

-- Operations that are replayed, and how many vectors that must be: nothing is passed over in silence.
local replayed = {
  { service = "losant", count = 176,
    operations = { "instance.generate_report", "instance.get", "instance.historical_summaries", "instance.patch" } },
  { service = "kakaocloud", count = 114,
    operations = { "instance.create", "instance.delete", "instance.get", "instance.list", "instance.update" } },
  { service = "acronis", count = 72,
    operations = { "report.get", "report.update", "token.issue" } },
}

local function selected(row)
  local chosen, vectors = {}, {}
  for _, operation in ipairs(row.operations) do chosen[operation] = true end
  for _, vector in ipairs(replay.vectors(row.service)) do
    if chosen[vector.operation] then table.insert(vectors, vector) end
  end
  return vectors
end

for _, row in ipairs(replayed) do
  describe("recorded exchanges of " .. row.service, function()
    local vectors = selected(row)

    it("are all here", function()
      assert.equal(row.count, #vectors)
    end)

    for _, vector in ipairs(vectors) do
      it(vector.id, function()
        replay.run(instar, row.service, vector, server)
      end)
    end
  end)
end
