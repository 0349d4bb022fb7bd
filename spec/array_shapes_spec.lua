-- SPDX-License-Identifier: MIT
-- Empty tables go out as the description says: arrays, arrays of arrays, members of both, objects.

local instar = require "instar"

local ID = "575ec8687ae143cd83dc4a97"
local losant = instar.losant { token = "t" }
local kakaocloud = instar.kakaocloud { token = "t" }
local acronis = instar.acronis { token = "t", base_url = "https://host.example/api/2" }

local function node(values)
  return losant.instance_custom_nodes.post, { instanceId = ID, instanceCustomNode = values }
end

-- what is called and with what, and the body
local rows = {
  { { node { nodes = {} } }, '{"nodes":[]}' },
  { { node { nodes = { {} } } }, '{"nodes":[{}]}' },
  { { node { nodes = { { outputIds = {} } } } }, '{"nodes":[{"outputIds":[]}]}' },
  { { node { nodes = { { outputIds = { {} } } } } }, '{"nodes":[{"outputIds":[[]]}]}' },
  { { node { nodes = { { outputIds = { {}, { "a" }, {} } } } } }, '{"nodes":[{"outputIds":[[],["a"],[]]}]}' },
  { { node { triggers = { { outputIds = { {} } } } } }, '{"triggers":[{"outputIds":[[]]}]}' },
  { { node { nodes = { { config = {} } } } }, '{"nodes":[{"config":{}}]}' },
  { { node { customNodeConfig = { fields = { { options = {} } } } } },
    '{"customNodeConfig":{"fields":[{"options":[]}]}}' },
  { { losant.instance_custom_node.patch, { instanceId = ID, instanceCustomNodeId = ID,
      instanceCustomNode = { nodes = { { outputIds = { {} } } } } } }, '{"nodes":[{"outputIds":[[]]}]}' },
  { { losant.instance_org.patch, { instanceId = ID, orgId = ID, organization = { tags = {} } } }, '{"tags":[]}' },
  { { losant.instance_org.patch, { instanceId = ID, orgId = ID, organization = { limits = {} } } }, '{"limits":{}}' },
  { { kakaocloud.instance_network_interface.update_allowed_addresses,
      { instance_id = "i", network_interface_id = "n", allowed_address_pairs = {} } }, '{"allowed_address_pairs":[]}' },
  { { acronis.report.update, { report_id = "r", recipients = {} } }, '{"recipients":[]}' },
  { { acronis.report.update, { report_id = "r", parameters = {} } }, '{"parameters":{}}' },
}

describe("empty tables", function()
  for _, row in ipairs(rows) do
    it("go out as " .. row[2], function()
      local operation, arguments = row[1][1], row[1][2]
      assert.equal(row[2], operation:prepare(arguments).body)
    end)
  end
end)
