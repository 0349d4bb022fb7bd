-- SPDX-License-Identifier: MIT
-- The tokens a service has given out, and until when each is good.

local tokens = {}

local methods = {}
local metatable = { __index = methods }

--- A new ledger.
-- @tparam string permanent a token that never expires
-- @param[opt] holder whose token it is
function tokens.new(permanent, holder)
  local self = setmetatable({ rows = {} }, metatable)
  self:add(permanent, nil, holder)
  return self
end

--- Note a token.
-- @tparam string token
-- @tparam ?number expires epoch seconds; never by default
-- @param[opt] holder whose token it is
function methods:add(token, expires, holder)
  self.rows[token] = { expires = expires or math.huge, holder = holder or true }
end

--- The holder of a token.
-- @tparam ?string token
-- @tparam number now epoch seconds
-- @return the holder, true if the token came without one, or nil if it is not known or no longer good
function methods:holder(token, now)
  local row = token and self.rows[token]
  return row and now < row.expires and row.holder or nil
end

--- Whether a token is known and still good.
-- @tparam ?string token
-- @tparam number now epoch seconds
function methods:accepts(token, now)
  return self:holder(token, now) ~= nil
end

--- Forget all tokens of a holder.
function methods:drop(holder)
  for token, row in pairs(self.rows) do
    if row.holder == holder then
      self.rows[token] = nil
    end
  end
end

return tokens
