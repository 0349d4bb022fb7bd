/* SPDX-License-Identifier: MIT
** client:request: what has no operation of its own. */
#ifndef INSTAR_GENERIC_H
#define INSTAR_GENERIC_H

#include "binding/compat.h"

/* core.request(client, arguments, options): a new call, as core.begin. */
int instar_generic_begin(lua_State *L);

#endif
