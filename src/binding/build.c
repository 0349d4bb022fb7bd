/* SPDX-License-Identifier: MIT
** See build.h. */
#include "binding/build.h"

#include <string.h>

#include "binding/misuse.h"
#include "binding/operation.h"
#include "binding/query.h"
#include "binding/state.h"
#include "binding/value.h"

struct builder {
  struct instar_arguments *arguments;
  struct instar_request *request;
  struct instar_buffer *scratch;
  uint64_t *suspects;
};

static void check(struct builder *builder, enum instar_code code) {
  instar_state_check(builder->arguments->L, code);
}

static struct instar_query query_of(struct builder *builder, const char *name, size_t length) {
  struct instar_query query = {
    builder->arguments->L, &builder->request->url, builder->scratch, {builder->arguments->label, name}, length};
  return query;
}

/* Notes a text that is not among the documented ones: the service may know it all the same. */
static void suspect(struct builder *builder, const struct instar_parameter *parameter, unsigned place) {
  lua_State *L = builder->arguments->L;
  const char *const *value = parameter->values;
  if (value == NULL || lua_type(L, -1) != LUA_TSTRING || place >= 64) return;
  while (*value != NULL && strcmp(*value, lua_tostring(L, -1)) != 0) value++;
  if (*value == NULL) *builder->suspects |= (uint64_t)1 << place;
}

typedef void (*write_parameter)(struct builder *builder, const struct instar_parameter *parameter);

/* Calls `write` with the value on top of the stack, for every parameter of a place that has one. Returns how many. */
static unsigned each(struct builder *builder, enum instar_place place, write_parameter write) {
  struct instar_arguments *arguments = builder->arguments;
  const struct instar_parameter *parameter;
  unsigned count = 0;
  unsigned i;
  for (i = 0; (parameter = instar_operation_parameter(arguments->client->service, arguments->row, i)) != NULL; i++) {
    if (parameter->place != place || !instar_arguments_push(arguments, parameter)) continue;
    suspect(builder, parameter, i);
    write(builder, parameter);
    lua_pop(arguments->L, 1);
    count++;
  }
  return count;
}

/* Path: the template's text with each {name} replaced by its escaped value. */

static const struct instar_parameter *path_parameter(const struct instar_operation *row, const char *name,
                                                     size_t length) {
  unsigned i;
  for (i = 0; i < row->parameter_count; i++) {
    const struct instar_parameter *parameter = &row->parameters[i];
    if (parameter->place == INSTAR_PLACE_PATH && strlen(parameter->name) == length &&
        strncmp(parameter->name, name, length) == 0) {
      return parameter;
    }
  }
  return NULL;
}

static void write_segment(struct builder *builder, const char *name, size_t length) {
  const struct instar_parameter *parameter = path_parameter(builder->arguments->row, name, length);
  struct instar_text text;
  if (parameter == NULL || !instar_arguments_push(builder->arguments, parameter)) return;
  instar_value_text(builder->arguments->L, -1, &text);
  check(builder, instar_url_escape(&builder->request->url, text.bytes, text.length));
  lua_pop(builder->arguments->L, 1);
}

static void write_path(struct builder *builder) {
  const char *at = builder->arguments->path;
  while (*at != '\0') {
    size_t plain = strcspn(at, "{");
    check(builder, instar_buffer_append(&builder->request->url, at, plain));
    at += plain;
    if (*at == '{') {
      size_t name = strcspn(at, "}");
      write_segment(builder, at + 1, name - 1);
      at += name + 1;
    }
  }
}

static void write_query(struct builder *builder, const struct instar_parameter *parameter) {
  struct instar_query query = query_of(builder, parameter->name, strlen(parameter->name));
  instar_query_write(&query, -1, parameter->encoding);
}

