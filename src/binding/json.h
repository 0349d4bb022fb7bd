/* SPDX-License-Identifier: MIT
** Lua values as JSON text. lua-cjson decodes, but cannot encode what services need: empty arrays,
** whole numbers past 14 digits, a refusal that names the member. */
#ifndef INSTAR_JSON_H
#define INSTAR_JSON_H

#include "api/api.h"
#include "binding/compat.h"
#include "engine/buffer.h"

/* Where a value comes from, for messages. */
struct instar_place_name {
  const char *operation; /* "losant instance.patch" */
  const char *argument;  /* "instance" */
};

/* Appends the value as JSON. `shape` says which empty tables are arrays, NULL: none known.
** Raises for what JSON cannot hold, naming the member: a function, a userdata, nan, a mixed table, too much depth. */
void instar_json_write(lua_State *L, int index, const struct instar_shape *shape, struct instar_buffer *out,
                       const struct instar_place_name *place);

/* Appends a JSON string. */
enum instar_code instar_json_string(struct instar_buffer *out, const char *text, size_t length);

/* The shape of a member, by name; NULL when nothing is known. */
const struct instar_shape *instar_shape_find(const struct instar_shape *shapes, unsigned count, const char *name);

#endif
