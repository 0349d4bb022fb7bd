---@meta _
-- SPDX-License-Identifier: MIT
-- Types for editors (LuaLS): clients and their options.
-- luacheck: no max line length

---A client. It has a field for each resource of its service, and in those one for each operation.
---@class instar.client
---@field close fun(self: instar.client) Ends everything that is under way; may be called again
---@field stats fun(self: instar.client): instar.stats Counts since the client was made
---@field request fun(self: instar.client, request: instar.generic_request, options?: instar.call_options): any, instar.response|string, instar.error? Reaches what has no operation
---@field operations fun(self: instar.client): string[] The names of all operations
---@field resources fun(self: instar.client): string[] The names of all resources

---@class instar.stats
---@field requests integer
---@field retries integer
---@field opened integer Connections opened
---@field reused integer Requests on connections that were there
---@field sent_bytes integer
---@field received_bytes integer
---@field seconds number Time that requests were under way
---@field event_errors integer Errors of the on_event function
---@field event_error? any The last of them

---@class (exact) instar.generic_request
---@field method string
---@field path string Behind the base URL, already encoded
---@field query? table<string, any>
---@field body? any Goes out as JSON
---@field headers? table<string, string>

---@class (exact) instar.client_options
---@field base_url? string Where requests go; a path prefix is kept
---@field token? string|false|fun(): string, number? A function may return the token's end in epoch seconds too; false: none at all
---@field api_version? string|false Default the one described; false sends none
---@field timeout? number Seconds for the whole call, fetching a token included; default 60
---@field connect_timeout? number Seconds for connecting; default 10
---@field attempt_timeout? number Seconds for one attempt; default 30
---@field idle_timeout? number Streams: seconds without a byte; default 30
---@field retries? integer Attempts after the first; default 3
---@field max_body? integer Bytes of the largest answer held in memory; default 64 MiB
---@field max_in_flight? integer Requests under way at once; default 32
---@field tls? instar.tls_options
---@field allow_http? boolean Let http:// go to hosts other than loopback; default false
---@field proxy? string|false Default the environment's; false: none
---@field headers? table<string, string> Further headers of each request
---@field user_agent? string
---@field on_event? fun(event: instar.event) Told what happens, without secrets
---@field transport? instar.transport In place of the network

---@class (exact) instar.tls_options
---@field ca_file? string Path of a file in PEM; replaces the system's
---@field ca_path? string Path of a folder; replaces the system's
---@field cert? string Path of the client's certificate
---@field key? string Path of its key
---@field verify? boolean Only false switches checking off

---@class instar.event
---@field name "request"|"response"|"retry"|"refresh"|"suspect_argument"|"insecure_tls"|"already_gone"|string
---@field service? string
---@field operation? string
---@field method? string
---@field url? string
---@field status? integer
---@field attempts? integer
---@field seconds? number
---@field failure? string
---@field argument? string
---@field values? string[]

---A request as a transport gets it, and as `op:prepare` shows it.
---@class instar.request
---@field method string
---@field url string
---@field headers table<string, string>
---@field body? string

---@class instar.transport_response
---@field status integer
---@field headers? table<string, string>
---@field body? string

---Answers a request, or returns nil, a kind of error and a message.
---@alias instar.transport fun(request: instar.request): instar.transport_response?, instar.error_kind?, string?
