/* SPDX-License-Identifier: MIT
** See options.h. */
#include "binding/options.h"

#include <string.h>

#include "binding/misuse.h"
#include "binding/option_checks.h"
#include "binding/value.h"

/* TLS: a table of its own rows. */

static void take_rows(struct instar_option_check *check, const struct instar_option *rows, size_t count,
                      bool (*is_other)(const char *));

static void take_verify(struct instar_option_check *check) {
  bool verify = true;
  if (!lua_isboolean(check->L, check->index)) instar_option_refuse(check, "true or false");
  verify = lua_toboolean(check->L, check->index) != 0;
  check->box->core.settings.no_verify = !verify;
}

static void take_tls(struct instar_option_check *check) {
  static const struct instar_option rows[] = {
    {"ca_file", instar_take_path, offsetof(struct instar_settings, ca_file)},
    {"ca_path", instar_take_path, offsetof(struct instar_settings, ca_path)},
    {"cert", instar_take_path, offsetof(struct instar_settings, certificate)},
    {"key", instar_take_path, offsetof(struct instar_settings, key)},
    {"verify", take_verify, 0},
  };
  struct instar_option_check inner = *check;
  if (!lua_istable(check->L, check->index)) instar_option_refuse(check, "a table");
  inner.owner = lua_pushfstring(check->L, "%s: tls", check->owner);
  inner.base = (char *)&check->box->core.settings;
  take_rows(&inner, rows, sizeof rows / sizeof *rows, NULL);
  lua_pop(check->L, 1);
}

/* What a call may set too comes first. */
static const struct instar_option call_rows[] = {
  {"timeout", instar_take_span, offsetof(struct instar_spans, timeout)},
  {"attempt_timeout", instar_take_span, offsetof(struct instar_spans, attempt)},
  {"idle_timeout", instar_take_span, offsetof(struct instar_spans, idle)},
  {"retries", instar_take_retries, offsetof(struct instar_spans, retries)},
  {"max_body", instar_take_bytes, offsetof(struct instar_spans, max_body)},
  {"headers", instar_take_headers, 0},
  {"progress", instar_take_nothing, 0},
};

/* Read where the request is built. */
static const char *const other_call_options[] = {"extra_query", "extra_body"};

#define IN_BOX(member) offsetof(struct instar_client_box, member)
#define IN_SPANS(member) (IN_BOX(spans) + offsetof(struct instar_spans, member))
#define IN_SETTINGS(member) \
  (IN_BOX(core) + offsetof(struct instar_client, settings) + offsetof(struct instar_settings, member))

static const struct instar_option client_rows[] = {
  {"base_url", instar_take_base, IN_BOX(base)},
  {"token", instar_take_token, 0},
  {"api_version", instar_take_version, 0},
  {"timeout", instar_take_span, IN_SPANS(timeout)},
  {"connect_timeout", instar_take_span, IN_SPANS(connect)},
  {"attempt_timeout", instar_take_span, IN_SPANS(attempt)},
  {"idle_timeout", instar_take_span, IN_SPANS(idle)},
  {"retries", instar_take_retries, IN_SPANS(retries)},
  {"max_body", instar_take_bytes, IN_SPANS(max_body)},
  {"max_in_flight", instar_take_places, IN_SETTINGS(max_in_flight)},
  {"tls", take_tls, 0},
  {"allow_http", instar_take_flag, IN_BOX(allow_http)},
  {"proxy", instar_take_proxy, IN_SETTINGS(proxy)},
  {"user_agent", instar_take_user_agent, 0},
  {"headers", instar_take_headers, 0},
  {"on_event", instar_take_function, 0},
  {"transport", instar_take_function, 0},
};

#define CLIENT_ROWS (sizeof client_rows / sizeof *client_rows)
#define MOST_CLIENT_ROWS (CLIENT_ROWS + INSTAR_MAX_ROOTS + 8)

