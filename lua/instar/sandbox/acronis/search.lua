-- SPDX-License-Identifier: MIT
-- Acronis' search for tenants and users by the beginnings of words.

local errors = require "instar.sandbox.acronis.errors"
local json = require "instar.sandbox.json"
local listing = require "instar.sandbox.listing"
local respond = require "instar.sandbox.respond"
local times = require "instar.sandbox.acronis.times"
local tree = require "instar.sandbox.acronis.tree"

-- Words end at spaces and at what joins the parts of an address; a whole address is a word too.
local function words_of(text)
  local words = {}
  for whole in text:lower():gmatch("%S+") do
    words[#words + 1] = whole
    for part in whole:gmatch("[^@.,]+") do
      words[#words + 1] = part
    end
  end
  return words
end

local function begins_one(words, start)
  for _, word in ipairs(words) do
    if word:sub(1, #start) == start then
      return true
    end
  end
  return false
end

local function matches(text, wanted)
  local words = words_of(text)
  for start in wanted:lower():gmatch("%S+") do
    if not begins_one(words, start) then
      return false
    end
  end
  return true
end

local function deleted_at(item)
  return item.is_deleted and times.plain(times.SEEDED) or json.null
end

local function tenant_hit(call, tenant)
  local path = tree.path(call, tenant)
  table.remove(path)
  return {
    obj_type = "tenant", id = tenant.id, parent_id = tenant.parent_id, path = json.array(path), kind = tenant.kind,
    name = tenant.name, deleted_at = deleted_at(tenant),
  }
end

local function user_hit(call, user)
  return {
    obj_type = "user", id = user.id, parent_id = user.tenant_id, login = user.login, first_name = user.first,
    path = json.array(tree.path(call, call.state.tenants.by_id[user.tenant_id])), last_name = user.last,
    deleted_at = deleted_at(user),
  }
end

local function hits(call, root)
  local arguments, tenants, found = call.arguments, call.state.tenants, {}
  for _, tenant in ipairs(tree.subtree(tenants, root.id, arguments.allow_deleted)) do
    if matches(tenant.name, arguments.text) then
      found[#found + 1] = tenant_hit(call, tenant)
    end
  end
  for _, user in ipairs(call.state.users) do
    if (arguments.allow_deleted or not user.is_deleted) and not user.is_hidden
      and tree.is_inside(tenants, tenants.by_id[user.tenant_id], root.id)
      and matches(("%s %s %s"):format(user.login, user.first, user.last), arguments.text) then
      found[#found + 1] = user_hit(call, user)
    end
  end
  return found
end

local function find(call)
  local arguments = call.arguments
  local root, refusal = tree.find(call, arguments.tenant)
  if refusal then
    return refusal
  elseif not arguments.text:find("%S") or arguments.limit < 1 then
    return errors.error(call, 400, "text must have a word, and limit must be at least 1")
  end
  return respond.json(200, { items = listing.slice(hits(call, root), 0, arguments.limit) })
end

return { ["search.find"] = find }
