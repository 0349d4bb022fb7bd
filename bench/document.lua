-- SPDX-License-Identifier: MIT
-- Copies the table of the last full run into the document. usage: lua bench/document.lua

local json = require "bench.json"
local tables = require "bench.table"

local RESULTS, DOCUMENT = "bench/results/results.json", "doc/performance.md"

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local text = read(DOCUMENT)
local table_of_run = tables.markdown(assert(json.decode(read(RESULTS))))
local before, after = text:match("^(.-<!%-%- table %-%->\n).-(<!%-%- /table %-%->.*)$")
assert(before, DOCUMENT .. " has no place for the table")
local file = assert(io.open(DOCUMENT, "w"))
assert(file:write(before, table_of_run, after))
assert(file:close())
