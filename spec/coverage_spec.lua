-- SPDX-License-Identifier: MIT
-- Every operation is all there: as the documents have it, replayed, in the reference, with types and an example.

local instar = require "instar"
local json = require "spec.support.json"
local luals = require "spec.support.luals"
local reference = require "spec.support.reference"

local COUNTS = { losant = 66, kakaocloud = 36, acronis = 22 }

-- "name:place:type!", as describe() tells it.
local function read_argument(word)
  local name, place, type, mark = word:match("^([^:]+):(%l+):(%l+)([!=]?)$")
  assert(name, "unreadable: " .. word)
  return { name = name, ["in"] = place, type = type, required = mark == "!" }
end

local function read_line(line, common)
  local words = {}
  for word in line:gmatch("%S+") do words[#words + 1] = word end
  local row = { service = words[1], name = words[2], method = words[3], path = words[4], parameters = {} }
  for _, parameter in ipairs(common) do table.insert(row.parameters, parameter) end
  for i = 5, #words do table.insert(row.parameters, read_argument(words[i])) end
  return row
end

-- The list of operations by service; what "*" has comes first in each operation.
local function read_list()
  local services, common = { losant = {}, kakaocloud = {}, acronis = {} }, {}
  for line in io.lines("spec/operations.txt") do
    local row = line:sub(1, 1) ~= "#" and read_line(line, common[line:match("^%a+")] or {})
    if row and row.name == "*" then
      common[row.service] = row.parameters
    elseif row then
      table.insert(services[row.service], row)
    end
  end
  return services
end

-- How many exchanges each operation has, those written from the documents too.
local function count_vectors()
  local counts = {}
  for _, file in ipairs { "losant", "kakaocloud", "acronis", "written" } do
    for _, vector in ipairs(json.read_file("spec/vectors/" .. file .. ".json")) do
      local name = (vector.service or file) .. " " .. vector.operation
      counts[name] = (counts[name] or 0) + 1
    end
  end
  return counts
end

local function read_types()
  local model = luals.new()
  for service in pairs(COUNTS) do
    local file = assert(io.open("lua/instar/meta/" .. service .. ".lua", "rb"))
    model:read(file:read("*a"))
    file:close()
  end
  return model
end

local list, vectors, types = read_list(), count_vectors(), read_types()

-- A client, and the requests that it sends: each is answered with a token, which does for every operation.
local function recording_client(service)
  local sent = {}
  local function transport(request)
    sent[#sent + 1] = request
    return { status = 200, headers = { ["x-subject-token"] = "t" }, body = '{"token":"t","access_token":"t"}' }
  end
  local options = { base_url = "https://host.example/base", transport = transport, token = "t" }
  if service == "acronis" then
    options.token, options.client_id, options.client_secret = nil, "id", "secret"
  end
  return instar[service](options), sent
end

-- What describe() tells of the things that the list has.
local function told(description)
  local parameters = {}
  for i, parameter in ipairs(description.parameters) do
    parameters[i] = {
      name = parameter.name, ["in"] = parameter["in"], type = parameter.type, required = parameter.required,
    }
  end
  return { method = description.method, path = description.path, parameters = parameters }
end

local function find_operation(client, name)
  local resource, action = name:match("^(.-)%.(.+)$")
  return client[resource][action]
end

local function check_section(section, description, name)
  local function check_has(text)
    assert(section:find(text, 1, true), ("the section %s lacks %s"):format(name, text))
  end
  check_has("`" .. description.method .. " " .. description.path .. "`")
  check_has("- **Answer**: ")
  for status in pairs(description.statuses) do check_has(("%d"):format(status)) end
  for _, parameter in ipairs(told(description).parameters) do
    local is_common = parameter.name:find("^_") or parameter.name == "losantdomain"
    if not is_common then check_has("\n| `" .. parameter.name .. "` | " .. parameter["in"] .. " |") end
  end
end

-- The pattern of a path on the wire.
local function path_pattern(path)
  return path:gsub("[%-.]", "%%%0"):gsub("{[^{}]+}", "[^/?]+")
end

local function check_example(service, section, description)
  local client, sent = recording_client(service)
  local examples = reference.examples(section)
  assert.equal(1, #examples)
  reference.run(examples[1], service, client)
  local request = sent[#sent]
  assert.equal(description.method, request.method)
  assert.matches(path_pattern(description.path) .. "$", (request.url:gsub("%?.*", "")))
end

for service, count in pairs(COUNTS) do
  local client = recording_client(service)
  local page = reference.page(service)
  local sections = reference.sections(page)

  describe("the operations of " .. service, function()
    it("are those of the list", function()
      local names = {}
      for i, row in ipairs(list[service]) do names[i] = row.name end
      local actual = client:operations()
      table.sort(names)
      table.sort(actual)
      assert.same(names, actual)
      assert.equal(count, #actual)
    end)
  end)

  for _, row in ipairs(list[service]) do
    describe(service .. " " .. row.name, function()
      local description = find_operation(client, row.name):describe()

      it("is as the list has it", function()
        assert.same({ method = row.method, path = row.path, parameters = row.parameters }, told(description))
      end)

      it("has exchanges that are replayed", function()
        assert.is_truthy(vectors[service .. " " .. row.name])
      end)

      it("has a section in the reference", function()
        check_section(assert(sections[row.name], "there is no section"), description, row.name)
      end)

      it("has an example that calls it", function()
        check_example(service, sections[row.name], description)
      end)

      it("has types", function()
        local class = "instar." .. service .. "." .. row.name
        assert.is_truthy(types.classes[class], class)
        assert.is_truthy(types.classes[class .. ".arguments"], class .. ".arguments")
      end)
    end)
  end

  describe("the reference of " .. service, function()
    it("has links that lead somewhere", function()
      local anchors, links = reference.anchors(page), 0
      for link in page:gmatch("%]%(#([^()]+)%)") do
        assert(anchors[link], "nothing is called #" .. link)
        links = links + 1
      end
      assert.is_true(links >= 2 * count - 1, "there are only " .. links .. " links")
    end)

    it("describes nothing else", function()
      local known = {}
      for _, row in ipairs(list[service]) do known[row.name] = true end
      for heading in pairs(sections) do assert(known[heading] or heading:find("^Schema "), heading) end
    end)
  end)
end
