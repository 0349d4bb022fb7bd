/* SPDX-License-Identifier: MIT
** See misuse.h. */
#include "binding/misuse.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "binding/state.h"

#define LONGEST_NAME 64

static bool is_ours(const char *source, const char *prefix) {
  return prefix != NULL && strncmp(source, prefix, strlen(prefix)) == 0;
}

static void push_position(lua_State *L) {
  const char *prefix;
  lua_Debug frame;
  int level;
  instar_state_push(L, INSTAR_SLOT_SOURCE);
  prefix = lua_tostring(L, -1);
  for (level = 0; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "Sl", &frame);
    if (frame.currentline > 0 && !is_ours(frame.source, prefix)) {
      lua_pushfstring(L, "%s:%d: ", frame.short_src, frame.currentline);
      lua_remove(L, -2);
      return;
    }
  }
  lua_pop(L, 1);
  lua_pushliteral(L, "");
}

int instar_misuse(lua_State *L, const char *format, ...) {
  va_list arguments;
  luaL_checkstack(L, 8, "error message");
  push_position(L);
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_concat(L, 2);
  lua_error(L);
  abort(); /* lua_error does not return */
}

void instar_nearest_start(struct instar_nearest *nearest, const char *wanted) {
  nearest->wanted = wanted;
  nearest->best = NULL;
  nearest->distance = strlen(wanted) / 3 + 2; /* farther is no misspelling */
}

static int folded(char letter) {
  if (letter == '_' || letter == '-') return '-';
  return letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter;
}

static size_t least(size_t a, size_t b, size_t c) {
  if (b < a) a = b;
  return c < a ? c : a;
}

/* Levenshtein's distance, letter case and the kind of dash aside; one row of the table at a time. */
static size_t distance_between(const char *a, const char *b) {
  size_t row[LONGEST_NAME + 1];
  size_t width = strlen(b);
  size_t i, j;
  if (width > LONGEST_NAME || strlen(a) > LONGEST_NAME) return LONGEST_NAME;
  for (j = 0; j <= width; j++) row[j] = j;
  for (i = 1; a[i - 1] != '\0'; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (j = 1; j <= width; j++) {
      size_t above = row[j];
      row[j] = least(above + 1, row[j - 1] + 1, diagonal + (folded(a[i - 1]) != folded(b[j - 1])));
      diagonal = above;
    }
  }
  return row[width];
}

void instar_nearest_offer(struct instar_nearest *nearest, const char *name) {
  size_t distance = distance_between(nearest->wanted, name);
  if (distance >= nearest->distance) return;
  nearest->distance = distance;
  nearest->best = name;
}

const char *instar_nearest_push(lua_State *L, const struct instar_nearest *nearest) {
  if (nearest->best == NULL) lua_pushliteral(L, "");
  else lua_pushfstring(L, " (did you mean '%s'?)", nearest->best);
  return lua_tostring(L, -1);
}
