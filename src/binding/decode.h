/* SPDX-License-Identifier: MIT
** JSON answers as Lua values. */
#ifndef INSTAR_DECODE_H
#define INSTAR_DECODE_H

#include <stdbool.h>

#include "binding/compat.h"

/* Pushes the value that the bytes, which a NUL follows, hold and returns true: members that are null are absent, whole numbers are integers
** where the Lua has them. When they are no JSON, pushes the reason and returns false. */
bool instar_decode_push(lua_State *L, const char *bytes, size_t length);

/* Pushes the member that a dotted path such as "error.code" leads to, from the value at `index`; nil when there is none. */
void instar_decode_member(lua_State *L, int index, const char *path);

#endif
