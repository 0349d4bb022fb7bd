/* SPDX-License-Identifier: MIT
** See query.h. */
#include "binding/query.h"

#include "binding/misuse.h"
#include "binding/state.h"
#include "binding/value.h"
#include "engine/url.h"

#define MAX_DEPTH 32

static void refuse(struct instar_query *query, const char *why) {
  instar_misuse(query->L, "%s: argument '%s' %s", query->place.operation, query->place.argument, why);
}

static void append(struct instar_query *query, struct instar_buffer *out, const char *bytes, size_t length) {
  instar_state_check(query->L, instar_buffer_append(out, bytes, length));
}

static void append_scalar(struct instar_query *query, int index, struct instar_buffer *out) {
  struct instar_text text;
  if (!instar_value_text(query->L, index, &text))
    refuse(query, "holds a value that is no string, finite number or boolean");
  append(query, out, text.bytes, text.length);
}

static size_t check_array(struct instar_query *query, int index) {
  size_t count = 0;
  const char *reason = "must be a list, without names";
  enum instar_table kind = instar_value_table(query->L, index, &count, &reason);
  if (kind == INSTAR_TABLE_OBJECT || kind == INSTAR_TABLE_INVALID) refuse(query, reason);
  return count;
}

void instar_query_text(struct instar_query *query, int index, struct instar_buffer *out) {
  size_t count, i;
  if (!lua_istable(query->L, index)) {
    append_scalar(query, index, out);
    return;
  }
  count = check_array(query, index);
  for (i = 1; i <= count; i++) {
    if (i > 1) append(query, out, ",", 1);
    lua_rawgeti(query->L, index, (int)i);
    append_scalar(query, lua_gettop(query->L), out);
    lua_pop(query->L, 1);
  }
}

/* The pair whose name is the scratch buffer's first `name` bytes and whose value is the rest of it. */
static void append_pair(struct instar_query *query, size_t name) {
  struct instar_buffer *scratch = query->scratch;
  instar_state_check(query->L,
                     instar_url_pair(query->url, scratch->data, name, scratch->data + name, scratch->length - name));
  instar_buffer_truncate(scratch, name);
}

static void write_nested(struct instar_query *query, int index, unsigned depth);

/* Writes one member: its name in brackets is put behind the scratch buffer's and taken away again. */
static void write_member(struct instar_query *query, const char *name, size_t length, unsigned depth) {
  size_t before = query->scratch->length;
  append(query, query->scratch, "[", 1);
  append(query, query->scratch, name, length);
  append(query, query->scratch, "]", 1);
  write_nested(query, lua_gettop(query->L), depth + 1);
  instar_buffer_truncate(query->scratch, before);
}

static void write_items(struct instar_query *query, int index, size_t count, unsigned depth) {
  lua_State *L = query->L;
  size_t i;
  for (i = 0; i < count; i++) {
    struct instar_text place;
    lua_pushinteger(L, (lua_Integer)i); /* counted from 0 */
    instar_value_text(L, -1, &place);
    lua_rawgeti(L, index, (int)i + 1);
    write_member(query, place.bytes, place.length, depth);
    lua_pop(L, 2);
  }
}

static void write_members(struct instar_query *query, int index, unsigned depth) {
  lua_State *L = query->L;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    size_t length;
    const char *name = lua_tolstring(L, -2, &length);
    write_member(query, name, length, depth);
    lua_pop(L, 1);
  }
}

/* Empty tables and nulls write nothing; a null item leaves a gap in the numbers. */
static void write_nested(struct instar_query *query, int index, unsigned depth) {
  lua_State *L = query->L;
  size_t name = query->scratch->length;
  size_t count = 0;
  const char *reason = NULL;
  if (depth > MAX_DEPTH) refuse(query, "is nested too deeply, or holds itself");
  luaL_checkstack(L, 8, "nested query");
  if (instar_value_is_absent(L, index)) return;
  if (!lua_istable(L, index)) {
    append_scalar(query, index, query->scratch);
    append_pair(query, name);
    return;
  }
  switch (instar_value_table(L, index, &count, &reason)) {
    case INSTAR_TABLE_ARRAY:
      write_items(query, index, count, depth);
      break;
    case INSTAR_TABLE_OBJECT:
      write_members(query, index, depth);
      break;
    case INSTAR_TABLE_INVALID:
      refuse(query, reason);
      break;
    default:
      break;
  }
}

void instar_query_write(struct instar_query *query, int index, int encoding) {
  index = lua_absindex(query->L, index);
  append(query, query->scratch, query->place.argument, query->name_length);
  if (encoding == INSTAR_ENCODING_BRACKETS) {
    write_nested(query, index, 0);
  } else {
    if (encoding == INSTAR_ENCODING_JSON) instar_json_write(query->L, index, NULL, query->scratch, &query->place);
    else instar_query_text(query, index, query->scratch);
    append_pair(query, query->name_length);
  }
  instar_buffer_clear(query->scratch);
}
