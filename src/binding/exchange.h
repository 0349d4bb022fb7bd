/* SPDX-License-Identifier: MIT
** What the Lua layer does with a call: authorize it, look at it, settle it without the network, take its result. */
#ifndef INSTAR_EXCHANGE_H
#define INSTAR_EXCHANGE_H

#include "binding/compat.h"

/* Adds the functions to the table on top of the stack. */
void instar_exchange_register(lua_State *L);

#endif