/* Extra pairs may be nested: brackets, as the only form that says so. */
static void write_extra_query(struct builder *builder) {
  lua_State *L = builder->arguments->L;
  if (!instar_arguments_push_extra(builder->arguments, "extra_query")) return;
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    struct instar_query query;
    size_t length;
    const char *name = instar_arguments_extra_name(builder->arguments, "extra_query", &length);
    query = query_of(builder, name, length);
    instar_query_write(&query, -1, INSTAR_ENCODING_BRACKETS);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static void write_header(struct builder *builder, const struct instar_parameter *parameter) {
  struct instar_query query = query_of(builder, parameter->name, strlen(parameter->name));
  enum instar_code code;
  instar_query_text(&query, lua_gettop(query.L), builder->scratch);
  code = instar_headers_set(&builder->request->headers, parameter->name, strlen(parameter->name),
                            instar_buffer_string(builder->scratch), builder->scratch->length);
  if (code == INSTAR_INVALID) {
    instar_misuse(query.L, "%s: argument '%s' must not hold CR, LF or NUL", builder->arguments->label, parameter->name);
  }
  check(builder, code);
  instar_buffer_clear(builder->scratch);
}

static void add_header(struct builder *builder, const char *name, const char *value) {
  check(builder, instar_headers_set(&builder->request->headers, name, strlen(name), value, strlen(value)));
}

/* Bodies. */

static void write_json(struct builder *builder, const struct instar_parameter *parameter) {
  const struct instar_operation *row = builder->arguments->row;
  struct instar_place_name place = {builder->arguments->label, parameter->name};
  instar_json_write(builder->arguments->L, -1, instar_shape_find(row->arrays, row->array_count, parameter->name),
                    &builder->request->body, &place);
}

static void write_whole(struct builder *builder, const struct instar_parameter *parameter) {
  write_json(builder, parameter);
  builder->request->has_body = true;
}

static void write_name(struct builder *builder, const char *name, size_t length) {
  struct instar_buffer *body = &builder->request->body;
  check(builder, instar_buffer_byte(body, body->length == 0 ? '{' : ','));
  check(builder, instar_json_string(body, name, length));
  check(builder, instar_buffer_byte(body, ':'));
}

static void write_member(struct builder *builder, const struct instar_parameter *parameter) {
  write_name(builder, parameter->name, strlen(parameter->name));
  write_json(builder, parameter);
}

static void write_field(struct builder *builder, const struct instar_parameter *parameter) {
  struct instar_buffer *body = &builder->request->body;
  struct instar_query query = query_of(builder, parameter->name, strlen(parameter->name));
  instar_query_text(&query, lua_gettop(query.L), builder->scratch);
  if (body->length > 0) check(builder, instar_buffer_byte(body, '&'));
  check(builder, instar_url_escape(body, parameter->name, strlen(parameter->name)));
  check(builder, instar_buffer_byte(body, '='));
  check(builder, instar_url_escape(body, instar_buffer_string(builder->scratch), builder->scratch->length));
  instar_buffer_clear(builder->scratch);
}

/* Members come behind those of a body that is an object; without a body they make one. */
static void write_extra_body(struct builder *builder) {
  lua_State *L = builder->arguments->L;
  struct instar_buffer *body = &builder->request->body;
  if (!instar_arguments_push_extra(builder->arguments, "extra_body")) return;
  if (builder->arguments->row->body != INSTAR_BODY_JSON) {
    instar_misuse(L, "%s: option 'extra_body' is for operations with a JSON body", builder->arguments->label);
  }
  if (body->length > 0 && body->data[body->length - 1] != '}') {
    instar_misuse(L, "%s: option 'extra_body' needs a body that is an object", builder->arguments->label);
  }
  if (body->length > 0) instar_buffer_truncate(body, body->length - 1);
  if (body->length == 1) instar_buffer_clear(body); /* it was {} */
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    size_t length;
    const char *name = instar_arguments_extra_name(builder->arguments, "extra_body", &length);
    struct instar_place_name place = {builder->arguments->label, lua_pushfstring(L, "extra_body.%s", name)};
    write_name(builder, name, length);
    instar_json_write(L, -2, NULL, body, &place);
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
  check(builder, instar_buffer_text(body, body->length == 0 ? "{}" : "}"));
  builder->request->has_body = true;
}

static void write_json_body(struct builder *builder) {
  struct instar_request *request = builder->request;
  each(builder, INSTAR_PLACE_BODY, write_whole);
  if (each(builder, INSTAR_PLACE_MEMBER, write_member) > 0) {
    check(builder, instar_buffer_byte(&request->body, '}'));
    request->has_body = true;
  }
  write_extra_body(builder);
  if (request->has_body) add_header(builder, "Content-Type", "application/json");
}

static void write_form_body(struct builder *builder) {
  write_extra_body(builder);
  builder->request->has_body = each(builder, INSTAR_PLACE_FORM, write_field) > 0;
  add_header(builder, "Content-Type", "application/x-www-form-urlencoded");
}

static void write_target(struct builder *builder) {
  const struct instar_arguments *arguments = builder->arguments;
  const char *root = instar_client_root(arguments->client, arguments->row->root);
  if (root == NULL) instar_misuse(arguments->L, "%s: the client was made without a base_url", arguments->label);
  check(builder, instar_buffer_text(&builder->request->url, root));
  write_path(builder);
  each(builder, INSTAR_PLACE_QUERY, write_query);
  write_extra_query(builder);
}

/* The client's own headers win over ours. */
static void add_client_headers(struct builder *builder) {
  struct instar_header header;
  size_t at = 0;
  while (instar_headers_next(&builder->arguments->client->headers, &at, &header)) {
    add_header(builder, header.name, header.value);
  }
}

void instar_build_request(struct instar_arguments *arguments, struct instar_request *request,
                          struct instar_buffer *scratch, uint64_t *suspects) {
  struct builder builder = {arguments, request, scratch, suspects};
  request->repeatable = arguments->row->repeat == INSTAR_REPEAT_SAFE;
  *suspects = 0;
  write_target(&builder);
  add_header(&builder, "Accept", arguments->row->answer == INSTAR_ANSWER_FILE ? "*/*" : "application/json");
  if (arguments->row->body == INSTAR_BODY_FORM) write_form_body(&builder);
  else write_json_body(&builder);
  add_client_headers(&builder);
  each(&builder, INSTAR_PLACE_HEADER, write_header);
}
