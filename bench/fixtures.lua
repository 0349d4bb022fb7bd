-- SPDX-License-Identifier: MIT
-- Writes what the servers answer: the same bytes on every Lua, every time. Summaries and the report are for
-- measurements to come; no row asks for them yet.
--
-- usage: lua bench/fixtures.lua FOLDER [--csv BYTES]
--   FOLDER/instance.json       an instance of Losant's, 3 KB
--   FOLDER/summaries.json      a page of its historical summaries
--   FOLDER/pages/OFFSET.json   pages of KakaoCloud's instances, 100 a page, 300 KB each
--   FOLDER/report.csv          with --csv: a usage report of Acronis', of BYTES or a little more

local acronis = require "bench.fixtures.acronis"
local json = require "bench.fixtures.json"
local kakaocloud = require "bench.fixtures.kakaocloud"
local losant = require "bench.fixtures.losant"
local random = require "bench.fixtures.random"

local INSTANCES, PAGE = 10000, 100
local SUMMARIES = 100

local files = 0

local function write_file(path, write)
  files = files + 1
  random.seed(files)
  local file = assert(io.open(path, "wb"))
  write(file)
  assert(file:close())
end

local function write_json(path, make)
  write_file(path, function(file) assert(file:write(json.text(make()))) end)
end

local function write_all(folder, csv)
  write_json(folder .. "/instance.json", losant.instance)
  write_json(folder .. "/summaries.json", function() return losant.summaries(SUMMARIES) end)
  for offset = 0, INSTANCES - 1, PAGE do
    write_json(("%s/pages/%d.json"):format(folder, offset), function()
      return kakaocloud.page(offset, PAGE, INSTANCES)
    end)
  end
  if csv then
    write_file(folder .. "/report.csv", function(file) acronis.write_report(file, csv) end)
  end
end

local folder, option, bytes = ...
if not folder or option and not (option == "--csv" and tonumber(bytes)) then
  io.stderr:write("usage: lua bench/fixtures.lua FOLDER [--csv BYTES]\n")
  os.exit(2)
end
write_all(folder, tonumber(bytes))
