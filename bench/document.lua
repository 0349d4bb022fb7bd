-- SPDX-License-Identifier: MIT
-- Copies the table of the last full run into the document. usage: lua bench/document.lua

local json = require "bench.json"
local tables = require "bench.table"
local text = require "bench.text"

local RESULTS, DOCUMENT = "bench/results/results.json", "doc/performance.md"

local table_of_run = tables.markdown(assert(json.decode(text.read(RESULTS))))
local before, after = text.read(DOCUMENT):match("^(.-<!%-%- table %-%->\n).-(<!%-%- /table %-%->.*)$")
assert(before, DOCUMENT .. " has no place for the table")
text.write(DOCUMENT, before .. table_of_run .. after)
