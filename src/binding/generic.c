/* SPDX-License-Identifier: MIT
** See generic.h. */
#include "binding/generic.h"

#include <string.h>

#include "binding/build.h"
#include "binding/call.h"
#include "binding/misuse.h"
#include "binding/state.h"

/* One row a method; the target comes with the call. */
#define ROW(name, may_repeat) \
  { \
    .resource = "", .action = "request", .method = (name), .path = "", .parameters = parameters, .parameter_count = 1, \
    .body = INSTAR_BODY_JSON, .answer = INSTAR_ANSWER_OTHER, .auth = INSTAR_AUTH_TOKEN, .repeat = (may_repeat) \
  }

static const struct instar_parameter parameters[] = {
  {.name = "body", .place = INSTAR_PLACE_BODY, .type = INSTAR_TYPE_ANY}};

static const struct instar_operation rows[] = {ROW("GET", INSTAR_REPEAT_SAFE),     ROW("HEAD", INSTAR_REPEAT_SAFE),
                                               ROW("POST", INSTAR_REPEAT_UNSAFE),  ROW("PUT", INSTAR_REPEAT_SAFE),
                                               ROW("PATCH", INSTAR_REPEAT_UNSAFE), ROW("DELETE", INSTAR_REPEAT_SAFE)};

static const char *const argument_names[] = {"method", "path", "query", "body", "headers"};

static void check_names(lua_State *L, const char *label) {
  size_t i;
  lua_pushnil(L);
  while (lua_next(L, 2) != 0) {
    struct instar_nearest nearest;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    bool known = false;
    instar_nearest_start(&nearest, name);
    for (i = 0; i < sizeof argument_names / sizeof *argument_names; i++) {
      known = known || strcmp(argument_names[i], name) == 0;
      instar_nearest_offer(&nearest, argument_names[i]);
    }
    if (!known) instar_misuse(L, "%s: unknown argument '%s'%s", label, name, instar_nearest_push(L, &nearest));
    lua_pop(L, 1);
  }
}

static const struct instar_operation *check_method(lua_State *L, const char *label) {
  const char *method;
  size_t i;
  lua_getfield(L, 2, "method");
  if (lua_isnil(L, -1)) method = "GET";
  else method = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strcmp(rows[i].method, method) == 0) return &rows[i];
  }
  instar_misuse(L, "%s: argument 'method' must be GET, HEAD, POST, PUT, PATCH or DELETE (got '%s')", label, method);
  return NULL;
}

static bool is_hex(char digit) {
  return digit != '\0' && strchr("0123456789abcdefABCDEF", digit) != NULL;
}

static bool is_escaped_well(const char *path) {
  for (; (path = strchr(path, '%')) != NULL; path += 3) {
    if (!is_hex(path[1]) || !is_hex(path[2])) return false;
  }
  return true;
}

/* How many bytes spell a dot at this place, 0 for none: "." and "%2e" mean the same. */
static size_t dot_length(const char *text) {
  if (*text == '.') return 1;
  return text[0] == '%' && text[1] == '2' && (text[2] == 'e' || text[2] == 'E') ? 3 : 0;
}

static bool has_dot_segment(const char *path) {
  while (*path == '/') {
    const char *segment = path + 1;
    const char *end = segment + dot_length(segment);
    path = segment + strcspn(segment, "/");
    if (end == segment) continue;
    if (end == path || end + dot_length(end) == path) return true;
  }
  return false;
}

/* A path comes escaped already: only what RFC 3986 lets stand in one is taken. */
static const char *check_path(lua_State *L, const char *label) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/%";
  const char *path;
  size_t length = 0;
  lua_getfield(L, 2, "path");
  path = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
  if (*path != '/') instar_misuse(L, "%s: argument 'path' must be a string that starts with '/'", label);
  if (strspn(path, allowed) != length || !is_escaped_well(path)) {
    instar_misuse(L, "%s: argument 'path' must be percent-encoded and without a query (use 'query')", label);
  }
  if (has_dot_segment(path)) instar_misuse(L, "%s: argument 'path' must not hold '.' or '..' segments", label);
  return path;
}

/* The answer to a HEAD has no body, and libcurl sends none along with one. */
static void check_body(lua_State *L, const struct instar_arguments *arguments) {
  lua_getfield(L, 2, "body");
  if (!lua_isnil(L, -1) && strcmp(arguments->row->method, "HEAD") == 0) {
    instar_misuse(L, "%s: argument 'body' cannot go with method HEAD", arguments->label);
  }
  lua_pop(L, 1);
}

/* Leaves a table for the builder where it looks for arguments: the body alone. */
static int push_arguments(lua_State *L) {
  lua_newtable(L);
  lua_getfield(L, 2, "body");
  lua_setfield(L, -2, "body");
  return lua_gettop(L);
}

/* Moves an argument into the options on top of the stack. */
static void move_argument(lua_State *L, const char *label, const char *argument, const char *option) {
  lua_getfield(L, 2, argument);
  lua_getfield(L, -2, option);
  if (!lua_isnil(L, -1) && !lua_isnil(L, -2)) {
    instar_misuse(L, "%s: argument '%s' is given twice: the option '%s' is the same", label, argument, option);
  }
  lua_pop(L, 1);
  if (lua_isnil(L, -1)) lua_pop(L, 1);
  else lua_setfield(L, -2, option);
}

/* `query` and `headers` are what extra_query and the option headers are elsewhere. */
static int push_options(lua_State *L, const char *label) {
  lua_newtable(L);
  if (lua_istable(L, 3)) {
    lua_pushnil(L);
    while (lua_next(L, 3) != 0) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, -4);
    }
  } else if (!lua_isnoneornil(L, 3)) {
    instar_misuse(L, "%s: the options must be a table (got %s)", label, luaL_typename(L, 3));
  }
  move_argument(L, label, "query", "extra_query");
  move_argument(L, label, "headers", "headers");
  return lua_gettop(L);
}

int instar_generic_begin(lua_State *L) {
  struct instar_client_box *client = instar_client_check(L, 1);
  struct instar_arguments arguments = {.L = L, .client = client, .generic = true};
  struct instar_call *call;
  lua_settop(L, 3);
  arguments.label = lua_pushfstring(L, "%s request", client->service->name);
  if (!lua_istable(L, 2)) {
    instar_misuse(L, "%s: the arguments must be a table (got %s)", arguments.label, luaL_typename(L, 2));
  }
  check_names(L, arguments.label);
  arguments.row = check_method(L, arguments.label);
  check_body(L, &arguments);
  arguments.path = check_path(L, arguments.label);
  arguments.table = push_arguments(L);
  arguments.options = push_options(L, arguments.label);
  lua_getuservalue(L, 1);
  call = instar_call_push(L, lua_gettop(L), client, arguments.row);
  instar_call_build(L, call, &arguments);
  return 1;
}
