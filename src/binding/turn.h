/* SPDX-License-Identifier: MIT
** Turning the engine from Lua: steps, sockets and time for event loops, which calls are done. */
#ifndef INSTAR_TURN_H
#define INSTAR_TURN_H

#include "binding/compat.h"

/* Adds the functions to the table on top of the stack. */
void instar_turn_register(lua_State *L);

#endif
