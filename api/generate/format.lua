-- SPDX-License-Identifier: MIT
-- What may stand in api/*.json: every kind of object, its members, and what they mean.
--
-- A row is {type, text, required = true, values = {...}}. Types: string, boolean, integer, scalar (string, number or
-- boolean), strings (array of strings), texts (object of strings), json (anything), status (a code, or an object
-- "status"); "object KIND", "list KIND" and "map KIND" lead to another kind below.

local TYPES = {"string", "integer", "number", "boolean", "object", "array", "any"}
local PARAMETER_TYPES = {"list", "string", "integer", "number", "boolean", "object", "array", "any"}
local FORMATS = {"date", "date-time", "email", "hex24", "uri", "uuid"}

local format = {}

format.service = {
  name = {"string", "name in Lua and C", required = true},
  title = {"string", "name for people", required = true},
  source = {"string", "where the facts come from", required = true},
  base_url = {"string", "where requests go; absent: the caller must say"},
  roots = {"list root", "further base URLs"},
  version = {"object version", "the API version header"},
  token = {"object token", "the header that carries the token", required = true},
  basic = {"object basic", "client options of operations with auth basic"},
  login = {"object login", "how credentials become a token", required = true},
  environment = {"texts", "client option: environment variable", required = true},
  encoding = {"string", "how query parameters write tables, where they do not say", values = {"brackets", "json"}},
  common = {"list parameter", "parameters of every operation"},
  error = {"object error", "where errors say what they are", required = true},
  statuses = {"texts", "answers that mean the same in every operation"},
  operations = {"list operation", "the operations", required = true},
  examples = {"json", "parameter: value for examples that must give it", required = true},
  schemas = {"map schema", "descriptions that several places share"},
}

format.root = {
  name = {"string", "what operations call it", required = true},
  option = {"string", "client option that replaces the URL", required = true},
  url = {"string", "the URL", required = true},
}

format.version = {
  header = {"string", "header name", required = true},
  value = {"string", "version that is asked for", required = true},
}

format.token = {
  header = {"string", "header name", required = true},
  prefix = {"string", "what stands before the token"},
}

format.basic = {
  user = {"string", "client option", required = true},
  password = {"string", "client option", required = true},
}

format.login = {
  operation = {"string", "the operation that answers a token", required = true},
  required = {"strings", "credential options that are all needed", required = true},
  optional = {"strings", "credential options that may come too"},
  arguments = {"json", "arguments of the operation; \"$name\" is an option, left out when unset", required = true},
  token_header = {"string", "the token is in this answer header (lower case)"},
  token_member = {"string", "or in this dotted member of the answer"},
  expires_at = {"string", "dotted member: end of the token, RFC 3339"},
  expires_on = {"string", "dotted member: end of the token, seconds since the epoch"},
  expires_in = {"string", "dotted member: seconds until the end"},
  once = {"string", "credential option that works once, so that the login cannot be repeated"},
  renew_before = {"integer", "renew when so many seconds are left"},
}

format.error = {
  code = {"strings", "dotted members to try for the code", required = true},
  message = {"strings", "dotted members to try for the message", required = true},
}

format.operation = {
  name = {"string", "resource.action", required = true},
  method = {"string", "HTTP method", required = true, values = {"GET", "POST", "PUT", "PATCH", "DELETE"}},
  path = {"string", "path with {parameter}s", required = true},
  text = {"string", "one line for people", required = true},
  root = {"string", "one of the service's roots; absent: base_url"},
  auth = {"string", "default: token", values = {"token", "basic", "none"}},
  ["repeat"] = {"string", "default: unsafe for POST and PATCH", values = {"safe", "unsafe"}},
  parameters = {"list parameter", "the arguments; path parameters in the order of the path"},
  answer = {"string", "default: json", values = {"json", "file", "other"}},
  statuses = {"list status", "documented answers", required = true},
  paging = {"object paging", "how the list is walked"},
  waiting = {"object waiting", "how the operation is watched"},
  result = {"object node", "the answer's body"},
  scopes = {"strings", "token scopes that allow it, one of them is enough"},
  roles = {"strings", "roles that allow it, one of them is enough"},
  notes = {"strings", "what else a user should know"},
  example = {"json", "arguments of its example, beside those that the service's examples hold"},
}

format.status = {
  code = {"integer", "HTTP status", required = true},
  text = {"string", "what it means here", required = true},
}

format.paging = {
  style = {"string", "how pages are asked for", required = true, values = {"page", "offset", "cursor"}},
  items = {"string", "dotted member of the answer", required = true},
  size = {"string", "parameter: page size"},
  position = {"string", "parameter: page number, offset or cursor", required = true},
  total = {"string", "dotted member of the answer"},
  next = {"string", "dotted member: the next cursor"},
  more = {"string", "dotted member: whether more follows"},
  identity = {"string", "member of an item that is the next cursor"},
  first = {"integer", "first page number or offset"},
  default_size = {"integer", "page size of the service"},
}

format.waiting = {
  status = {"string", "dotted member; items[].status looks at every item", required = true},
  failed = {"strings", "states that end the wait with an error"},
  states = {"strings", "documented states", required = true},
}

-- What describes a value. Arguments, members and shared schemas are nodes too.
format.node = {
  type = {"string", "absent with schema", values = TYPES},
  format = {"string", "what the string holds; hex24 is 24 hex digits", values = FORMATS},
  nullable = {"boolean", "null is a value too"},
  values = {"strings", "documented values"},
  min = {"integer", "least number, characters or items"},
  max = {"integer", "most"},
  closed = {"boolean", "other members are refused by the service"},
  schema = {"string", "one of the shared schemas, in place of type, members, items and map"},
  text = {"string", "one line for people"},
  members = {"list member", "members of an object"},
  items = {"object node", "items of an array"},
  map = {"object node", "values of an object with free names"},
}

local function extend(base, rows)
  for name, row in pairs(base) do rows[name] = rows[name] or row end
  return rows
end

format.schema = format.node

format.member = extend(format.node, {
  name = {"string", "as the service spells it"},
  names = {"strings", "in place of name: several members of this description"},
  required = {"boolean", "must be there"},
})

format.parameter = extend(format.node, {
  name = {"string", "as the service spells it", required = true},
  ["in"] = {"string", "body: the whole body; member: a member of the body's object", required = true,
    values = {"path", "query", "header", "body", "member", "form"}},
  type = {"string", "absent with schema; list: one comma-joined string", values = PARAMETER_TYPES},
  required = {"boolean", "must be given; path parameters always are"},
  fallback = {"scalar", "sent when the caller gives nothing"},
  default = {"scalar", "what the service assumes when nothing is sent"},
  encoding = {"string", "how a query parameter writes tables", values = {"plain", "brackets", "json"}},
})

return format
