/* SPDX-License-Identifier: MIT
** Options of clients and calls: rows of name, check and place. */
#ifndef INSTAR_OPTIONS_H
#define INSTAR_OPTIONS_H

#include "binding/client.h"

/* Reads the options table at `index` into a client that is not open yet; what belongs to Lua goes into its environment,
** the table at `environment`. Raises for an unknown name and for a wrong value. */
void instar_options_client(lua_State *L, int index, int environment, struct instar_client_box *box);

/* Reads a call's options at `index` (nothing for none) into `spans`, which hold the client's, and `headers`.
** `operation` is for messages. */
void instar_options_call(lua_State *L, int index, const struct instar_client_box *box, const char *operation,
                         struct instar_spans *spans, struct instar_headers *headers);

/* True for the name of a call's option. */
bool instar_options_is_call(const char *name);

#endif
