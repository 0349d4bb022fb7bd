/* SPDX-License-Identifier: MIT
** See decode.h. */
#include "binding/decode.h"

#include <math.h>
#include <string.h>

#include "binding/state.h"
#include "binding/value.h"

/* What stands in for the value on top of the stack: an integer for a whole float, nil for a null member.
** Pushes it and returns true when it differs. */
static bool push_better(lua_State *L, bool named) {
  if (instar_value_is_null(L, -1)) {
    if (named) lua_pushnil(L);
    return named;
  }
#if COMPAT_HAS_INTEGERS
  if (lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1)) {
    lua_Number number = lua_tonumber(L, -1);
    if (number != floor(number) || fabs(number) > 9007199254740992.0)
      return false; /* past 2^53 digits are lost already */
    lua_pushinteger(L, (lua_Integer)number);
    return true;
  }
#endif
  return false;
}

/* Walks a decoded table: lua-cjson gives arrays number keys and objects string keys. Changing a field that is there is
** allowed while lua_next walks. */
static void tidy(lua_State *L, int table) {
  luaL_checkstack(L, 6, "nested answer");
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    if (lua_istable(L, -1)) {
      tidy(L, lua_gettop(L));
    } else if (push_better(L, lua_type(L, -2) == LUA_TSTRING)) {
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_rawset(L, table);
    }
    lua_pop(L, 1);
  }
}

/* Replaces nil and a reason above `top` by the decode function and the text for it. */
static void push_decode(lua_State *L, int top, const char *bytes, size_t length) {
  lua_settop(L, top);
  instar_state_push(L, INSTAR_SLOT_DECODE);
  lua_pushlstring(L, bytes, length);
}

/* lua-cjson reads numbers with the decimal sign of the locale in which an instance of it was made last, whoever made it.
** Making one puts that right for a host that has changed its locale since; then it is tried again. */
static void decode_again(lua_State *L, int top, const char *bytes, size_t length) {
  instar_state_push(L, INSTAR_SLOT_NEW_CODEC);
  lua_call(L, 0, 0);
  push_decode(L, top, bytes, length);
  lua_call(L, 1, 2);
}

bool instar_decode_push(lua_State *L, const char *bytes, size_t length) {
  int top = lua_gettop(L);
  if (bytes == NULL) bytes = "";
  push_decode(L, top, bytes, length);
  lua_call(L, 1, 2); /* value, or nil and a reason */
  if (lua_isnil(L, top + 1)) decode_again(L, top, bytes, length);
  if (lua_isnil(L, top + 1)) {
    lua_remove(L, top + 1);
    return false;
  }
  lua_settop(L, top + 1);
  if (lua_istable(L, -1)) {
    tidy(L, top + 1);
  } else if (push_better(L, false)) {
    lua_remove(L, top + 1);
  }
  return true;
}

void instar_decode_member(lua_State *L, int index, const char *path) {
  lua_pushvalue(L, index);
  while (lua_istable(L, -1)) {
    size_t length = strcspn(path, ".");
    lua_pushlstring(L, path, length);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    if (path[length] == '\0') return;
    path += length + 1;
  }
  lua_pop(L, 1);
  lua_pushnil(L);
}
