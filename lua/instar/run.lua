-- SPDX-License-Identifier: MIT
-- Takes a call from its checked arguments to its result.
--
-- What may wait is not called in tail position, here and in other files of this folder: a tail call takes a function's
-- name along, by which Lua 5.1 tells that it may yield (compat.h).

local core = require "instar.core"
local credentials = require "instar.credentials"
local events = require "instar.events"
local failure = require "instar.failure"
local redact = require "instar.redact"
local scheduler = require "instar.scheduler"

local run = {}

--- What a transport may say went wrong.
local kinds = {
  timeout = true, transport = true, tls = true, decode = true, limit = true, cancelled = true, aborted = true,
}

local function is_response(response)
  if type(response) ~= "table" or type(response.status) ~= "number" then return false end
  local status = response.status
  return status % 1 == 0 and status >= 100 and status < 1000
    and (response.body == nil or type(response.body) == "string")
end

--- A transport's answer, or its `nil, kind, message`, becomes the call's. Gives the cause of a failure.
local function settle(call, ok, response, kind, message)
  if not ok then
    core.fail(call, "aborted", "the transport failed: " .. failure.text(response), true)
    return response
  elseif is_response(response) then
    core.settle(call, response.status, response.headers, response.body)
  elseif response == nil and kinds[kind] then
    core.fail(call, kind, tostring(message or "the transport gave no reason"), true)
  else
    core.fail(call, "aborted", "the transport answered neither {status, headers, body} nor nil, kind, message", true)
  end
end

--- Moves the call to its end, over the network or the client's own transport. Gives the cause of a transport's failure.
local function transfer(environment, call)
  if environment.transport and not call:done() then
    return settle(call, scheduler.protect(environment.transport, core.request(call)))
  end
  call:start()
  scheduler.await(call)
end

local function report_start(environment, call)
  local suspects = core.suspects(call) or {}
  for _, suspect in ipairs(suspects) do
    events.emit(environment, "suspect_argument", suspect, call)
  end
  events.emit(environment, "request", nil, call)
end

--- Carries a call to its end and tells on_event. Gives the cause of a transport's failure.
local function carry(environment, call)
  if environment.on_event then report_start(environment, call) end
  local cause = transfer(environment, call)
  if environment.on_event then events.emit(environment, "response", nil, call) end
  return cause
end

--- Takes a call that has been begun to where its answer, or what went wrong, lies in it: nothing is decoded yet.
-- @return[1] the cause of a failure that lies in the program's own functions
-- @treturn[2] string message of a failed login
-- @treturn[2] table its error
function run.fetch(call)
  local environment = core.environment(call)
  if scheduler.is_cancelled() then call:cancel() end
  if credentials.is_fetching(environment) then core.hurry(call) end
  local cause, err = credentials.authorize(environment, call)
  if err then return cause, err end
  if not call:done() then cause = carry(environment, call) end
  if credentials.may_renew(environment) and core.renew(call) then
    credentials.forget(environment, core.credential(call))
    cause, err = run.fetch(call)
  end
  return cause, err
end

--- What a call gives that has been fetched, or cancelled.
-- @param call
-- @param[opt] cause of a failure
-- @treturn[1] any the answer
-- @treturn[1] table the response: `status`, `headers`, `attempts`, `seconds`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table the error
function run.result(call, cause)
  local body, response, err = core.result(call)
  if not err then return body, response end
  err.cause = cause
  return nil, redact.failure(core.environment(call), err, call)
end

--- The same for the results of run.fetch. The call is closed afterwards.
function run.answer(call, cause, err)
  if err then
    call:close()
    return nil, cause, err
  end
  local body, response
  body, response, err = run.result(call, cause)
  call:close()
  return body, response, err
end

--- Runs a call that has been begun, and gives what it gives.
function run.call(call)
  return run.answer(call, run.fetch(call))
end

local function perform(operation, ...)
  local body, response, err = run.call(core.begin(operation, ...))
  return body, response, err
end

--- What an operation would send: `method`, `url`, `headers`, `body`; the credential is shown as `<secret>`.
local function prepare(operation, ...)
  local call = core.begin(operation, ...)
  if call:done() then return run.answer(call) end
  core.redact(call)
  local request = core.request(call)
  call:close()
  return request
end

local function request(client, arguments, options)
  local body, response, err = run.call(core.generic(client, arguments, options))
  return body, response, err
end

--- The counts of the C core, and the errors of the client's on_event function.
local function with_event_errors(stats)
  return function(client)
    local counts = stats(client)
    local environment = core.environment(client)
    counts.event_errors = environment.event_errors or 0
    counts.event_error = environment.event_error
    return counts
  end
end

--- Puts the Lua side of calls into the classes of the C core.
function run.install()
  local metatable, methods = core.class("instar.operation")
  metatable.__call = perform
  methods.prepare = prepare
  local _, client_methods = core.class("instar.client")
  client_methods.request = request
  client_methods.stats = with_event_errors(client_methods.stats)
end

return run
