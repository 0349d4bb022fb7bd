/* SPDX-License-Identifier: MIT
** The Lua module bench_clock: what this process has used up. */
#include <lauxlib.h>
#include <lua.h>

#include "usage.h"

int luaopen_bench_clock(lua_State *L);

/* wall() → seconds of a clock that only goes forward */
static int clock_wall(lua_State *L) {
  lua_pushnumber(L, usage_wall());
  return 1;
}

/* cpu() → seconds of CPU time */
static int clock_cpu(lua_State *L) {
  lua_pushnumber(L, usage_cpu());
  return 1;
}

/* peak() → KiB that were resident at most */
static int clock_peak(lua_State *L) {
  lua_pushinteger(L, usage_peak());
  return 1;
}

/* resident() → KiB that are resident */
static int clock_resident(lua_State *L) {
  lua_pushinteger(L, usage_resident());
  return 1;
}

int luaopen_bench_clock(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"wall", clock_wall}, {"cpu", clock_cpu}, {"peak", clock_peak}, {"resident", clock_resident}, {NULL, NULL},
  };
  const luaL_Reg *function;
  lua_newtable(L);
  for (function = functions; function->name != NULL; function++) {
    lua_pushcfunction(L, function->func);
    lua_setfield(L, -2, function->name);
  }
  return 1;
}
