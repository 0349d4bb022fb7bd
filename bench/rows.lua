-- SPDX-License-Identifier: MIT
-- The rows of the table.
--
--   name, case    pick a row: ONLY=latency, ONLY="latency 8"
--   title         what the table calls it
--   work          of a worker; `parameters` of it for everyone, `limit` and `instar` for the one only. `base` and `ca`
--                 name fields of what servers.start returns
--   measure       what is compared: cpu, wall; growth is KiB, compared with nothing
--   goal          the largest ratio of instar on Lua 5.4 to the limit (growth: KiB); a row without one informs
--   peers         the peers take part, those of them that can do the work
--   rounds        where they are not the usual number; `once` allows no other than 1
--   times         runs a round, the whole process being measured from outside

local GETS = {base = "http", count = 2000}
local AWAY_PAGES = {base = "away", count = 100}
local NEW_CONNECTIONS = {base = "tls_once", ca = "bundle", count = 100}

-- KiB. A loss of 16 bytes a get adds 1,547 in the 99,000 gets that are looked at; what the kernel says of a process may
-- be a few hundred out.
local NO_GROWTH = 512

local rows = {
  {
    name = "sequential", title = "sequential", work = "get", parameters = GETS,
    measure = "cpu", goal = 1.05, peers = true, rounds = 31,
  },
  {
    name = "in_flight", title = "in flight, 32 at once", work = "get",
    parameters = {base = "http", count = 2000, parallel = 32},
    measure = "cpu", goal = 1.05, peers = true, rounds = 31,
  },
  {
    name = "pages", title = "pages", work = "pages", parameters = {base = "http", count = 100},
    measure = "cpu", goal = 1.05, peers = true,
  },
  {
    name = "pages_away", case = "1", title = "pages, 20 ms away, prefetch = 1", work = "pages", parameters = AWAY_PAGES,
    instar = {prefetch = 1}, measure = "wall", goal = 0.93,
  },
  {
    name = "pages_away", case = "2", title = "pages, 20 ms away, prefetch = 2", work = "pages", parameters = AWAY_PAGES,
    instar = {prefetch = 2}, measure = "wall", goal = 0.49,
  },
  {
    name = "pages_away", case = "4", title = "pages, 20 ms away, prefetch = 4", work = "pages", parameters = AWAY_PAGES,
    instar = {prefetch = 4}, measure = "wall", goal = 0.27,
  },
  {
    name = "pages_away", case = "4 both", title = "pages, 20 ms away, both 4 ahead", work = "pages",
    parameters = AWAY_PAGES, limit = {prefetch = 4}, instar = {prefetch = 4}, measure = "wall",
  },
  {
    name = "latency", case = "1", title = "latency, one at a time", work = "get",
    parameters = {base = "away", count = 200}, measure = "wall", goal = 1.03,
  },
  {
    name = "latency", case = "8", title = "latency, 8 in flight", work = "get",
    parameters = {base = "away", count = 200, parallel = 8}, measure = "wall", goal = 1.03,
  },
  {
    name = "latency", case = "64", title = "latency, 64 in flight", work = "get",
    parameters = {base = "away", count = 200, parallel = 64}, measure = "wall", goal = 1.03,
  },
  {
    name = "tls", title = "tls", work = "get", parameters = {base = "h1_tls", ca = "ca", count = 500},
    measure = "cpu", goal = 1.05, peers = true, rounds = 31,
  },
  {
    name = "http2", title = "http2, 32 in flight", work = "get",
    parameters = {base = "tls", ca = "ca", count = 2000, parallel = 32}, measure = "cpu", rounds = 31,
  },
  {
    name = "tls_new", case = "cached", title = "tls, new connections", work = "connect", parameters = NEW_CONNECTIONS,
    limit = {mode = "cached"}, measure = "cpu", goal = 1.1, peers = true,
  },
  {
    name = "tls_new", case = "shared", title = "tls, new connections, both resume", work = "connect",
    parameters = NEW_CONNECTIONS, limit = {mode = "shared"}, measure = "cpu",
  },
  {
    name = "tls_new", case = "default", title = "tls, new connections, to defaults", work = "connect",
    parameters = NEW_CONNECTIONS, limit = {mode = "default"}, measure = "cpu", goal = 0.05,
  },
  {
    name = "start", title = "start", work = "start", parameters = {base = "http"}, times = 20,
    measure = "wall", goal = 1.15, peers = true,
  },
  {
    name = "memory", title = "memory, growth in KiB", work = "memory", parameters = {base = "http", count = 100000},
    measure = "growth", goal = NO_GROWTH, once = true,
  },
}

return rows
