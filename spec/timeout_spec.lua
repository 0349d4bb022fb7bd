-- SPDX-License-Identifier: MIT
-- Time that runs out, at each stage of a call and by each option. Outcomes are checked, never how long it took.

local backlog = require "spec.support.backlog"
local instar = require "instar"
local outcome = require "spec.support.outcome"
local server = require "spec.support.server".start()
local socket = require "socket"

local ID = "575ec8687ae143cd83dc4a97"
local SHORT = 0.15
local LARGE = ("x"):rep(16 * 1024 * 1024)
local HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n"
local DRIP = { bytes = 1, every = 0.05 }

local full

setup(function() full = backlog.open() end)
teardown(function() full:close() end)
before_each(function() server:reset() end)

local function new_client(options)
  local all = { base_url = server:url("http"), token = "t", retries = 0, tls = { ca_file = server.files.ca } }
  for name, value in pairs(options or {}) do all[name] = value end
  return instar.losant(all)
end

local function write(client, options, instance)
  return client.instance.patch({ instanceId = ID, instance = instance or { name = "x" } }, options)
end

local function next_call_works(client)
  server:queue { body = '{"next":1}' }
  outcome.succeeded({ next = 1 }, client.instance.get(ID))
end

-- Name, where the client goes, the script, what `sent` must be, how the message names the stage, options that end it.
local CONNECTING = { "connect_timeout", "attempt_timeout", "timeout" }
local ANSWERING = { "attempt_timeout", "timeout" }
local stages = {
  { "connecting", url = function() return "http://127.0.0.1:" .. full.port end, sent = "no", stage = "connecting to",
    options = CONNECTING },
  { "connecting before TLS", url = function() return "https://127.0.0.1:" .. full.port end, sent = "no",
    stage = "connecting to", options = CONNECTING },
  { "the TLS handshake", url = function() return "https://127.0.0.1:" .. server.ports.silent end, sent = "no",
    stage = "in the TLS handshake with", options = CONNECTING },
  { "sending", script = { hang = "before_read" }, instance = { name = LARGE }, sent = "maybe", stage = "",
    options = ANSWERING },
  { "waiting for the answer", script = { hang = "before_headers" }, sent = "maybe", stage = "waiting for the answer of",
    options = ANSWERING },
  { "waiting for the answer over TLS", url = function() return server:url("https") end,
    script = { hang = "before_headers" }, sent = "maybe", stage = "waiting for the answer of", options = ANSWERING },
  { "a status line that stops", script = { raw = "HTTP/1.1 2", ["then"] = "hang" }, sent = "maybe",
    stage = "waiting for the answer of", options = ANSWERING },
  { "an interim answer without a final one", script = { raw = "HTTP/1.1 103 Early Hints\r\n\r\n", ["then"] = "hang" },
    sent = "maybe", stage = "waiting for the answer of", options = ANSWERING },
  { "headers that stop", script = { raw = HEAD .. "A: b", ["then"] = "hang" }, sent = "yes", status = 200,
    stage = "receiving the answer of", options = ANSWERING },
  { "headers that drip", script = { raw = HEAD .. ("A: b\r\n"):rep(200), drip = { bytes = 40, every = 0.05 },
    ["then"] = "hang" }, sent = "yes", status = 200, stage = "receiving the answer of", options = ANSWERING },
  { "a body that does not begin", script = { raw = HEAD .. "\r\n", ["then"] = "hang" }, sent = "yes", status = 200,
    stage = "receiving the answer of", options = ANSWERING },
  { "a body that stops", script = { body = '{"a":1}', hang = "in_body" }, sent = "yes", status = 200,
    stage = "receiving the answer of", options = ANSWERING },
  { "a body that drips", script = { body = ('"%s"'):format(("x"):rep(200)), drip = DRIP }, sent = "yes", status = 200,
    stage = "receiving the answer of", options = ANSWERING },
  { "the body of an error", script = { status = 500, body = '{"a":1}', hang = "in_body" }, sent = "yes", status = 500,
    stage = "receiving the answer of", options = ANSWERING },
}

