/* SPDX-License-Identifier: MIT
** See value.h. */
#include "binding/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binding/misuse.h"
#include "binding/state.h"

#define EXACT 9007199254740992.0 /* 2^53 */

bool instar_value_is_null(lua_State *L, int index) {
  return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

bool instar_value_is_absent(lua_State *L, int index) {
  return lua_isnoneornil(L, index) || instar_value_is_null(L, index);
}

/* The shortest text that reads back as the same number; a locale's decimal comma becomes a point. */
static void format_double(struct instar_text *text, double number) {
  char *comma;
  if (number == floor(number) && fabs(number) <= EXACT) {
    snprintf(text->space, sizeof text->space, "%.0f", number);
  } else {
    int digits;
    for (digits = 15; digits <= 17; digits++) {
      snprintf(text->space, sizeof text->space, "%.*g", digits, number);
      if (strtod(text->space, NULL) == number) break;
    }
  }
  comma = strchr(text->space, ',');
  if (comma != NULL) *comma = '.';
  text->bytes = text->space;
  text->length = strlen(text->space);
}

static bool format_number(lua_State *L, int index, struct instar_text *text) {
  double number;
#if COMPAT_HAS_INTEGERS
  if (lua_isinteger(L, index)) {
    snprintf(text->space, sizeof text->space, LUA_INTEGER_FMT, lua_tointeger(L, index));
    text->bytes = text->space;
    text->length = strlen(text->space);
    return true;
  }
#endif
  number = lua_tonumber(L, index);
  if (!(number - number == 0)) return false; /* not finite */
  format_double(text, number);
  return true;
}

bool instar_value_text(lua_State *L, int index, struct instar_text *text) {
  switch (lua_type(L, index)) {
    case LUA_TSTRING:
      text->bytes = lua_tolstring(L, index, &text->length);
      return true;
    case LUA_TNUMBER:
      return format_number(L, index, text);
    case LUA_TBOOLEAN:
      text->bytes = lua_toboolean(L, index) ? "true" : "false";
      text->length = strlen(text->bytes);
      return true;
    default:
      return false;
  }
}

const char *instar_value_name(lua_State *L, int index) {
  size_t length;
  const char *text;
  if (lua_type(L, index) != LUA_TSTRING) return NULL;
  text = lua_tolstring(L, index, &length);
  return strlen(text) == length ? text : NULL;
}

bool instar_value_is_integer(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    double number = lua_tonumber(L, index);
    return lua_isinteger(L, index) || (number == floor(number) && number - number == 0);
  }
  if (lua_type(L, index) == LUA_TSTRING) {
    const char *text = lua_tostring(L, index);
    if (*text == '-') text++;
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
  }
  return false;
}

static bool is_marked_array(lua_State *L, int index) {
  bool marked;
  if (!lua_getmetatable(L, index)) return false;
  instar_state_push(L, INSTAR_SLOT_ARRAY);
  marked = lua_rawequal(L, -1, -2) != 0;
  lua_pop(L, 2);
  return marked;
}

/* Counts the keys by kind; `*highest` is the highest whole number among them, -1 when there are other numbers. */
static void count_keys(lua_State *L, int index, size_t *strings, size_t *others, double *highest) {
  *strings = *others = 0;
  *highest = 0;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    double number;
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      ++*strings;
      continue;
    }
    ++*others;
    number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    if (number < 1 || number != floor(number)) *highest = HUGE_VAL;
    if (number > *highest) *highest = number;
  }
}

enum instar_table instar_value_table(lua_State *L, int index, size_t *count, const char **reason) {
  size_t strings, others;
  double highest;
  index = lua_absindex(L, index);
  luaL_checkstack(L, 4, "table");
  count_keys(L, index, &strings, &others, &highest);
  *count = others;
  if (others == 0) {
    if (is_marked_array(L, index)) {
      *reason = "is marked as an array but has named members";
      return strings == 0 ? INSTAR_TABLE_ARRAY : INSTAR_TABLE_INVALID;
    }
    return strings == 0 ? INSTAR_TABLE_EMPTY : INSTAR_TABLE_OBJECT;
  }
  if (strings == 0 && highest == (double)others) return INSTAR_TABLE_ARRAY;
  *reason = strings > 0 ? "has both numbered and named members" : "has gaps (instar.null keeps a place)";
  return INSTAR_TABLE_INVALID;
}

int instar_value_array(lua_State *L) {
  if (!lua_istable(L, 1)) return instar_misuse(L, "instar.array: a table is needed (got %s)", luaL_typename(L, 1));
  lua_settop(L, 1);
  instar_state_push(L, INSTAR_SLOT_ARRAY);
  lua_setmetatable(L, 1);
  return 1;
}
