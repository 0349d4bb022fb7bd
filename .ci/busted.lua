-- SPDX-License-Identifier: MIT
-- busted under the Lua that runs this file, whichever Lua the command `busted` is for.
io.stdout:setvbuf "no" -- what ends in a crash has told so far
require "busted.runner" { standalone = false }