for _, row in ipairs(stages) do
  describe("a stall in " .. row[1], function()
    for _, option in ipairs(row.options) do
      it("is ended by " .. option, function()
        local client = new_client { base_url = row.url and row.url(), [option] = SHORT }
        if row.script then server:queue(row.script) end
        local _, message = outcome.failed({ kind = "timeout", sent = row.sent, status = row.status or false,
          attempts = 1, retryable = true }, write(client, nil, row.instance))
        assert.matches(("timed out after %g s (%s)"):format(SHORT, option), message, 1, true)
        assert.matches(row.stage, message, 1, true)
        assert.matches("127.0.0.1", message, 1, true)
        assert.equal(row.script and 1 or 0, #server:requests())
        next_call_works(new_client())
      end)
    end
  end)
end

it("a call that waits for another's handshake, to share its connection, says so when its time is over", function()
  local client = new_client { base_url = "https://127.0.0.1:" .. server.ports.silent }
  local first = client.instance.get:async(ID)
  local _, message = outcome.failed({ kind = "timeout", sent = "no" },
    client.instance.get({ instanceId = ID }, { timeout = SHORT }))
  assert.matches("waiting for a connection to 127.0.0.1", message, 1, true)
  assert.is_false(first:done())
  first:cancel()
end)

describe("the next call of a client whose call timed out", function()
  -- What the late answer would be mistaken for, if its connection were used again.
  local rows = {
    { "before the answer", { delay = 0.5, body = '"late"' } },
    { "in the body", { body = '"late late late late late late"', drip = { bytes = 4, every = 0.2 } } },
  }
  for _, row in ipairs(rows) do
    it("gets its own answer: " .. row[1], function()
      local client = new_client()
      server:queue(row[2], { body = '"mine"' })
      outcome.failed({ kind = "timeout" }, client.instance.get({ instanceId = ID }, { timeout = SHORT }))
      outcome.succeeded("mine", client.instance.get(ID))
      local requests = server:requests()
      assert.same({ 2, true }, { #requests, requests[1].connection ~= requests[2].connection })
    end)
  end
end)

describe("the option", function()
  -- Options of the client, of the call, and which of them ends a call whose answer does not come.
  local ending = {
    { { timeout = 50, attempt_timeout = SHORT }, nil, "attempt_timeout" },
    { { timeout = SHORT, attempt_timeout = 50 }, nil, "timeout" },
    { { timeout = SHORT, attempt_timeout = SHORT }, nil, "timeout" },
    { { timeout = 50, attempt_timeout = 50 }, { timeout = SHORT }, "timeout" },
    { { timeout = 50, attempt_timeout = 50 }, { attempt_timeout = SHORT }, "attempt_timeout" },
    { { timeout = SHORT }, { attempt_timeout = 0.05 }, "attempt_timeout" },
    { { timeout = math.huge, attempt_timeout = math.huge }, { timeout = SHORT }, "timeout" },
    { { connect_timeout = SHORT, attempt_timeout = 2 * SHORT }, nil, "attempt_timeout" },
    { { timeout = 1e-9 }, nil, "timeout" },
  }
  for index, row in ipairs(ending) do
    it(("that ends first is named: %s (%d)"):format(row[3], index), function()
      server:queue { hang = "before_headers" }
      local _, message = outcome.failed({ kind = "timeout" }, write(new_client(row[1]), row[2]))
      assert.matches("(" .. row[3] .. ")", message, 1, true)
    end)
  end

  -- As before, for an answer that takes longer than a short option would allow.
  local passing = {
    { { timeout = 0.05 }, { timeout = 50 } },
    { { attempt_timeout = 0.05 }, { attempt_timeout = 50 } },
    { { timeout = 0.05, attempt_timeout = 0.05 }, { timeout = math.huge, attempt_timeout = math.huge } },
    { { connect_timeout = 0.2 }, nil },
    { { idle_timeout = 0.05 }, nil },
    { {}, { idle_timeout = 0.05 } },
  }
  for index, row in ipairs(passing) do
    it(("of a call, or for another stage, lets an answer pass (%d)"):format(index), function()
      server:queue { delay = 0.3, body = "{}" }
      outcome.succeeded({}, write(new_client(row[1]), row[2]))
    end)
  end
end)

describe("the time of a call", function()
  local function kakao(options)
    local all = { base_url = server:url("http"), iam_url = server:url("http"), retries = 0,
      application_credential_id = "id", application_credential_secret = "secret" }
    for name, value in pairs(options) do all[name] = value end
    return instar.kakaocloud(all)
  end

  for _, option in ipairs { "timeout", "attempt_timeout" } do
    it("covers fetching its token: " .. option, function()
      server:queue { hang = "before_headers" }
      local _, message = outcome.failed({ kind = "timeout", sent = "no" }, kakao { [option] = SHORT }.instance.get(ID))
      assert.matches("127.0.0.1:" .. server.ports.http, message, 1, true)
      assert.equal("POST", server:only_request().method)
    end)
  end

  it("of one call covers fetching the token too", function()
    server:queue { hang = "before_headers" }
    outcome.failed({ kind = "timeout", sent = "no" },
      kakao { timeout = 50 }.instance.get({ instance_id = ID }, { timeout = SHORT }))
    assert.equal(1, #server:requests())
  end)

  it("covers a token function, after which nothing is sent any more", function()
    local pause = 0
    local client = new_client { token = function()
      socket.sleep(pause)
      return "t"
    end }
    server:queue({ body = "{}" }, { body = "{}" })
    outcome.succeeded({}, write(client))
    pause = 0.1
    local _, message = outcome.failed({ kind = "timeout", sent = "no" }, write(client, { timeout = 0.05 }))
    assert.matches("(timeout)", message, 1, true)
    assert.equal(1, #server:requests())
  end)
end)
