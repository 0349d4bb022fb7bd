-- SPDX-License-Identifier: MIT
-- The tokens a service has given out, and until when each is good.

local tokens = {}

local methods = {}
local metatable = { __index = methods }

--- A new ledger.
-- @tparam string permanent a token that never expires
function tokens.new(permanent)
  return setmetatable({ expiry = { [permanent] = math.huge } }, metatable)
end

--- Note a token.
-- @tparam string token
-- @tparam ?number expires epoch seconds; never by default
function methods:add(token, expires)
  self.expiry[token] = expires or math.huge
end

--- Whether a token is known and still good.
-- @tparam ?string token
-- @tparam number now epoch seconds
function methods:accepts(token, now)
  local expiry = token and self.expiry[token]
  return expiry ~= nil and now < expiry
end

return tokens
