-- SPDX-License-Identifier: MIT
-- The users that Losant knows here, whoever's members they are.

local users = {}

local rows = {
  { "5ff89ff825013dc6c2856184", "ops@example.com", "Hana", "Ops" },
  { "5ff89ff825013dc6c2856185", "viewer@example.com", "Vera", "Viewer" },
  { "5ff89ff825013dc6c2856186", "engineer@example.com", "Emil", "Engineer" },
  { "5ff89ff825013dc6c2856187", "shift@example.com", "Sina", "Shift" },
}

--- The user whose credentials the sandbox accepts.
users.LOGIN = rows[1][1]

--- The users of a fresh state, as a list.
function users.seed()
  local list = {}
  for index, row in ipairs(rows) do
    list[index] = {
      userId = row[1], email = row[2], firstName = row[3], lastName = row[4],
      avatarUrl = "https://example.com/avatars/" .. row[1] .. ".png",
      twoFactorAuthEnabled = index == 1, ssoLinked = false,
    }
  end
  return list
end

--- The user with an id or an e-mail address.
-- @tparam table list
-- @tparam table wanted with userId or email; userId decides
-- @treturn ?table
function users.find(list, wanted)
  local name = wanted.userId and "userId" or "email"
  for _, user in ipairs(list) do
    if wanted[name] and user[name] == wanted[name] then
      return user
    end
  end
end

--- The name of a user as people read it.
function users.full_name(user)
  return user.firstName .. " " .. user.lastName
end

return users
