/* SPDX-License-Identifier: MIT
** Errors of the program that uses instar: raised, with the position of its own code. */
#ifndef INSTAR_MISUSE_H
#define INSTAR_MISUSE_H

#include <stddef.h>

#include "binding/compat.h"

#if defined(__GNUC__)
#define INSTAR_NORETURN __attribute__((noreturn))
#else
#define INSTAR_NORETURN
#endif

/* Raises the message, formatted as lua_pushfstring does, behind the position of the innermost Lua function
** that is not one of ours. Does not return; the result is for `return instar_misuse(…)`. */
INSTAR_NORETURN int instar_misuse(lua_State *L, const char *format, ...);

/* Looks for the known name that is nearest to a misspelt one. Names are offered one by one. */
struct instar_nearest {
  const char *wanted;
  const char *best; /* borrowed; NULL while none is near enough */
  size_t distance;
};

void instar_nearest_start(struct instar_nearest *nearest, const char *wanted);
void instar_nearest_offer(struct instar_nearest *nearest, const char *name);

/* Pushes " (did you mean 'x'?)", or "" when nothing is near. Returns the text. */
const char *instar_nearest_push(lua_State *L, const struct instar_nearest *nearest);

#endif
