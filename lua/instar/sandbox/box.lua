-- SPDX-License-Identifier: MIT
-- One sandbox: the state of three services behind a function from request to response.

local arguments = require "instar.sandbox.arguments"
local operations = require "instar.sandbox.operations"
local options = require "instar.sandbox.options"
local router = require "instar.sandbox.router"
local uri = require "instar.sandbox.uri"

local box = {}

-- The first service that owns a path answers for it. (Require has a second result, which parentheses drop.)
local services = {
  require "instar.sandbox.kakaocloud",
  require "instar.sandbox.acronis",
  (require "instar.sandbox.losant"),
}

local routes = router.new()
for _, service in ipairs(services) do
  local described = operations[service.name]
  for _, operation in ipairs(described.operations) do
    routes:add(operation.method, service.path_of(operation), {
      service = service, operation = operation, common = described.common,
    })
  end
end

local function owner_of(path)
  for _, service in ipairs(services) do
    if service.owns(path) then
      return service
    end
  end
end

local function refuse_route(call, allowed)
  local service = owner_of(call.path)
  if #allowed == 0 then
    return service.error(call, 404, "No such path: " .. call.path)
  end
  return service.error(call, 405, call.request.method .. " is not allowed", { allow = table.concat(allowed, ", ") })
end

local function handle(call, service)
  local handler = service.handlers[call.operation.name]
  local refusal = call.operation.auth == "token" and service.authenticate(call)
  if refusal then
    return refusal
  elseif not handler then
    return service.error(call, 501, "The sandbox does not have " .. call.operation.name)
  end
  local problems
  call.arguments, problems = arguments.read(call, service.policy)
  return #problems > 0 and service.refuse(call, problems) or handler(call)
end

-- Operations that share method and path differ in the constants of their forms, such as grant_type.
local function has_constants(operation, fields)
  for _, parameter in ipairs(operation.parameters or {}) do
    if parameter.place == "form" and parameter.fallback and fields[parameter.name] ~= parameter.fallback then
      return false
    end
  end
  return true
end

local function meaning(request)
  return function(target)
    return target.operation.body ~= "form" or has_constants(target.operation, uri.fields(request.body or ""))
  end
end

-- HEAD is GET without the body.
local function route(self, request)
  local path, query = uri.split(request.url)
  local method = request.method == "HEAD" and "GET" or request.method
  local call = { box = self, request = request, path = path, query = query, now = self.clock() }
  local found, values = routes:find(method, path, meaning(request))
  if not found then
    return refuse_route(call, values)
  end
  call.operation, call.common, call.path_values = found.operation, found.common, values
  call.state = self.states[found.service.name]
  return handle(call, found.service)
end

local function lower_names(headers)
  local lowered = {}
  for name, value in pairs(headers or {}) do
    lowered[name:lower()] = value
  end
  return lowered
end

local function answer(self, request)
  request = { method = request.method, url = request.url, headers = lower_names(request.headers), body = request.body }
  local response = self.faults and self.faults(request) or route(self, request)
  response.headers, response.body = response.headers or {}, response.body or ""
  if request.method == "HEAD" then
    response.headers["content-length"] = ("%d"):format(#response.body)
    response.body = ""
  end
  return response
end

local methods = {}

--- Forget everything that happened; the seeds are as new.
function methods:reset()
  self.states = {}
  for _, service in ipairs(services) do
    self.states[service.name] = service.new_state(self)
  end
end

local metatable = { __index = methods, __call = answer, __name = "instar.sandbox" }

local defaults = { clock = os.time, build_seconds = 2 }
local known = { clock = "function", build_seconds = "number", token_seconds = "number", faults = "function" }

--- A new box; `sandbox.new` says what options there are.
function box.new(given)
  given = given or {}
  options.check(given, known, 2)
  local self = {}
  for name in pairs(known) do
    self[name] = given[name] or defaults[name]
  end
  setmetatable(self, metatable)
  self:reset()
  return self
end

return box
