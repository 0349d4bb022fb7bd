-- SPDX-License-Identifier: MIT
-- The rock: one C module, and the Lua modules around it.

rockspec_format = "3.0"
package = "instar"
version = "scm-1"

source = {
  url = "git+https://example.org/instar.git",
  branch = "main",
}

description = {
  summary = "Losant, KakaoCloud BCS and Acronis Cyber Platform clients on libcurl",
  detailed = [[
    The instance and report operations of three cloud services as Lua functions: typed arguments, retries that never
    do a thing twice, paging, waiting, many calls at once, reports as streams, and a sandbox to test against.
  ]],
  license = "MIT",
  labels = { "api", "cloud", "curl", "http", "rest" },
}

supported_platforms = { "unix" }

dependencies = {
  "lua >= 5.1",
  "lua-cjson >= 2.1.0",
}

external_dependencies = {
  CURL = { library = "curl" },
  ZLIB = { library = "z" },
}

test_dependencies = {
  "busted >= 2.1",
  "dkjson",
  "luasocket",
  "luasec",
}

test = {
  type = "busted",
}

build = {
  type = "builtin",
  modules = {
    ["instar.core"] = {
      sources = {
        "src/api/acronis.c",
        "src/api/kakaocloud.c",
        "src/api/losant.c",
        "src/binding/arguments.c",
        "src/binding/build.c",
        "src/binding/call.c",
        "src/binding/client.c",
        "src/binding/core.c",
        "src/binding/decode.c",
        "src/binding/describe.c",
        "src/binding/error.c",
        "src/binding/exchange.c",
        "src/binding/generic.c",
        "src/binding/json.c",
        "src/binding/misuse.c",
        "src/binding/operation.c",
        "src/binding/option_checks.c",
        "src/binding/options.c",
        "src/binding/query.c",
        "src/binding/result.c",
        "src/binding/state.c",
        "src/binding/turn.c",
        "src/binding/value.c",
        "src/engine/alloc.c",
        "src/engine/base64.c",
        "src/engine/beacon.c",
        "src/engine/buffer.c",
        "src/engine/client.c",
        "src/engine/clock.c",
        "src/engine/easy.c",
        "src/engine/engine.c",
        "src/engine/failure.c",
        "src/engine/headers.c",
        "src/engine/inflate.c",
        "src/engine/request.c",
        "src/engine/response.c",
        "src/engine/sigpipe.c",
        "src/engine/sockets.c",
        "src/engine/timers.c",
        "src/engine/transfer.c",
        "src/engine/url.c",
      },
      incdirs = { "src", "$(CURL_INCDIR)", "$(ZLIB_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)", "$(ZLIB_LIBDIR)" },
      libraries = { "curl", "z", "pthread" },
    },
    ["instar.call"] = "lua/instar/call.lua",
    ["instar.clock"] = "lua/instar/clock.lua",
    ["instar.credentials"] = "lua/instar/credentials.lua",
    ["instar.cursors"] = "lua/instar/cursors.lua",
    ["instar.events"] = "lua/instar/events.lua",
    ["instar.failure"] = "lua/instar/failure.lua",
    ["instar.invocation"] = "lua/instar/invocation.lua",
    ["instar.loop"] = "lua/instar/loop/init.lua",
    ["instar.loop.copas"] = "lua/instar/loop/copas.lua",
    ["instar.loop.cqueues"] = "lua/instar/loop/cqueues.lua",
    ["instar.loop.driver"] = "lua/instar/loop/driver.lua",
    ["instar.loop.luv"] = "lua/instar/loop/luv.lua",
    ["instar.member"] = "lua/instar/member.lua",
    ["instar.meta.acronis"] = "lua/instar/meta/acronis.lua",
    ["instar.meta.calls"] = "lua/instar/meta/calls.lua",
    ["instar.meta.client"] = "lua/instar/meta/client.lua",
    ["instar.meta.instar"] = "lua/instar/meta/instar.lua",
    ["instar.meta.kakaocloud"] = "lua/instar/meta/kakaocloud.lua",
    ["instar.meta.losant"] = "lua/instar/meta/losant.lua",
    ["instar.meta.operation"] = "lua/instar/meta/operation.lua",
    ["instar.pager"] = "lua/instar/pager.lua",
    ["instar.parallel"] = "lua/instar/parallel.lua",
    ["instar.progress"] = "lua/instar/progress.lua",
    ["instar.queue"] = "lua/instar/queue.lua",
    ["instar.redact"] = "lua/instar/redact.lua",
    ["instar.run"] = "lua/instar/run.lua",
    ["instar.sandbox"] = "lua/instar/sandbox/init.lua",
    ["instar.sandbox.acronis"] = "lua/instar/sandbox/acronis/init.lua",
    ["instar.sandbox.acronis.errors"] = "lua/instar/sandbox/acronis/errors.lua",
    ["instar.sandbox.acronis.report"] = "lua/instar/sandbox/acronis/report.lua",
    ["instar.sandbox.acronis.token"] = "lua/instar/sandbox/acronis/token.lua",
    ["instar.sandbox.arguments"] = "lua/instar/sandbox/arguments.lua",
    ["instar.sandbox.base64"] = "lua/instar/sandbox/base64.lua",
    ["instar.sandbox.box"] = "lua/instar/sandbox/box.lua",
    ["instar.sandbox.calendar"] = "lua/instar/sandbox/calendar.lua",
    ["instar.sandbox.credentials"] = "lua/instar/sandbox/credentials.lua",
    ["instar.sandbox.json"] = "lua/instar/sandbox/json.lua",
    ["instar.sandbox.kakaocloud"] = "lua/instar/sandbox/kakaocloud/init.lua",
    ["instar.sandbox.kakaocloud.catalogue"] = "lua/instar/sandbox/kakaocloud/catalogue.lua",
    ["instar.sandbox.kakaocloud.creation"] = "lua/instar/sandbox/kakaocloud/creation.lua",
    ["instar.sandbox.kakaocloud.errors"] = "lua/instar/sandbox/kakaocloud/errors.lua",
    ["instar.sandbox.kakaocloud.instance"] = "lua/instar/sandbox/kakaocloud/instance.lua",
    ["instar.sandbox.kakaocloud.list"] = "lua/instar/sandbox/kakaocloud/list.lua",
    ["instar.sandbox.kakaocloud.machine"] = "lua/instar/sandbox/kakaocloud/machine.lua",
    ["instar.sandbox.kakaocloud.project"] = "lua/instar/sandbox/kakaocloud/project.lua",
    ["instar.sandbox.kakaocloud.seeds"] = "lua/instar/sandbox/kakaocloud/seeds.lua",
    ["instar.sandbox.kakaocloud.token"] = "lua/instar/sandbox/kakaocloud/token.lua",
    ["instar.sandbox.listing"] = "lua/instar/sandbox/listing.lua",
    ["instar.sandbox.losant"] = "lua/instar/sandbox/losant/init.lua",
    ["instar.sandbox.losant.auth"] = "lua/instar/sandbox/losant/auth.lua",
    ["instar.sandbox.losant.errors"] = "lua/instar/sandbox/losant/errors.lua",
    ["instar.sandbox.losant.instance"] = "lua/instar/sandbox/losant/instance.lua",
    ["instar.sandbox.losant.summaries"] = "lua/instar/sandbox/losant/summaries.lua",
    ["instar.sandbox.losant.usage"] = "lua/instar/sandbox/losant/usage.lua",
    ["instar.sandbox.operations"] = "lua/instar/sandbox/operations.lua",
    ["instar.sandbox.options"] = "lua/instar/sandbox/options.lua",
    ["instar.sandbox.respond"] = "lua/instar/sandbox/respond.lua",
    ["instar.sandbox.router"] = "lua/instar/sandbox/router.lua",
    ["instar.sandbox.schema"] = "lua/instar/sandbox/schema.lua",
    ["instar.sandbox.sequence"] = "lua/instar/sandbox/sequence.lua",
    ["instar.sandbox.server"] = "lua/instar/sandbox/server.lua",
    ["instar.sandbox.tls"] = "lua/instar/sandbox/tls.lua",
    ["instar.sandbox.tokens"] = "lua/instar/sandbox/tokens.lua",
    ["instar.sandbox.uri"] = "lua/instar/sandbox/uri.lua",
    ["instar.scheduler"] = "lua/instar/scheduler.lua",
    ["instar.times"] = "lua/instar/times.lua",
    ["instar.tuple"] = "lua/instar/tuple.lua",
    ["instar.wait"] = "lua/instar/wait.lua",
    instar = "lua/instar/init.lua",
  },
  platforms = {
    linux = {
      modules = {
        ["instar.core"] = { libraries = { "curl", "z", "pthread", "dl" } },
      },
    },
  },
}
