/* SPDX-License-Identifier: MIT
** The differences between Lua 5.1 (and LuaJIT) … 5.4: the only file that looks at the version. */
#ifndef INSTAR_COMPAT_H
#define INSTAR_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#if LUA_VERSION_NUM < 502

/* LuaJIT has some of these: own names keep out of its way. */
#define lua_absindex compat_absindex
#define lua_rawgetp compat_rawgetp
#define lua_rawsetp compat_rawsetp
#define luaL_setfuncs compat_setfuncs
#define luaL_testudata compat_testudata
#define lua_rawlen lua_objlen
#define lua_getuservalue(L, index) lua_getfenv(L, index)
#define lua_setuservalue(L, index) ((void)lua_setfenv(L, index))

static inline int compat_absindex(lua_State *L, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}

static inline void compat_rawgetp(lua_State *L, int index, const void *key) {
  index = compat_absindex(L, index);
  lua_pushlightuserdata(L, (void *)key);
  lua_rawget(L, index);
}

static inline void compat_rawsetp(lua_State *L, int index, const void *key) {
  index = compat_absindex(L, index);
  lua_pushlightuserdata(L, (void *)key);
  lua_insert(L, -2);
  lua_rawset(L, index);
}

/* Without upvalues. */
static inline void compat_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues) {
  (void)upvalues;
  for (; functions->name != NULL; functions++) {
    lua_pushcfunction(L, functions->func);
    lua_setfield(L, -2, functions->name);
  }
}

static inline void *compat_testudata(lua_State *L, int index, const char *name) {
  void *data = lua_touserdata(L, index);
  if (data == NULL || !lua_getmetatable(L, index)) return NULL;
  luaL_getmetatable(L, name);
  if (!lua_rawequal(L, -1, -2)) data = NULL;
  lua_pop(L, 2);
  return data;
}

#endif

/* Whole numbers. Where the Lua has no integers, a double holds them up to 2^53. */
#if LUA_VERSION_NUM >= 503
#define COMPAT_HAS_INTEGERS 1
#else
#define COMPAT_HAS_INTEGERS 0
#define lua_isinteger(L, index) 0
#endif

#endif
