/* SPDX-License-Identifier: MIT
** See option_checks.h. */
#define _POSIX_C_SOURCE 200809L
#include "binding/option_checks.h"

#include <string.h>
#include <strings.h>

#include "binding/misuse.h"
#include "binding/state.h"
#include "binding/value.h"
#include "engine/alloc.h"
#include "engine/clock.h"

#define MOST_RETRIES 100
#define MOST_IN_FLIGHT 10000

void instar_option_refuse(struct instar_option_check *check, const char *expected) {
  const char *got = luaL_typename(check->L, check->index);
  instar_misuse(check->L, "%s: option '%s' must be %s (got %s)", check->owner, check->option->name, expected, got);
}

void instar_take_span(struct instar_option_check *check) {
  double seconds = lua_tonumber(check->L, check->index);
  int64_t *span = (int64_t *)(void *)(check->base + check->option->offset);
  if (lua_type(check->L, check->index) != LUA_TNUMBER || !(seconds > 0)) {
    instar_option_refuse(check, "a number of seconds above 0, math.huge for no end");
  }
  *span = seconds > 1e12 ? INSTAR_NEVER : (int64_t)(seconds * (double)INSTAR_SECOND);
  if (*span == 0) *span = 1;
}

static double take_count(struct instar_option_check *check, double least, double most, const char *expected) {
  double count = lua_tonumber(check->L, check->index);
  bool whole = lua_type(check->L, check->index) == LUA_TNUMBER && instar_value_is_integer(check->L, check->index);
  if (!whole || count < least || count > most) instar_option_refuse(check, expected);
  return count;
}

void instar_take_retries(struct instar_option_check *check) {
  unsigned *count = (unsigned *)(void *)(check->base + check->option->offset);
  *count = (unsigned)take_count(check, 0, MOST_RETRIES, "a whole number from 0 to 100");
}

void instar_take_places(struct instar_option_check *check) {
  unsigned *count = (unsigned *)(void *)(check->base + check->option->offset);
  *count = (unsigned)take_count(check, 1, MOST_IN_FLIGHT, "a whole number from 1 to 10000");
}

void instar_take_bytes(struct instar_option_check *check) {
  size_t *bytes = (size_t *)(void *)(check->base + check->option->offset);
  lua_Number count = take_count(check, 1, 9007199254740992.0, "a whole number of bytes above 0");
  *bytes = count < (lua_Number)(SIZE_MAX / 2) ? (size_t)count : SIZE_MAX / 2;
}

void instar_take_flag(struct instar_option_check *check) {
  bool *flag = (bool *)(void *)(check->base + check->option->offset);
  if (!lua_isboolean(check->L, check->index)) instar_option_refuse(check, "true or false");
  *flag = lua_toboolean(check->L, check->index) != 0;
}

/* A string for C: nothing may be hidden behind a NUL. */
static const char *take_string(struct instar_option_check *check, const char *expected) {
  size_t length;
  const char *text;
  if (lua_type(check->L, check->index) != LUA_TSTRING) instar_option_refuse(check, expected);
  text = lua_tolstring(check->L, check->index, &length);
  if (length == 0 || strlen(text) != length) {
    instar_misuse(check->L, "%s: option '%s' must not be empty or hold a NUL", check->owner, check->option->name);
  }
  return text;
}

static void keep_copy(struct instar_option_check *check, const char *text) {
  char **copy = (char **)(void *)(check->base + check->option->offset);
  *copy = instar_strdup(text);
  if (*copy == NULL) luaL_error(check->L, "not enough memory");
}

void instar_take_path(struct instar_option_check *check) {
  keep_copy(check, take_string(check, "a file's path"));
}

void instar_take_proxy(struct instar_option_check *check) {
  if (lua_isboolean(check->L, check->index) && !lua_toboolean(check->L, check->index)) keep_copy(check, "");
  else keep_copy(check, take_string(check, "a URL, or false for none"));
}

/* For the Lua layer: kept as they are. */

static void keep_in_environment(struct instar_option_check *check) {
  lua_pushvalue(check->L, check->index);
  lua_setfield(check->L, check->environment, check->option->name);
}

void instar_take_function(struct instar_option_check *check) {
  if (!lua_isfunction(check->L, check->index)) instar_option_refuse(check, "a function");
  keep_in_environment(check);
}

