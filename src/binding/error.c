/* SPDX-License-Identifier: MIT
** See error.h. */
#include "binding/error.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "binding/decode.h"
#include "binding/operation.h"
#include "binding/state.h"

/* By enum instar_kind. */
static const char *const kinds[] = {NULL,  "http",   "auth",  "aborted",   "timeout", "transport",
                                    "tls", "decode", "limit", "cancelled", "closed",  "memory"};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

enum instar_kind instar_error_kind(lua_State *L, const char *name) {
  size_t i;
  for (i = 1; i < KIND_COUNT; i++) {
    if (strcmp(kinds[i], name) == 0) return (enum instar_kind)i;
  }
  luaL_error(L, "instar: unknown kind of error '%s'", name);
  return INSTAR_KIND_NONE;
}

/* An error being made: the table is on top of the stack while fields are set. */
struct report {
  lua_State *L;
  const struct instar_call *call;
  const struct instar_response *response;
  enum instar_kind kind;
  int data;    /* stack index of the decoded body, nil when it is no JSON */
  int code;    /* of the service's code, nil without */
  int message; /* of the service's message, nil without */
};

static void set_text(lua_State *L, int table, const char *name, const char *text) {
  if (text == NULL) return;
  lua_pushstring(L, text);
  lua_setfield(L, table, name);
}

/* The first of the service's members that holds a string or a number; nil when none does. */
static void push_first(lua_State *L, int data, const char *const *paths) {
  for (; paths != NULL && *paths != NULL; paths++) {
    instar_decode_member(L, data, *paths);
    if (lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER) return;
    lua_pop(L, 1);
  }
  lua_pushnil(L);
}

/* Leaves data, code and message on the stack. */
static void read_body(struct report *report) {
  lua_State *L = report->L;
  const struct instar_service *service = report->call->client->service;
  const struct instar_buffer *body = &report->response->body;
  if (body->length == 0 || !instar_decode_push(L, body->data, body->length)) {
    lua_settop(L, report->data - 1);
    lua_pushnil(L);
  }
  push_first(L, report->data, service->error_code);
  push_first(L, report->data, service->error_message);
}

/* "host:port" of the URL. */
static void push_host(lua_State *L, const char *url) {
  const char *start = strstr(url, "://");
  if (start != NULL) url = start + 3;
  lua_pushlstring(L, url, strcspn(url, "/?"));
}

/* ": NotFound: No such instance", as far as the service said it. */
static void push_said(struct report *report) {
  lua_State *L = report->L;
  int count = 0;
  luaL_checkstack(L, 8, "error message");
  if (!lua_isnil(L, report->code)) {
    lua_pushliteral(L, ": ");
    lua_pushvalue(L, report->code);
    count += 2;
  }
  if (!lua_isnil(L, report->message)) {
    lua_pushliteral(L, ": ");
    lua_pushvalue(L, report->message);
    count += 2;
  }
  if (count == 0) lua_pushliteral(L, "");
  else lua_concat(L, count);
}

static void push_answered(struct report *report, const char *label) {
  lua_State *L = report->L;
  const char *location = instar_headers_find(&report->response->headers, "location");
  const char *host;
  push_host(L, instar_buffer_string(&report->call->transfer->request.url));
  host = lua_tostring(L, -1);
  lua_pushfstring(L, "%s: HTTP %d from %s", label, report->response->status, host);
  push_said(report);
  if (report->response->status / 100 == 3 && location != NULL) lua_pushliteral(L, " (redirects are not followed)");
  else lua_pushliteral(L, "");
  lua_concat(L, 3);
}

/* The host is added where libcurl's text does not name it. */
static void push_failed(struct report *report, const char *label) {
  lua_State *L = report->L;
  const char *text = report->call->transfer->failure.text;
  const char *host;
  size_t name;
  push_host(L, instar_buffer_string(&report->call->transfer->request.url));
  host = lua_tostring(L, -1);
  name = strcspn(host, ":");
  lua_pushlstring(L, host, host[0] == '[' ? strlen(host) : name);
  if (*host == '\0' || strstr(text, lua_tostring(L, -1)) != NULL) lua_pushfstring(L, "%s: %s", label, text);
  else lua_pushfstring(L, "%s: %s (%s)", label, text, host);
}

static bool is_retryable(enum instar_kind kind, int status) {
  static const short statuses[] = {408, 429, 500, 502, 503, 504};
  size_t i;
  if (kind == INSTAR_KIND_TIMEOUT || kind == INSTAR_KIND_TRANSPORT) return true;
  for (i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    if (kind == INSTAR_KIND_HTTP && status == statuses[i]) return true;
  }
  return false;
}

