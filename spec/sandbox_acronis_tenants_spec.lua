-- SPDX-License-Identifier: MIT
-- The sandbox's Acronis: the tree of tenants, its users and usages, the search in it.

local bench = require "spec.support.sandbox"

before_each(function()
  bench.reset()
end)

local TENANTS, USERS = "/api/2/tenants", "/api/2/users"
local TOP, ABOVE = "ede9f834-70b3-476c-83d9-736f9f8c7dae", "fa6859a9-f5e1-4faf-a56c-5a0ae866dc4f"
local ACME, RESEARCH = "3e1f7c1a-5d0e-4b7f-9a57-4c6f1b2d3e40", "0fcd4a69-8a40-4de8-b711-d9c83dc000f7"
local RESELLER, GONE = "95303d96-628c-4265-9afa-07bee3fccf39", "e5f4d3c2-b1a0-4f9e-8d7c-6b5a49382716"
local OPS, HIDDEN = "ca451758-b48a-45d9-9ae6-8f1059f67619", "0d9c8b7a-6f5e-4d3c-8b2a-190817263544"
local LEFT, ANNA = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "7c6b5a49-3827-4165-9f0e-1d2c3b4a5968"
local NOBODY = "00000000-0000-4000-8000-000000000000"

local function pick(items, name)
  local values = {}
  for index, item in ipairs(items) do values[index] = item[name] end
  return table.concat(values, ", ")
end

