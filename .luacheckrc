-- SPDX-License-Identifier: MIT
std = "min"
max_line_length = 120
read_globals = { "unpack" } -- Lua 5.1's name of table.unpack
exclude_files = { "build" }
files["spec"].std = "+busted"
