-- SPDX-License-Identifier: MIT
-- A tour of the three services: lua examples/tour.lua [ROOT]
-- ROOT is the address of a running sandbox (examples/sandbox.lua); without it the sandbox runs inside this process.

local instar = require "instar"
local sandbox = require "instar.sandbox"

local root = ...
local transport = not root and sandbox.transport() or nil

local function options(service, extra)
  local all = {base_url = sandbox.base_url(service, root or "http://localhost"), transport = transport}
  for name, value in pairs(extra) do all[name] = value end
  return all
end

local function headline(text)
  print(("\n%s\n%s"):format(text, ("-"):rep(#text)))
end

local function show(label, ...)
  print(("  %-14s %s"):format(label, table.concat({...}, "  ")))
end

local function pause(seconds)
  os.execute("sleep " .. seconds)
end

-- KakaoCloud: instances

local secrets = sandbox.credentials
local kakao = instar.kakaocloud(options("kakaocloud", {
  iam_url = sandbox.base_url("kakaocloud", root or "http://localhost"),
  application_credential_id = secrets.kakaocloud.application_credential_id,
  application_credential_secret = secrets.kakaocloud.application_credential_secret,
}))

headline "KakaoCloud: the instances of the project"
local body = assert(kakao.instance.list{sort_keys = {"name"}, sort_dirs = {"asc"}, limit = 100})
print(("  %-24s %-18s %-14s %-16s"):format("name", "status", "flavor", "zone"))
for _, vm in ipairs(body.instances) do
  print(("  %-24s %-18s %-14s %-16s"):format(vm.name, vm.status, vm.flavor.name, vm.availability_zone))
end
local model = body.instances[1]

headline "KakaoCloud: a new instance"
local created = assert(kakao.instance.create{
  instance = {
    name = "tour-1",
    image_id = model.image.id,
    flavor_id = model.flavor.id,
    subnets = {{id = "33333333-3333-4333-8333-333333333333"}},
    volumes = {{size = 50}},
    security_groups = {{name = "default"}},
  },
})
local id = created.instance.id
local vm, last
repeat
  if vm then pause(0.2) end
  vm = assert(kakao.instance.get(id)).instance
  if vm.status ~= last then show(vm.name, vm.status) end
  last = vm.status
until vm.status == "active"
vm = assert(kakao.instance.update(id, {instance = {name = "tour-2", description = "renamed"}})).instance
show("renamed", vm.name)
assert(kakao.instance.delete(id))
local _, gone = kakao.instance.get(id)
show("deleted", gone)

-- Losant: an instance, its report, its summaries

local instance_id = "575ec8687ae143cd83dc4a97"
local losant = instar.losant(options("losant", {email = secrets.losant.email, password = secrets.losant.password}))

headline "Losant: an instance before and after a patch"
local before = assert(losant.instance.get(instance_id))
show("before", before.name, "mfaMode = " .. before.mfaMode)
local mode = before.mfaMode == "required" and "notRequired" or "required"
local after = assert(losant.instance.patch(instance_id, {instance = {mfaMode = mode}}))
show("after", after.name, "mfaMode = " .. after.mfaMode)

headline "Losant: a CSV report by mail"
local job = assert(losant.instance.generate_report(instance_id, {
  options = {email = "ops@example.com", dateGroupBy = "day"},
}))
show("queued", tostring(job.jobQueued), "job " .. job.jobId)

headline "Losant: usage summaries, page by page"
local page, seen, summaries = 0, 0
repeat
  summaries = assert(losant.instance.historical_summaries{instanceId = instance_id, page = page, perPage = 60})
  seen = seen + #summaries.items
  local first = summaries.items[1]
  if first then
    show("page " .. page, #summaries.items .. " of " .. summaries.totalCount, "from " .. tostring(first.resourceName))
  end
  page = page + 1
until #summaries.items == 0 or seen >= summaries.totalCount

-- Acronis: a usage report

local acronis = instar.acronis(options("acronis", {
  client_id = secrets.acronis.client_id,
  client_secret = secrets.acronis.client_secret,
}))

headline "Acronis: a usage report before and after an update"
local report_id = "20dffb36-d77b-45c6-b2fa-39276e98d5fc"
local function show_report(label, report)
  show(label, report.parameters.kind, report.parameters.level, "version " .. report.version)
end
show_report("before", assert(acronis.report.get(report_id)))
show_report("after", assert(acronis.report.update(report_id, {
  recipients = {"ca451758-b48a-45d9-9ae6-8f1059f67619"},
  parameters = {kind = "usage_current", level = "direct_partners"},
})))
show_report("read again", assert(acronis.report.get(report_id)))

-- What the world answers when something is wrong

headline "A call that fails"
local answer, message, err = losant.instance.get("000000000000000000000000")
assert(answer == nil, "a call that must fail did not")
show("message", message)
for _, field in ipairs{"kind", "status", "code", "operation", "sent", "retryable"} do
  show(field, tostring(err[field]))
end

for _, client in ipairs{kakao, losant, acronis} do client:close() end
