/* SPDX-License-Identifier: MIT
** What the binding keeps once a Lua state, in the registry. */
#ifndef INSTAR_STATE_H
#define INSTAR_STATE_H

#include "binding/compat.h"
#include "binding/misuse.h"
#include "engine/engine.h"

enum instar_slot {
  INSTAR_SLOT_ENGINE,    /* userdata that holds the engine */
  INSTAR_SLOT_DECODE,    /* lua-cjson's decode, of an instance of our own */
  INSTAR_SLOT_NEW_CODEC, /* what makes an instance of it */
  INSTAR_SLOT_ARRAY,     /* metatable that marks arrays */
  INSTAR_SLOT_SOURCE,    /* where our own Lua files lie: a prefix of their chunk names */
  INSTAR_SLOT_COUNT
};

/* Fills the slots of a new state; raises when libcurl or lua-cjson cannot be used. */
void instar_state_open(lua_State *L);

void instar_state_push(lua_State *L, enum instar_slot slot);

/* Takes the value on top of the stack into a slot. */
void instar_state_set(lua_State *L, enum instar_slot slot);

/* Borrowed: the state holds it until it is closed. */
struct instar_engine *instar_state_engine(lua_State *L);

/* Makes a class: metatable `name` with hidden `__metatable`, its metamethods, and its methods in `__index`
** (a function __index among the metamethods finds the methods in its field `methods`). */
void instar_state_class(lua_State *L, const char *name, const luaL_Reg *metamethods, const luaL_Reg *methods);

/* Raises "not enough memory" and the like for anything but INSTAR_OK. */
void instar_state_check(lua_State *L, enum instar_code code);

/* Raises "not enough memory". */
INSTAR_NORETURN void instar_state_no_memory(lua_State *L);

#endif
