-- SPDX-License-Identifier: MIT
-- Results as a picture: a line a row, a mark a contender, the limit at 1, on a logarithmic scale.

local contenders = require "bench.contenders"
local measure = require "bench.measure"
local tables = require "bench.table"

local svg = {}

local WIDTH, TOP, LINE, BOTTOM = 960, 92, 34, 56
local LEFT, RIGHT = 250, 780 -- of the scale
local TITLE = "Time of instar and of others, as a ratio to plain libcurl in C (1; less is better; logarithmic)"
local TICKS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}

-- Colours for both kinds of background: the picture brings its own, as the reader's system has it.
local STYLE = [[
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.small { font-size: 11px; fill: #57606a; }
.title { font-size: 16px; font-weight: 600; }
.middle { text-anchor: middle; }
.ground { fill: #ffffff; } .grid { stroke: #d8dee4; } .limit { stroke: #57606a; stroke-width: 1.5; }
.goal { stroke: #24292f; stroke-width: 3; }
.mark-1 { fill: #0072b2; stroke: #0072b2; } .mark-2 { fill: #3d9bd1; } .mark-3 { fill: #7a5cc9; }
.mark-4 { fill: #c25700; } .mark-5 { fill: #008060; } .mark-6 { fill: #b0528a; } .mark-7 { fill: #8a7100; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .small { fill: #9aa4af; }
.ground { fill: #0d1117; } .grid { stroke: #30363d; } .limit { stroke: #9aa4af; } .goal { stroke: #e6edf3; }
.mark-1 { fill: #58b6f0; stroke: #58b6f0; } .mark-2 { fill: #2f81b7; } .mark-3 { fill: #a58cf0; }
.mark-4 { fill: #f08c3a; } .mark-5 { fill: #2fc498; } .mark-6 { fill: #e08cc0; } .mark-7 { fill: #d1b53a; }
}
]]

local ENTITIES = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;"}

local function escape(text)
  return (text:gsub('[&<>"]', ENTITIES))
end

--- An element.
-- @tparam string name
-- @tparam {[string]=string|number,...} attributes
-- @tparam[opt] string content markup
-- @treturn string
local function element(name, attributes, content)
  local words = {}
  for key, value in pairs(attributes) do
    local text = type(value) == "number" and ("%.1f"):format(value):gsub("%.0$", "") or value
    table.insert(words, (' %s="%s"'):format(key, escape(text)))
  end
  table.sort(words)
  local start = "<" .. name .. table.concat(words)
  return content and ("%s>%s</%s>"):format(start, content, name) or start .. "/>"
end

local function text_at(x, y, class, content)
  return element("text", {x = x, y = y, class = class}, escape(content))
end

-- Contenders in the order of their marks; the first has the large one.
local function marks()
  local list = {}
  for _, lua in ipairs(contenders.LUAS) do
    table.insert(list, {name = "instar " .. lua.name, title = "instar, " .. lua.title})
  end
  for _, peer in ipairs(contenders.PEERS) do
    table.insert(list, {name = peer.name, title = peer.name .. (peer.unchecked and ", undecoded" or "")})
  end
  for i, mark in ipairs(list) do
    mark.class = "mark-" .. i
    mark.radius = i == 1 and 5 or 3.5
    mark.shift = ({0, -7, 7})[i] or 0 -- the Luas lie close together: one above, one below
  end
  return list
end

local MARKS = marks()

-- Rows that have ratios.
local function drawn(results)
  local rows = {}
  for _, row in ipairs(results.rows) do
    if row.contenders and row.measure ~= "growth" then table.insert(rows, row) end
  end
  return rows
end

local function reach(rows)
  local low, high = 0.5, 2
  for _, row in ipairs(rows) do
    low, high = math.min(low, row.goal or low), math.max(high, row.goal or high)
    for _, result in ipairs(row.contenders) do
      local figure = measure.figure(row, result)
      if figure then
        low, high = math.min(low, figure.low, figure.median), math.max(high, figure.high, figure.median)
      end
    end
  end
  return low / 1.1, high * 1.1
end

local function new_scale(rows)
  local low, high = reach(rows)
  local factor = (RIGHT - LEFT) / math.log(high / low)
  return {low = low, high = high, at = function(value) return LEFT + math.log(value / low) * factor end}
end

local function draw_grid(out, scale, bottom)
  for _, tick in ipairs(TICKS) do
    if tick >= scale.low and tick <= scale.high then
      local x = scale.at(tick)
      local class = tick == 1 and "limit" or "grid"
      table.insert(out, element("line", {x1 = x, x2 = x, y1 = TOP, y2 = bottom, class = class}))
      table.insert(out, text_at(x, bottom + 18, "small middle", ("%g"):format(tick)))
    end
  end
end

local function draw_legend(out)
  local x = 18
  for _, mark in ipairs(MARKS) do
    table.insert(out, element("circle", {cx = x, cy = 60, r = mark.radius, class = mark.class}))
    table.insert(out, text_at(x + 9, 64, "small", mark.title))
    x = x + 22 + 5.6 * #mark.title
  end
  table.insert(out, element("line", {x1 = x, x2 = x, y1 = 52, y2 = 68, class = "goal"}))
  table.insert(out, text_at(x + 9, 64, "small", "goal"))
  table.insert(out, element("line", {x1 = x + 46, x2 = x + 66, y1 = 60, y2 = 60, class = MARKS[1].class}))
  table.insert(out, text_at(x + 72, 64, "small", "quartiles"))
end

local function draw_mark(out, scale, mark, figure, y)
  local x = scale.at(figure.median)
  if mark.class == "mark-1" then
    local low, high = scale.at(figure.low), scale.at(figure.high)
    table.insert(out, element("line", {x1 = low, x2 = high, y1 = y, y2 = y, class = mark.class}))
  end
  table.insert(out, element("circle", {cx = x, cy = y + mark.shift, r = mark.radius, class = mark.class}))
end

local function draw_row(out, scale, row, y)
  table.insert(out, text_at(12, y + 4, "", row.title))
  table.insert(out, element("line", {x1 = LEFT, x2 = RIGHT, y1 = y, y2 = y, class = "grid"}))
  if row.goal then
    local x = scale.at(row.goal)
    table.insert(out, element("line", {x1 = x, x2 = x, y1 = y - 12, y2 = y + 12, class = "goal"}))
  end
  local figures = {}
  for _, result in ipairs(row.contenders) do figures[result.name] = measure.figure(row, result) end
  for i = #MARKS, 1, -1 do
    local figure = figures[MARKS[i].name]
    if figure then draw_mark(out, scale, MARKS[i], figure, y) end
  end
  local first = figures[MARKS[1].name]
  local goal, verdict = tables.verdict(row)
  if verdict ~= "" then goal = goal .. " " .. verdict end
  table.insert(out, text_at(RIGHT + 12, y + 4, "", first and ("%.3f"):format(first.median) or ""))
  table.insert(out, text_at(RIGHT + 60, y + 4, "small", goal))
end

--- The picture.
-- @tparam table results
-- @treturn string one SVG document that needs nothing else
function svg.draw(results)
  local rows = drawn(results)
  local scale = new_scale(rows)
  local bottom = TOP + LINE * #rows
  local height = bottom + BOTTOM
  local out = {
    element("title", {}, "instar, measured against the limit"),
    element("style", {}, STYLE),
    element("rect", {width = WIDTH, height = height, class = "ground"}),
    text_at(12, 28, "title", TITLE),
  }
  draw_legend(out)
  draw_grid(out, scale, bottom)
  for i, row in ipairs(rows) do draw_row(out, scale, row, TOP + LINE * (i - 0.5)) end
  for i, note in ipairs(tables.origin(results)) do
    table.insert(out, text_at(12, bottom + 20 + 14 * i, "small", note))
  end
  return element("svg", {
    xmlns = "http://www.w3.org/2000/svg", viewBox = ("0 0 %d %d"):format(WIDTH, height), role = "img",
    width = WIDTH, height = height,
  }, "\n" .. table.concat(out, "\n") .. "\n") .. "\n"
end

return svg
