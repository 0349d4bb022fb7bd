/* SPDX-License-Identifier: MIT
** See json.h. */
#include "binding/json.h"

#include <stdio.h>
#include <string.h>

#include "binding/misuse.h"
#include "binding/state.h"
#include "binding/value.h"

#define MAX_DEPTH 100

/* One level of the walk; the chain up to the root spells the member's path in messages. */
struct level {
  const struct level *above;
  const char *name; /* NULL: an array's item */
  size_t item;      /* from 1 */
  unsigned depth;
};

struct writer {
  lua_State *L;
  struct instar_buffer *out;
  const struct instar_place_name *place;
};

static void write_value(struct writer *writer, int index, const struct instar_shape *shape, const struct level *level);

/* Pushes "instance.volumes[2].size". */
static void push_path(struct writer *writer, const struct level *level) {
  if (level->above == NULL) {
    lua_pushstring(writer->L, writer->place->argument);
    return;
  }
  push_path(writer, level->above);
  if (level->name != NULL) lua_pushfstring(writer->L, ".%s", level->name);
  else lua_pushfstring(writer->L, "[%d]", (int)level->item);
  lua_concat(writer->L, 2);
}

static void refuse(struct writer *writer, const struct level *level, const char *why) {
  luaL_checkstack(writer->L, MAX_DEPTH + 8, "error message");
  push_path(writer, level);
  instar_misuse(writer->L, "%s: argument '%s' %s", writer->place->operation, lua_tostring(writer->L, -1), why);
}

static void put(struct writer *writer, const char *bytes, size_t length) {
  instar_state_check(writer->L, instar_buffer_append(writer->out, bytes, length));
}

static enum instar_code escape_byte(struct instar_buffer *out, unsigned char byte) {
  static const char plain[] = "\"\\\b\f\n\r\t";
  static const char letter[] = "\"\\bfnrt";
  const char *found = strchr(plain, byte);
  char text[8];
  if (byte != '\0' && found != NULL) snprintf(text, sizeof text, "\\%c", letter[found - plain]);
  else snprintf(text, sizeof text, "\\u%04x", byte);
  return instar_buffer_text(out, text);
}

enum instar_code instar_json_string(struct instar_buffer *out, const char *text, size_t length) {
  size_t start = 0;
  size_t i;
  enum instar_code code = instar_buffer_byte(out, '"');
  for (i = 0; i < length && code == INSTAR_OK; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte >= ' ' && byte != '"' && byte != '\\') continue;
    code = instar_buffer_append(out, text + start, i - start);
    if (code == INSTAR_OK) code = escape_byte(out, byte);
    start = i + 1;
  }
  if (code == INSTAR_OK) code = instar_buffer_append(out, text + start, length - start);
  if (code == INSTAR_OK) code = instar_buffer_byte(out, '"');
  return code;
}

const struct instar_shape *instar_shape_find(const struct instar_shape *shapes, unsigned count, const char *name) {
  unsigned i;
  for (i = 0; i < count; i++) {
    if (strcmp(shapes[i].name, name) == 0) return &shapes[i];
  }
  return NULL;
}

/* What is known of an array's items: the array's children are their members; a child called "[]" says that they are
** arrays themselves. */
static struct instar_shape item_shape(const struct instar_shape *array) {
  struct instar_shape item = {NULL, NULL, 0, 0};
  const struct instar_shape *nested;
  if (array == NULL) return item;
  nested = instar_shape_find(array->children, array->child_count, "[]");
  if (nested != NULL) return *nested;
  item.children = array->children;
  item.child_count = array->child_count;
  return item;
}

static void write_array(struct writer *writer, int index, size_t count, const struct instar_shape *shape,
                        const struct level *level) {
  struct instar_shape item = item_shape(shape);
  struct level below = {level, NULL, 0, level->depth + 1};
  put(writer, "[", 1);
  for (below.item = 1; below.item <= count; below.item++) {
    if (below.item > 1) put(writer, ",", 1);
    lua_rawgeti(writer->L, index, (int)below.item);
    write_value(writer, lua_gettop(writer->L), &item, &below);
    lua_pop(writer->L, 1);
  }
  put(writer, "]", 1);
}

static void write_object(struct writer *writer, int index, const struct instar_shape *shape,
                         const struct level *level) {
  struct level below = {level, NULL, 0, level->depth + 1};
  const char *separator = "{";
  lua_State *L = writer->L;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    size_t length;
    const char *name = lua_tolstring(L, -2, &length);
    put(writer, separator, 1);
    instar_state_check(L, instar_json_string(writer->out, name, length));
    put(writer, ":", 1);
    below.name = name;
    write_value(writer, lua_gettop(L),
                shape == NULL ? NULL : instar_shape_find(shape->children, shape->child_count, name), &below);
    lua_pop(L, 1);
    separator = ",";
  }
  put(writer, "}", 1);
}

static void write_table(struct writer *writer, int index, const struct instar_shape *shape, const struct level *level) {
  size_t count;
  const char *reason;
  if (level->depth >= MAX_DEPTH) refuse(writer, level, "is nested too deeply, or holds itself");
  luaL_checkstack(writer->L, 6, "nested table");
  switch (instar_value_table(writer->L, index, &count, &reason)) {
    case INSTAR_TABLE_EMPTY:
      put(writer, shape != NULL && shape->array ? "[]" : "{}", 2);
      break;
    case INSTAR_TABLE_ARRAY:
      write_array(writer, index, count, shape, level);
      break;
    case INSTAR_TABLE_OBJECT:
      write_object(writer, index, shape, level);
      break;
    default:
      refuse(writer, level, reason);
  }
}

static void write_value(struct writer *writer, int index, const struct instar_shape *shape, const struct level *level) {
  lua_State *L = writer->L;
  struct instar_text text;
  if (lua_type(L, index) == LUA_TSTRING) {
    text.bytes = lua_tolstring(L, index, &text.length);
    instar_state_check(L, instar_json_string(writer->out, text.bytes, text.length));
  } else if (lua_istable(L, index)) {
    write_table(writer, index, shape, level);
  } else if (instar_value_is_null(L, index)) {
    put(writer, "null", 4);
  } else if (instar_value_text(L, index, &text)) {
    put(writer, text.bytes, text.length);
  } else if (lua_type(L, index) == LUA_TNUMBER) {
    refuse(writer, level, "is a number that is not finite");
  } else {
    lua_pushfstring(L, "holds a %s, which JSON cannot", luaL_typename(L, index));
    refuse(writer, level, lua_tostring(L, -1));
  }
}

void instar_json_write(lua_State *L, int index, const struct instar_shape *shape, struct instar_buffer *out,
                       const struct instar_place_name *place) {
  struct writer writer = {L, out, place};
  struct level root = {NULL, NULL, 0, 0};
  write_value(&writer, lua_absindex(L, index), shape, &root);
}