static size_t add_names(struct instar_option *rows, size_t count, const char *const *names) {
  for (; names != NULL && *names != NULL; names++) {
    struct instar_option row = {*names, instar_take_secret, 0};
    if (count < MOST_CLIENT_ROWS) rows[count++] = row;
  }
  return count;
}

/* The rows of every service, its further base URLs and its credentials. */
static size_t service_rows(const struct instar_service *service, struct instar_option *rows) {
  size_t count = CLIENT_ROWS;
  size_t i;
  memcpy(rows, client_rows, sizeof client_rows);
  for (i = 0; i < service->root_count && i < INSTAR_MAX_ROOTS; i++) {
    struct instar_option row = {service->roots[i].option, instar_take_base,
                                IN_BOX(roots) + i * sizeof(struct instar_base)};
    rows[count++] = row;
  }
  if (service->login != NULL) {
    count = add_names(rows, count, service->login->required);
    count = add_names(rows, count, service->login->optional);
  }
  return count;
}

static const struct instar_option *find_row(const struct instar_option *rows, size_t count, const char *name) {
  size_t i;
  for (i = 0; i < count; i++) {
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  }
  return NULL;
}

static void refuse_name(struct instar_option_check *check, const struct instar_option *rows, size_t count,
                        const char *name) {
  struct instar_nearest nearest;
  size_t i;
  instar_nearest_start(&nearest, name);
  for (i = 0; i < count; i++) instar_nearest_offer(&nearest, rows[i].name);
  instar_misuse(check->L, "%s: unknown option '%s'%s", check->owner, name, instar_nearest_push(check->L, &nearest));
}

/* Walks the table at check->index; each name must have a row, or be one that somebody else reads. */
static void take_rows(struct instar_option_check *check, const struct instar_option *rows, size_t count,
                      bool (*is_other)(const char *)) {
  lua_State *L = check->L;
  int table = check->index;
  luaL_checkstack(L, 8, "options");
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    const char *name = instar_value_name(L, -2);
    if (name == NULL) {
      instar_misuse(L, "%s: unknown option: names are strings without a NUL (got a %s)", check->owner,
                    luaL_typename(L, -2));
    }
    check->option = find_row(rows, count, name);
    check->index = lua_gettop(L);
    if (check->option != NULL) check->option->take(check);
    else if (is_other == NULL || !is_other(name)) refuse_name(check, rows, count, name);
    lua_pop(L, 1);
  }
  check->index = table;
}

void instar_options_client(lua_State *L, int index, int environment, struct instar_client_box *box) {
  struct instar_option rows[MOST_CLIENT_ROWS];
  size_t count = service_rows(box->service, rows);
  struct instar_option_check check = {L, NULL, NULL, index, environment, (char *)box, box, &box->headers, box->service};
  check.owner = lua_pushfstring(L, "instar.%s", box->service->name);
  take_rows(&check, rows, count, NULL);
  lua_pop(L, 1);
}

static bool is_other_call_option(const char *name) {
  size_t i;
  for (i = 0; i < sizeof other_call_options / sizeof *other_call_options; i++) {
    if (strcmp(name, other_call_options[i]) == 0) return true;
  }
  return false;
}

bool instar_options_is_call(const char *name) {
  return is_other_call_option(name) || find_row(call_rows, sizeof call_rows / sizeof *call_rows, name) != NULL;
}

void instar_options_call(lua_State *L, int index, const struct instar_client_box *box, const char *operation,
                         struct instar_spans *spans, struct instar_headers *headers) {
  struct instar_option_check check = {L, operation, NULL, index, 0, (char *)spans, NULL, headers, box->service};
  if (lua_isnoneornil(L, index)) return;
  if (!lua_istable(L, index))
    instar_misuse(L, "%s: options must be a table (got %s)", operation, luaL_typename(L, index));
  lua_getfield(L, index, "timeout");
  spans->timeout_given = !lua_isnil(L, -1);
  lua_pop(L, 1);
  take_rows(&check, call_rows, sizeof call_rows / sizeof *call_rows, is_other_call_option);
}