-- Every page of a list, each by the cursor of the one before alone.
local function pages(path, query)
  local all, response, body = {}, bench.send("GET", path .. query)
  while true do
    assert.equal(200, response.status, response.body)
    all[#all + 1] = body.items
    if not body.paging then return all end
    local after = body.paging.cursors.after:gsub("%W", function(c) return ("%%%02X"):format(c:byte()) end)
    response, body = bench.send("GET", path .. "?after=" .. after)
  end
end

describe("sandbox Acronis tenants", function()
  for _, row in ipairs{
    { "uuids=" .. ACME .. "," .. NOBODY .. "," .. TOP, "Acme Corporation, The Qwerty Tenant" },
    { "uuids=" .. GONE, "" },
    { "uuids=" .. GONE .. "&allow_deleted=true", "Gone Ltd" },
    { "parent_id=" .. ACME, "Acme Research" },
    { "uuids=" .. ACME .. ",b7a1c0de-5b3f-4c1d-8e2a-000000000012&with_offering_items=true", "Acme Corporation" },
    { "subtree_root_id=" .. ACME .. "&lod=basic", "Acme Corporation, Acme Research" },
    { "subtree_root_id=" .. ACME .. "&updated_since=2016-06-22T18:25:16Z", "Acme Corporation, Acme Research" },
    { "subtree_root_id=" .. ACME .. "&updated_since=2016-06-22T18:25:17Z", "" },
  } do
    it("are listed by " .. row[1], function()
      local response, body = bench.send("GET", TENANTS .. "?" .. row[1])
      assert.equal(200, response.status)
      assert.equal(row[2], pick(body.items, "name"))
      assert.same({ "2026-01-01T00:00:00" }, { body.timestamp, body.paging })
    end)
  end

  for _, row in ipairs{
    { "", 400 }, { "?uuids=" .. TOP .. "&parent_id=" .. TOP, 400 },
    { "?uuids=" .. (NOBODY .. ","):rep(101), 400 }, { "?parent_id=x", 400 }, { "?parent_id=" .. NOBODY, 404 },
    { "?subtree_root_id=" .. ABOVE, 404 }, { "?subtree_root_id=" .. TOP .. "&limit=0", 400 }, { "?after=x", 400 },
    { "?subtree_root_id=" .. TOP .. "&lod=some", 400 }, { "/" .. NOBODY, 404 }, { "/" .. GONE, 404 },
    { "/" .. GONE .. "?allow_deleted=true", 200 }, { "/" .. NOBODY .. "/children", 404 },
    { "/" .. TOP .. "/children?order=colour", 400 }, { "/" .. NOBODY .. "/users", 404 },
    { "/" .. TOP .. "/users?order=colour", 400 }, { "/" .. NOBODY .. "/reports", 404 },
  } do
    it(("answer %d to %s"):format(row[2], row[1]:sub(1, 90)), function()
      local response, body = bench.send("GET", TENANTS .. row[1])
      assert.equal(row[2], response.status)
      if row[2] ~= 200 then assert.equal("PlatformAccountServer", body.error.domain) end
    end)
  end

  it("are listed in pages, whose cursor carries the filters", function()
    local seen, sizes = {}, {}
    for index, items in ipairs(pages(TENANTS, "?lod=basic&limit=7&subtree_root_id=" .. TOP)) do
      sizes[index] = #items
      for _, tenant in ipairs(items) do
        assert.is_nil(seen[tenant.id] or tenant.contact)
        seen[tenant.id] = true
      end
    end
    assert.same({ 7, 7, 6 }, sizes)
  end)

  it("have a cursor for their own list only", function()
    local _, body = bench.send("GET", TENANTS .. "/" .. RESELLER .. "/children")
    local after = body.paging.cursors.after:gsub("%W", function(c) return ("%%%02X"):format(c:byte()) end)
    assert.equal(200, bench.status("GET", TENANTS .. "/" .. RESELLER .. "/children?after=" .. after))
    assert.equal(400, bench.status("GET", TENANTS .. "/" .. TOP .. "/children?after=" .. after))
  end)

  it("show as much as the level of detail has", function()
    local function one(lod)
      return select(2, bench.send("GET", TENANTS .. "?uuids=" .. ACME .. "&lod=" .. lod)).items[1]
    end
    assert.is_nil(one "stamps".name)
    assert.same({ "customer", true }, { one "basic".kind, one "basic".has_children })
    assert.is_table(one "full".contact)
    local _, body = bench.send("GET", TENANTS .. "/" .. RESEARCH .. "?embed_path=true")
    assert.same({ "The Qwerty Tenant", "Acme Corporation", "Acme Research" }, body.path)
  end)

  for _, row in ipairs{
    { "", "Acme Corporation, Europe, JohnDoe, New Shop, Northwind Resellers" },
    { "&order=-name", "Northwind Resellers, New Shop, JohnDoe, Europe, Acme Corporation" },
    { "&order=as_is", "Northwind Resellers, JohnDoe, Acme Corporation, Europe, New Shop" },
    { "&order=-usage.storage", "Northwind Resellers, Acme Corporation, Europe, New Shop, JohnDoe" },
    { "&order=usage.storage.019097a6-114f-4418-bd54-e01ef049f209",
      "JohnDoe, New Shop, Europe, Acme Corporation, Northwind Resellers" },
    { "&allow_deleted=true&order=-status",
      "Gone Ltd, Northwind Resellers, JohnDoe, Acme Corporation, Europe, New Shop" },
  } do
    it("have children in order" .. row[1], function()
      local path = TENANTS .. "/" .. TOP .. "/children?include_details=true"
      assert.equal(row[2], pick(select(2, bench.send("GET", path .. row[1])).items, "name"))
    end)
  end

  it("have children by id, in pages", function()
    local all = pages(TENANTS .. "/" .. RESELLER .. "/children", "?order=-name")
    assert.same({ 10, 2, "b7a1c0de-5b3f-4c1d-8e2a-000000000012", "b7a1c0de-5b3f-4c1d-8e2a-000000000001" },
      { #all[1], #all[2], all[1][1], all[2][2] })
    assert.equal('{"items":[]}', bench.send("GET", TENANTS .. "/" .. RESEARCH .. "/children").body)
  end)
end)

describe("sandbox Acronis users", function()
  local BILLING = "ab00e527-219b-481b-b01b-311b5be0ed3c"
  local RESEARCHER = "2f3e4d5c-6b7a-4899-a0b1-c2d3e4f50617"

  for _, row in ipairs{
    { TOP, "?order=login", { BILLING, OPS } },
    { TOP, "?order=-login", { OPS, BILLING } },
    { TOP, "", { OPS, BILLING } },
    { TOP, "?order=-mfa_status", { BILLING, OPS } },
    { TOP, "?order=login&include_hidden=true", { HIDDEN, BILLING, OPS } },
    { TOP, "?order=login&allow_deleted=true", { BILLING, LEFT, OPS } },
    { ACME, "", { ANNA } },
    { ACME, "?include_grand_children=true&order=login", { ANNA, RESEARCHER } },
  } do
    it(("are those of %s%s"):format(row[1]:sub(1, 8), row[2]), function()
      assert.same({ items = row[3] }, select(2, bench.send("GET", TENANTS .. "/" .. row[1] .. "/users" .. row[2])))
    end)
  end

  for _, row in ipairs{
    { "uuids=" .. ANNA .. "," .. OPS, "anna@acme.example, ops@example.com" },
    { "subtree_root_tenant_id=" .. ACME, "anna@acme.example, research@acme.example" },
    { "external_ids=okta-17&tenant_id=" .. TOP, "billing@example.com" },
    { "uuids=" .. LEFT, "" },
    { "uuids=" .. OPS .. "&origin_id=ldap", "" },
    { "uuids=" .. LEFT .. "&allow_deleted=true&lod=basic", "left@example.com" },
    { "subtree_root_tenant_id=" .. TOP .. "&inside_organization=true&tenant_kinds=unit,customer",
      "anna@acme.example, research@acme.example" },
    { "subtree_root_tenant_id=" .. TOP .. "&inside_organization=true&access_policies=readonly_admin",
      "billing@example.com, audit@example.com" },
  } do
    it("are listed by " .. row[1]:sub(1, 100), function()
      local response, body = bench.send("GET", USERS .. "?" .. row[1])
      assert.equal(200, response.status)
      assert.equal(row[2], pick(body.items, "login"))
    end)
  end

  for _, row in ipairs{ { "", 400 }, { "?uuids=" .. OPS .. "&subtree_root_tenant_id=" .. TOP, 400 },
    { "?external_ids=okta-17", 400 }, { "?inside_organization=true&uuids=" .. OPS, 400 },
    { "?tenant_kinds=unit&subtree_root_tenant_id=" .. TOP, 400 }, { "?subtree_root_tenant_id=" .. NOBODY, 404 },
    { "/" .. NOBODY, 404 }, { "/" .. LEFT, 404 }, { "/" .. LEFT .. "?allow_deleted=true", 200 } } do
    it(("answer %d to %s"):format(row[2], row[1]:sub(1, 90)), function()
      assert.equal(row[2], bench.status("GET", USERS .. row[1]))
    end)
  end

  it("are listed in pages, with their policies", function()
    local all = pages(USERS, "?limit=4&with_access_policies=true&subtree_root_tenant_id=" .. TOP)
    assert.same({ 4, 2 }, { #all[1], #all[2] })
    assert.equal("partner_admin", all[2][2].access_policies[1].role_id)
  end)
end)

describe("sandbox Acronis search", function()
  for _, row in ipairs{
    { "tenant=" .. TOP .. "&text=acme",
      "tenant Acme Corporation, tenant Acme Research, user Anna, user Bo" },
    { "tenant=" .. TOP .. "&text=ACME+res", "tenant Acme Research, user Bo" },
    { "tenant=" .. RESELLER .. "&text=acme", "" },
    { "tenant=" .. TOP .. "&text=ops%40example.com", "user John" },
    { "tenant=" .. TOP .. "&text=cme", "" },
    { "tenant=" .. TOP .. "&text=gone", "" },
    { "tenant=" .. TOP .. "&text=gone&allow_deleted=true", "tenant Gone Ltd, user Lee" },
    { "tenant=" .. TOP .. "&text=branch&limit=2", "tenant Branch 01, tenant Branch 02" },
  } do
    it("finds by " .. row[1]:sub(45), function()
      local response, body = bench.send("GET", "/api/2/search?" .. row[1])
      assert.equal(200, response.status)
      local found = {}
      for index, item in ipairs(body.items) do
        found[index] = item.obj_type .. " " .. (item.name or item.first_name)
        assert.equal("The Qwerty Tenant", item.path[1])
      end
      assert.equal(row[2], table.concat(found, ", "))
    end)
  end

  for _, row in ipairs{ { "?text=acme", 400 }, { "?tenant=" .. TOP, 400 }, { "?tenant=" .. NOBODY .. "&text=a", 404 },
    { "?text=a&limit=0&tenant=" .. TOP, 400 } } do
    it("refuses " .. row[1], function()
      assert.equal(row[2], bench.status("GET", "/api/2/search" .. row[1]))
    end)
  end
end)

describe("sandbox Acronis usages", function()
  local function value(id, name)
    local _, body = bench.send("GET", TENANTS .. "/" .. id .. "/usages?usage_names=" .. name)
    return body.items[1].value
  end

  it("are a tenant's own and those of all under it", function()
    assert.equal(40 + 6, value(ACME, "vms"))
    assert.equal(6, value(RESEARCH, "vms"))
    assert.equal(66, value(RESELLER, "vms"))
    assert.equal(1 + 46 + 9 + 3 + 66, value(TOP, "vms"))
  end)

  for _, row in ipairs{ { "", "storage, vms, workstations, vms_adv, compute_points" },
    { "usage_names=vms", "vms, vms_adv" }, { "editions=advanced", "vms_adv" },
    { "usage_names=vms,storage&editions=standard", "storage, vms" },
    { "usage_names=none", "" } } do
    it("are filtered by " .. row[1], function()
      local _, body = bench.send("GET", TENANTS .. "/" .. TOP .. "/usages?" .. row[1])
      assert.equal(row[2], pick(body.items, "name"))
      local _, several = bench.send("GET", TENANTS .. "/usages?tenants=" .. ACME .. "," .. RESEARCH .. "&" .. row[1])
      assert.equal(ACME .. ", " .. RESEARCH, pick(several.items, "tenant"))
      assert.equal(row[2], pick(several.items[2].usages, "name"))
    end)
  end

  it("are those of the month, of tenants that can be seen", function()
    bench.at(40 * 86400)
    local _, body = bench.send("GET", TENANTS .. "/" .. TOP .. "/usages")
    assert.equal("2026-02-01T00:00:00", body.items[1].range_start)
    local response, refused = bench.send("GET", TENANTS .. "/" .. NOBODY .. "/usages")
    assert.same({ 403, 1002 }, { response.status, refused.error.code })
    assert.equal(403, bench.status("GET", TENANTS .. "/usages?tenants=" .. TOP .. "," .. NOBODY))
    assert.equal(400, bench.status("GET", TENANTS .. "/usages"))
  end)
end)
