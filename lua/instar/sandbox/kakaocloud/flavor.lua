-- SPDX-License-Identifier: MIT
-- KakaoCloud's flavors: list and get.

local catalogue = require "instar.sandbox.kakaocloud.catalogue"
local errors = require "instar.sandbox.kakaocloud.errors"
local pages = require "instar.sandbox.kakaocloud.pages"
local respond = require "instar.sandbox.respond"

local function get(call)
  for _, offer in ipairs(catalogue.offers) do
    if offer.id == call.arguments.flavor_id then
      return respond.json(200, { flavor = offer })
    end
  end
  return errors.error(call, 404, "Flavor could not be found.")
end

local list = pages.handler{
  name = "flavors",
  fields = pages.members{ "id", "name", "is_burstable", "vcpus", "architecture", "memory_mb", "instance_type",
    "instance_family", "instance_size", "manufacturer", "maximum_network_interfaces", "processor", "created_at",
    "updated_at" },
  filters = { created_at = pages.same_moment "created_at", updated_at = pages.same_moment "updated_at" },
  items = function() return catalogue.offers end,
}

return { ["flavor.get"] = get, ["flavor.list"] = list }
