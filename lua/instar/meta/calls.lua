---@meta _
-- SPDX-License-Identifier: MIT
-- Types for editors (LuaLS): calls under way, pagers, waiting.
-- luacheck: no max line length

---A call that was begun with `op:async`.
---@class instar.call
---@field wait fun(self: instar.call, seconds?: number): any, instar.response|string|nil, instar.error? What the operation would have given
---@field done fun(self: instar.call): boolean
---@field cancel fun(self: instar.call)
---@field close fun(self: instar.call) Lets go of it: a read is cancelled, anything else goes on

---Walks a list. In a `for` it raises errors; `next` returns them.
---@class instar.pager
---@field next fun(self: instar.pager): any, string?, instar.error? The next item or page; nil at the end
---@field token fun(self: instar.pager): string? Continues in another process, as the option of that name
---@field close fun(self: instar.pager) Cancels what is under way

---@class (exact) instar.pager_options: instar.call_options
---@field prefetch? integer Pages fetched ahead; default 1
---@field max? integer Ends after so many items
---@field token? string Where another pager was

---What `op:wait` waits for.
---@class (exact) instar.goal
---@field status? string|string[]
---@field gone? boolean
---@field until? fun(body: any): any

---@class (exact) instar.wait_options: instar.call_options
---@field call_timeout? number Seconds for one poll; `timeout` is for the whole wait, default 1800
---@field fail? string[] States that end the wait with an error
