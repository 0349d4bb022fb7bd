/* SPDX-License-Identifier: MIT
** Errors of the world: `nil, message, err`. One place makes them. */
#ifndef INSTAR_ERROR_H
#define INSTAR_ERROR_H

#include "binding/call.h"

#define INSTAR_ERROR_CLASS "instar.error"

/* Pushes nil, message and error object for a call that failed or was answered outside 2xx. Returns 3. */
int instar_error_push(lua_State *L, struct instar_call *call);

/* Pushes a new table of response headers: lower-case names, repeats joined with a comma. */
void instar_error_push_headers(lua_State *L, const struct instar_headers *headers);

/* The kind that a name such as "aborted" stands for. Raises for an unknown one. */
enum instar_kind instar_error_kind(lua_State *L, const char *name);

void instar_error_register(lua_State *L);

#endif