void instar_take_nothing(struct instar_option_check *check) {
  if (!lua_isfunction(check->L, check->index)) instar_option_refuse(check, "a function");
}

static void check_header_value(struct instar_option_check *check, int index) {
  size_t length;
  const char *text = lua_tolstring(check->L, index, &length);
  if (instar_headers_is_value(text, length)) return;
  instar_misuse(check->L, "%s: option '%s' must not hold CR, LF or NUL", check->owner, check->option->name);
}

void instar_take_token(struct instar_option_check *check) {
  lua_State *L = check->L;
  bool off = lua_isboolean(L, check->index) && !lua_toboolean(L, check->index);
  if (lua_type(L, check->index) == LUA_TSTRING) {
    if (lua_rawlen(L, check->index) == 0) instar_option_refuse(check, "no empty string, false for none");
    check_header_value(check, check->index);
  } else if (!off && !lua_isfunction(L, check->index))
    instar_option_refuse(check, "a string, a function, or false for none");
  keep_in_environment(check);
}

void instar_take_secret(struct instar_option_check *check) {
  if (lua_type(check->L, check->index) != LUA_TSTRING) instar_option_refuse(check, "a string");
  keep_in_environment(check);
}

/* Headers. */

static bool is_reserved(const struct instar_service *service, const char *name) {
  static const char *const reserved[] = {
    "authorization",     "host", "content-length", "connection", "expect",
    "transfer-encoding", "te",   "upgrade",        "trailer",    "accept-encoding"};
  size_t i;
  for (i = 0; i < sizeof reserved / sizeof *reserved; i++) {
    if (strcasecmp(name, reserved[i]) == 0) return true;
  }
  return strcasecmp(name, service->auth_header) == 0;
}

static void set_header(struct instar_option_check *check, const char *name, int index) {
  struct instar_text value;
  enum instar_code code;
  if (is_reserved(check->service, name)) {
    instar_misuse(check->L, "%s: header '%s' is set by instar itself", check->owner, name);
  }
  if (!instar_value_text(check->L, index, &value) || lua_isboolean(check->L, index)) {
    instar_misuse(check->L, "%s: header '%s' must be a string or a number (got %s)", check->owner, name,
                  luaL_typename(check->L, index));
  }
  code = instar_headers_set(check->headers, name, strlen(name), value.bytes, value.length);
  if (code == INSTAR_INVALID) {
    instar_misuse(check->L, "%s: header '%s' is no header: its name must be a token, and CR, LF and NUL are refused",
                  check->owner, name);
  }
  instar_state_check(check->L, code);
}

void instar_take_headers(struct instar_option_check *check) {
  lua_State *L = check->L;
  if (!lua_istable(L, check->index)) instar_option_refuse(check, "a table of names and values");
  lua_pushnil(L);
  while (lua_next(L, check->index) != 0) {
    size_t length = 0;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
    if (name == NULL) instar_option_refuse(check, "a table of names and values");
    if (strlen(name) != length) instar_misuse(L, "%s: a header's name holds a NUL", check->owner);
    set_header(check, name, lua_gettop(L));
    lua_pop(L, 1);
  }
}

void instar_take_user_agent(struct instar_option_check *check) {
  const char *text = take_string(check, "a string");
  check_header_value(check, check->index);
  instar_state_check(check->L,
                     instar_headers_set(check->headers, "User-Agent", strlen("User-Agent"), text, strlen(text)));
}

void instar_take_version(struct instar_option_check *check) {
  const char *header = check->service->version_header;
  const char *text;
  if (header == NULL) instar_misuse(check->L, "%s: option 'api_version' does not exist for this service", check->owner);
  if (lua_isboolean(check->L, check->index) && !lua_toboolean(check->L, check->index)) return;
  text = take_string(check, "a string, or false for none");
  check_header_value(check, check->index);
  instar_state_check(check->L, instar_headers_set(check->headers, header, strlen(header), text, strlen(text)));
}

/* Base URLs. */

void instar_take_base(struct instar_option_check *check) {
  struct instar_base *base = (struct instar_base *)(void *)(check->base + check->option->offset);
  const char *text = take_string(check, "a URL");
  const char *reason = NULL;
  enum instar_code code = instar_url_base(text, base, &reason);
  if (code == INSTAR_INVALID) instar_misuse(check->L, "%s: option '%s' %s", check->owner, check->option->name, reason);
  instar_state_check(check->L, code);
}
