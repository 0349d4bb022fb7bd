/* SPDX-License-Identifier: MIT
** See decoder.h. */
#include "limit/decoder.h"

#include <lauxlib.h>
#include <lualib.h>

#include "limit/fail.h"

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
#endif

enum { DECODE = 1, ANSWER }; /* places on the stack; the first is never left */

/* The collector works as the interpreter has it: Lua 5.4's starts in generational mode. */
static void set_collector(lua_State *L) {
#ifdef LUA_GCGEN
  lua_gc(L, LUA_GCGEN, 0, 0);
#else
  (void)L;
#endif
}

/* Leaves cjson.decode on the stack. */
static int load(lua_State *L) {
  luaL_openlibs(L);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "decode");
  return 1;
}

void decoder_open(struct decoder *decoder) {
  lua_State *L = decoder->L = luaL_newstate();
  if (L == NULL) fail("not enough memory", "");
  set_collector(L);
  lua_pushcfunction(L, load);
  if (lua_pcall(L, 0, 1, 0) != 0) fail("Lua", lua_tostring(L, -1));
}

static void push_answer(lua_State *L, const struct transfer *transfer) {
  lua_pushvalue(L, DECODE);
  lua_pushlstring(L, transfer->body, transfer->length);
  if (lua_pcall(L, 1, 1, 0) != 0) fail("cjson", lua_tostring(L, -1));
}

static void count_name(lua_State *L, struct tally *tally) {
  size_t length = 0;
  lua_getfield(L, -1, "name");
  lua_tolstring(L, -1, &length);
  tally->names += (long)length;
  tally->items++;
  lua_pop(L, 1);
}

void decoder_take_instance(struct decoder *decoder, const struct transfer *transfer, struct tally *tally) {
  push_answer(decoder->L, transfer);
  count_name(decoder->L, tally);
  lua_settop(decoder->L, DECODE);
}

void decoder_take_page(struct decoder *decoder, const struct transfer *transfer, struct tally *tally) {
  lua_State *L = decoder->L;
  int count;
  push_answer(L, transfer);
  lua_getfield(L, ANSWER, "instances");
  count = (int)lua_rawlen(L, -1);
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    count_name(L, tally);
    lua_pop(L, 1);
  }
  lua_settop(L, DECODE);
}
