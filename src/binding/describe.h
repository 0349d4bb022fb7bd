/* SPDX-License-Identifier: MIT
** An operation's row as a Lua table. */
#ifndef INSTAR_DESCRIBE_H
#define INSTAR_DESCRIBE_H

#include "api/api.h"
#include "binding/compat.h"

/* Pushes a new table that tells all the row tells. */
void instar_describe_push(lua_State *L, const struct instar_service *service, const struct instar_operation *row);

/* Pushes a new table of what the Lua layer needs to know of a service: name, environment variables, login. */
void instar_describe_push_service(lua_State *L, const struct instar_service *service);

#endif
