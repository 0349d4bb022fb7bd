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

/* May the running coroutine yield? Lua 5.3 and LuaJIT know. Before, the functions that are being called tell: in 5.2 only
** pcall and xpcall of C's may lie between, in 5.1 nothing of C's, nor what an iterator of `for` or a metamethod runs in,
** which has no name there. Where a tail call has taken the name along, what cannot be told counts as no. */
#if LUA_VERSION_NUM >= 503 || defined(LUA_LJDIR)
static inline int compat_is_yieldable(lua_State *L) {
  return lua_isyieldable(L);
}
#else

static inline int compat_is_main(lua_State *L) {
  int is_main = lua_pushthread(L);
  lua_pop(L, 1);
  return is_main;
}

#if LUA_VERSION_NUM < 502

static inline int compat_is_yieldable(lua_State *L) {
  lua_Debug frame;
  int level, unnamed = 0;
  if (compat_is_main(L)) return 0;
  for (level = 1; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sn", &frame);
    if (*frame.what == 't') continue; /* a tail call */
    if (*frame.what == 'C' || unnamed || (frame.name != NULL && *frame.name == '(')) return 0;
    unnamed = *frame.namewhat == '\0'; /* the coroutine's own function is, and is the last */
  }
  return 1;
}

#else

static inline int compat_is_yieldable(lua_State *L) {
  lua_Debug frame;
  int level, harmless = 1;
  if (compat_is_main(L)) return 0;
  lua_getglobal(L, "pcall");
  lua_getglobal(L, "xpcall");
  for (level = 1; harmless && lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sf", &frame);
    if (*frame.what == 'C') harmless = lua_rawequal(L, -1, -2) || lua_rawequal(L, -1, -3);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  return harmless;
}

#endif
#endif

/* Whole numbers. Where the Lua has no integers, a double holds them up to 2^53. */
#if LUA_VERSION_NUM >= 503
#define COMPAT_HAS_INTEGERS 1
#else
#define COMPAT_HAS_INTEGERS 0
#define lua_isinteger(L, index) 0
#endif

#endif
