/* SPDX-License-Identifier: MIT
** See decode.h. */
#include "binding/decode.h"

#include <string.h>

#include "binding/state.h"

#define EXACT 9007199254740992.0 /* 2^53: past it digits are lost already */

#if COMPAT_HAS_INTEGERS
/* True for a whole number that lua-cjson gave as a float; `*whole` is it. */
static bool is_whole(lua_State *L, int index, lua_Integer *whole) {
  lua_Number number = lua_tonumber(L, index);
  if (!(number >= -EXACT && number <= EXACT)) return false;
  *whole = (lua_Integer)number;
  return (lua_Number)*whole == number && !lua_isinteger(L, index);
}
#endif

/* While a table is walked, its value on top of the stack and the key below: what takes the value's place. */

static void drop_null(lua_State *L, int table) {
  if (lua_type(L, -2) != LUA_TSTRING) return; /* in an array it keeps its place */
  lua_pushvalue(L, -2);
  lua_pushnil(L);
  lua_rawset(L, table);
}

static void make_whole(lua_State *L, int table) {
#if COMPAT_HAS_INTEGERS
  lua_Integer whole;
  if (!is_whole(L, -1, &whole)) return;
  lua_pushvalue(L, -2);
  lua_pushinteger(L, whole);
  lua_rawset(L, table);
#else
  (void)L, (void)table;
#endif
}

/* Walks the decoded table on top of the stack: takes null members out of objects, and makes integers of whole floats.
** lua-cjson gives arrays number keys and objects string keys. Changing a field that is there is allowed while lua_next
** walks, whose share of the time is the largest: each value is looked at once. */
static void tidy(lua_State *L) {
  int table = lua_gettop(L);
  luaL_checkstack(L, 6, "nested answer");
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    int type = lua_type(L, -1);
    if (type == LUA_TTABLE) tidy(L);
    else if (type == LUA_TLIGHTUSERDATA) drop_null(L, table);
    else if (type == LUA_TNUMBER) make_whole(L, table);
    lua_pop(L, 1);
  }
}

/* The same for a lone value. */
static void tidy_lone(lua_State *L) {
#if COMPAT_HAS_INTEGERS
  lua_Integer whole;
  if (lua_type(L, -1) == LUA_TNUMBER && is_whole(L, -1, &whole)) {
    lua_pop(L, 1);
    lua_pushinteger(L, whole);
  }
#else
  (void)L;
#endif
}

/* Is there anything to tidy in what was decoded from a text? Without integers only nulls are. */
static bool needs_tidying(const char *bytes) {
  return COMPAT_HAS_INTEGERS || strstr(bytes, "null") != NULL;
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
  if (!lua_istable(L, -1)) tidy_lone(L);
  else if (needs_tidying(bytes)) tidy(L);
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
