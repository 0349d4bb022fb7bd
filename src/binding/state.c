/* SPDX-License-Identifier: MIT
** See state.h. */
#include "binding/state.h"

#include <stdlib.h>

#define ENGINE_CLASS "instar.engine"

static char slots[INSTAR_SLOT_COUNT];

struct engine_box {
  struct instar_engine *engine;
};

void instar_state_push(lua_State *L, enum instar_slot slot) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &slots[slot]);
}

void instar_state_set(lua_State *L, enum instar_slot slot) {
  lua_rawsetp(L, LUA_REGISTRYINDEX, &slots[slot]);
}

struct instar_engine *instar_state_engine(lua_State *L) {
  struct engine_box *box;
  instar_state_push(L, INSTAR_SLOT_ENGINE);
  box = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (box->engine == NULL) luaL_error(L, "instar: the Lua state is being closed");
  return box->engine;
}

static int m_engine_gc(lua_State *L) {
  struct engine_box *box = luaL_checkudata(L, 1, ENGINE_CLASS);
  if (box->engine != NULL) instar_engine_release(box->engine);
  box->engine = NULL;
  return 0;
}

static void open_engine(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", m_engine_gc}, {NULL, NULL}};
  const char *reason = NULL;
  struct engine_box *box;
  if (!instar_engine_prepare(&reason)) luaL_error(L, "instar: libcurl cannot be used: %s", reason);
  instar_state_class(L, ENGINE_CLASS, metamethods, NULL);
  box = lua_newuserdata(L, sizeof *box);
  box->engine = NULL;
  luaL_getmetatable(L, ENGINE_CLASS);
  lua_setmetatable(L, -2);
  box->engine = instar_engine_create();
  if (box->engine == NULL) luaL_error(L, "not enough memory");
  instar_state_set(L, INSTAR_SLOT_ENGINE);
}

static int require_cjson(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson.safe");
  lua_call(L, 1, 1);
  return 1;
}

/* Settings of the instance are our own; the program's are never touched. */
static void open_decode(lua_State *L) {
  lua_pushcfunction(L, require_cjson);
  if (lua_pcall(L, 0, 1, 0) != 0) {
    luaL_error(
      L, "instar needs lua-cjson: install it with `luarocks install lua-cjson`, or Debian's package lua-cjson\n%s",
      lua_tostring(L, -1));
  }
  lua_getfield(L, -1, "new");
  lua_pushvalue(L, -1);
  instar_state_set(L, INSTAR_SLOT_NEW_CODEC);
  lua_call(L, 0, 1);
  lua_getfield(L, -1, "decode_invalid_numbers");
  lua_pushboolean(L, 0);
  lua_call(L, 1, 0);
  lua_getfield(L, -1, "decode");
  instar_state_set(L, INSTAR_SLOT_DECODE);
  lua_pop(L, 2);
}

static void open_array(lua_State *L) {
  lua_newtable(L);
  lua_pushliteral(L, "instar.array");
  lua_setfield(L, -2, "__name");
  instar_state_set(L, INSTAR_SLOT_ARRAY);
}

void instar_state_open(lua_State *L) {
  instar_state_push(L, INSTAR_SLOT_ENGINE);
  if (lua_isnil(L, -1)) {
    open_decode(L);
    open_array(L);
    open_engine(L);
  }
  lua_pop(L, 1);
}

/* The methods of the class whose metatable is on top. They stay the same table when a program loads instar anew. */
static void push_methods(lua_State *L) {
  lua_getfield(L, -1, "methods");
  if (!lua_isnil(L, -1)) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "methods");
}

void instar_state_class(lua_State *L, const char *name, const luaL_Reg *metamethods, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  if (methods != NULL) {
    push_methods(L);
    luaL_setfuncs(L, methods, 0);
    lua_getfield(L, -2, "__index");
    if (lua_isnil(L, -1)) {
      lua_pushvalue(L, -2);
      lua_setfield(L, -4, "__index");
    }
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
}

void instar_state_no_memory(lua_State *L) {
  luaL_error(L, "not enough memory");
  abort(); /* luaL_error does not return */
}

void instar_state_check(lua_State *L, enum instar_code code) {
  if (code == INSTAR_NO_MEMORY) instar_state_no_memory(L);
  if (code != INSTAR_OK) luaL_error(L, "instar: the request is too large");
}
