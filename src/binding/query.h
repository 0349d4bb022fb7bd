/* SPDX-License-Identifier: MIT
** Query parameters: scalars, comma lists, nested values in brackets, JSON. */
#ifndef INSTAR_QUERY_H
#define INSTAR_QUERY_H

#include "binding/compat.h"
#include "binding/json.h"

/* A query being written. */
struct instar_query {
  lua_State *L;
  struct instar_buffer *url;     /* the URL to append to */
  struct instar_buffer *scratch; /* empty on entry and exit */
  struct instar_place_name place;
  size_t name_length; /* of place.argument, which may hold a NUL */
};

/* Appends the value at `index` under the name place.argument. Tables are written as `encoding` (enum instar_encoding)
** says; LIST values of plain encoding as one comma-joined text. Raises for what cannot be written. */
void instar_query_write(struct instar_query *query, int index, int encoding);

/* Writes the text of a scalar or comma list at `index` into `out`. Raises when it has none. */
void instar_query_text(struct instar_query *query, int index, struct instar_buffer *out);

#endif
