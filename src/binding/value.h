/* SPDX-License-Identifier: MIT
** Lua values as text: scalars for URLs and headers, what a table is. */
#ifndef INSTAR_VALUE_H
#define INSTAR_VALUE_H

#include <stdbool.h>

#include "binding/compat.h"
#include "engine/buffer.h"

/* A scalar's text. `bytes` is borrowed from the Lua string or from `space`. */
struct instar_text {
  const char *bytes;
  size_t length;
  char space[40];
};

/* instar.null. */
bool instar_value_is_null(lua_State *L, int index);
bool instar_value_is_absent(lua_State *L, int index); /* nil or instar.null */

/* Writes a string, number or boolean as text; false for anything else, and for numbers that are not finite. */
bool instar_value_text(lua_State *L, int index, struct instar_text *text);

/* True for a number without a fraction, and for a string that spells one. */
bool instar_value_is_integer(lua_State *L, int index);

/* A key's text, when it is a string without a NUL; else NULL. Borrowed. */
const char *instar_value_name(lua_State *L, int index);

enum instar_table { INSTAR_TABLE_EMPTY, INSTAR_TABLE_ARRAY, INSTAR_TABLE_OBJECT, INSTAR_TABLE_INVALID };

/* What a table would be in JSON. ARRAY: keys 1 … `*count` and no other, or marked by instar.array; OBJECT: string keys
** only; INVALID: anything else, `*reason` says why in static text. */
enum instar_table instar_value_table(lua_State *L, int index, size_t *count, const char **reason);

/* instar.array(table): marks a table as an array and returns it. */
int instar_value_array(lua_State *L);

#endif