void instar_error_push_headers(lua_State *L, const struct instar_headers *headers) {
  struct instar_header header;
  size_t at = 0;
  lua_createtable(L, 0, 8);
  while (instar_headers_next(headers, &at, &header)) {
    lua_pushstring(L, header.name);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    if (lua_isnil(L, -1)) lua_pushstring(L, header.value);
    else lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), header.value);
    lua_remove(L, -2);
    lua_rawset(L, -3);
  }
}

static const char *find_request_id(const struct instar_headers *headers) {
  static const char *const names[] = {"x-request-id", "request-id", "x-openstack-request-id", "x-correlation-id"};
  const char *id = NULL;
  size_t i;
  for (i = 0; i < sizeof names / sizeof *names && id == NULL; i++) id = instar_headers_find(headers, names[i]);
  return id;
}

static void set_answer(struct report *report, int table) {
  lua_State *L = report->L;
  const struct instar_response *response = report->response;
  double wait = instar_response_retry_after(response, time(NULL));
  if (response->status < 200) return; /* none, or interim answers only */
  lua_pushinteger(L, response->status);
  lua_setfield(L, table, "status");
  lua_pushlstring(L, instar_buffer_string(&response->body), response->body.length);
  lua_setfield(L, table, "body");
  instar_error_push_headers(L, &response->headers);
  lua_setfield(L, table, "headers");
  lua_pushvalue(L, report->data);
  lua_setfield(L, table, "data");
  set_text(L, table, "request_id", find_request_id(&response->headers));
  if (wait < 0) return;
  if (wait < 1e9) lua_pushinteger(L, (lua_Integer)wait); /* whole seconds, as the header has them */
  else lua_pushnumber(L, wait);
  lua_setfield(L, table, "retry_after");
}

static void set_fields(struct report *report, int table, int sentence) {
  static const char *const sent[] = {"no", "maybe", "yes"};
  lua_State *L = report->L;
  const struct instar_transfer *transfer = report->call->transfer;
  const struct instar_operation *row = report->call->row;
  set_text(L, table, "kind", kinds[report->kind]);
  lua_pushvalue(L, report->code);
  lua_setfield(L, table, "code");
  lua_pushvalue(L, lua_isnil(L, report->message) ? sentence : report->message);
  lua_setfield(L, table, "message");
  lua_pushvalue(L, sentence);
  lua_setfield(L, table, "text");
  lua_pushfstring(L, "%s%s%s", row->resource, *row->resource == '\0' ? "" : ".", row->action);
  lua_setfield(L, table, "operation");
  set_text(L, table, "method", transfer->request.method);
  if (transfer->request.url.length > 0) set_text(L, table, "url", transfer->request.url.data);
  set_text(L, table, "sent", sent[transfer->sent]);
  lua_pushinteger(L, (lua_Integer)transfer->attempts);
  lua_setfield(L, table, "attempts");
  lua_pushboolean(L, is_retryable(report->kind, report->response->status));
  lua_setfield(L, table, "retryable");
  set_answer(report, table);
}

static enum instar_kind kind_of(const struct instar_transfer *transfer) {
  int status = transfer->response.status;
  if (transfer->failure.kind != INSTAR_KIND_NONE) return transfer->failure.kind;
  return status == 401 || status == 403 ? INSTAR_KIND_AUTH : INSTAR_KIND_HTTP;
}

int instar_error_push(lua_State *L, struct instar_call *call) {
  struct report report = {L, call, &call->transfer->response, kind_of(call->transfer), 0, 0, 0};
  const char *label;
  int sentence;
  if (report.kind == INSTAR_KIND_MEMORY) return luaL_error(L, "not enough memory");
  luaL_checkstack(L, 20, "error");
  label = instar_operation_label(L, call->client->service, call->row);
  report.data = lua_gettop(L) + 1;
  report.code = report.data + 1;
  report.message = report.data + 2;
  read_body(&report);
  if (call->transfer->failure.kind == INSTAR_KIND_NONE) push_answered(&report, label);
  else push_failed(&report, label);
  sentence = lua_gettop(L);
  lua_newtable(L);
  set_fields(&report, lua_gettop(L), sentence);
  luaL_getmetatable(L, INSTAR_ERROR_CLASS);
  lua_setmetatable(L, -2);
  lua_pushnil(L);
  lua_pushvalue(L, sentence);
  lua_pushvalue(L, -3);
  return 3;
}

static int m_tostring(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_getfield(L, 1, "text");
  return 1;
}

void instar_error_register(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__tostring", m_tostring}, {NULL, NULL}};
  instar_state_class(L, INSTAR_ERROR_CLASS, metamethods, NULL);
}
