-- SPDX-License-Identifier: MIT
-- The users of Acronis' tenants.

local people = {}

local TOP, ACME = "ede9f834-70b3-476c-83d9-736f9f8c7dae", "3e1f7c1a-5d0e-4b7f-9a57-4c6f1b2d3e40"

local rows = {
  { id = "ca451758-b48a-45d9-9ae6-8f1059f67619", tenant_id = TOP, login = "ops@example.com", first = "John",
    last = "Doe", role = "partner_admin", notifications = { "maintenance", "quota", "reports" } },
  { id = "ab00e527-219b-481b-b01b-311b5be0ed3c", tenant_id = TOP, login = "billing@example.com", first = "Jane",
    last = "Roe", role = "readonly_admin", notifications = { "reports" }, external_id = "okta-17",
    mfa_status = "enabled" },
  { id = "0d9c8b7a-6f5e-4d3c-8b2a-190817263544", tenant_id = TOP, login = "audit@example.com", first = "Hidden",
    last = "Auditor", role = "readonly_admin", is_hidden = true },
  { id = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", tenant_id = TOP, login = "left@example.com", first = "Lee",
    last = "Gone", role = "partner_admin", is_deleted = true },
  { id = "7c6b5a49-3827-4165-9f0e-1d2c3b4a5968", tenant_id = ACME, login = "anna@acme.example", first = "Anna",
    last = "Kim", role = "company_admin", notifications = { "quota" } },
  { id = "2f3e4d5c-6b7a-4899-a0b1-c2d3e4f50617", tenant_id = "0fcd4a69-8a40-4de8-b711-d9c83dc000f7",
    login = "research@acme.example", first = "Bo", last = "Acmesson", role = "unit_admin" },
  { id = "9e8d7c6b-5a49-4382-b716-05f4e3d2c1b0", tenant_id = "95303d96-628c-4265-9afa-07bee3fccf39",
    login = "sales@northwind.example", first = "Sam", last = "North", role = "partner_admin",
    notifications = { "reports" } },
}

--- The users of a fresh state.
function people.seed()
  local users = { by_id = {} }
  for index, row in ipairs(rows) do
    users[index], users.by_id[row.id] = row, row
  end
  return users
end

return people
