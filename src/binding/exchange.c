/* SPDX-License-Identifier: MIT
** See exchange.h. These functions are for the files beside init.lua, which trust each other. */
#include "binding/exchange.h"

#include <string.h>

#include "binding/call.h"
#include "binding/error.h"
#include "binding/misuse.h"
#include "binding/operation.h"
#include "binding/result.h"
#include "binding/state.h"
#include "binding/value.h"
#include "engine/base64.h"
#include "engine/clock.h"

static const char redacted[] = "<secret>";

/* core.auth(call): "token", "basic" or "none": what the call still needs before it may start. A credential that was
** given as an argument (token.validate) stands. */
static int f_auth(lua_State *L) {
  static const char *const names[] = {"token", "basic", "none"};
  const struct instar_call *call = instar_call_check(L, 1);
  const char *header = call->client->service->auth_header;
  bool given = !call->authorized && instar_headers_find(&call->transfer->request.headers, header) != NULL;
  bool over = call->transfer->phase == INSTAR_PHASE_DONE;
  lua_pushstring(L, names[given || over ? INSTAR_AUTH_NONE : call->row->auth]);
  return 1;
}

static int set_auth(lua_State *L, struct instar_call *call, const char *prefix, const char *value, size_t length) {
  const char *header = call->client->service->auth_header;
  struct instar_buffer *scratch = &call->scratch;
  enum instar_code code;
  instar_buffer_clear(scratch);
  instar_state_check(L, instar_buffer_text(scratch, prefix));
  instar_state_check(L, instar_buffer_append(scratch, value, length));
  code = instar_headers_set(&call->transfer->request.headers, header, strlen(header), scratch->data, scratch->length);
  instar_buffer_clear(scratch);
  if (code != INSTAR_INVALID) instar_state_check(L, code);
  if (code == INSTAR_OK) call->authorized = true;
  lua_pushboolean(L, code == INSTAR_OK);
  return 1;
}

/* core.authorize(call, token): false when the token cannot stand in a header. */
static int f_authorize(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  size_t length;
  const char *token = luaL_checklstring(L, 2, &length);
  return set_auth(L, call, call->client->service->auth_prefix, token, length);
}

/* True when the client's token is among the headers. */
static bool has_token(const struct instar_call *call) {
  return call->authorized && call->row->auth == INSTAR_AUTH_TOKEN;
}

/* core.credential(call): the token that was put into it, nil without. */
static int f_credential(lua_State *L) {
  const struct instar_call *call = instar_call_check(L, 1);
  const struct instar_service *service = call->client->service;
  if (!has_token(call)) return 0;
  lua_pushstring(L, instar_headers_find(&call->transfer->request.headers, service->auth_header) +
                      strlen(service->auth_prefix));
  return 1;
}

/* core.authorize_basic(call, user, password) */
static int f_authorize_basic(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  size_t length;
  const char *pair;
  luaL_checkstring(L, 2);
  luaL_checkstring(L, 3);
  lua_pushvalue(L, 2);
  lua_pushliteral(L, ":");
  lua_pushvalue(L, 3);
  lua_concat(L, 3);
  pair = lua_tolstring(L, -1, &length);
  instar_buffer_clear(&call->scratch);
  instar_state_check(L, instar_base64_encode(&call->scratch, pair, length));
  lua_pushlstring(L, instar_buffer_string(&call->scratch), call->scratch.length);
  pair = lua_tolstring(L, -1, &length);
  return set_auth(L, call, "Basic ", pair, length);
}

static void push_lower(lua_State *L, const char *name) {
  luaL_Buffer lower;
  luaL_buffinit(L, &lower);
  for (; *name != '\0'; name++) luaL_addchar(&lower, *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name);
  luaL_pushresult(&lower);
}

static void set_headers(lua_State *L, const struct instar_call *call) {
  struct instar_header header;
  size_t at = 0;
  lua_newtable(L);
  while (instar_headers_next(&call->transfer->request.headers, &at, &header)) {
    push_lower(L, header.name);
    lua_pushstring(L, header.value);
    lua_rawset(L, -3);
  }
  lua_setfield(L, -2, "headers");
}

/* core.request(call): {method, url, headers, body}. */
static int f_request(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  const struct instar_request *request = &call->transfer->request;
  lua_newtable(L);
  lua_pushstring(L, request->method);
  lua_setfield(L, -2, "method");
  lua_pushstring(L, instar_buffer_string(&request->url));
  lua_setfield(L, -2, "url");
  set_headers(L, call);
  if (request->has_body) {
    lua_pushlstring(L, instar_buffer_string(&request->body), request->body.length);
    lua_setfield(L, -2, "body");
  }
  return 1;
}

/* core.redact(call): as if a token had been put in, so that the request shows where it goes. */
static int f_redact(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  const struct instar_service *service = call->client->service;
  const char *prefix = call->row->auth == INSTAR_AUTH_BASIC ? "Basic " : service->auth_prefix;
  if (call->row->auth == INSTAR_AUTH_NONE) return 0;
  return set_auth(L, call, prefix, redacted, sizeof redacted - 1);
}

static void set_outcome(lua_State *L, const struct instar_transfer *transfer) {
  if (transfer->response.status != 0) {
    lua_pushinteger(L, transfer->response.status);
    lua_setfield(L, -2, "status");
  }
  if (transfer->failure.kind != INSTAR_KIND_NONE) {
    lua_pushstring(L, transfer->failure.text);
    lua_setfield(L, -2, "failure");
  }
  lua_pushnumber(L, (lua_Number)(transfer->ended - transfer->started) / (lua_Number)INSTAR_SECOND);
  lua_setfield(L, -2, "seconds");
}

/* core.info(call): {operation, method, url, attempts, status, seconds}, for events. */
static int f_info(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  const struct instar_transfer *transfer = call->transfer;
  lua_newtable(L);
  instar_operation_label(L, call->client->service, call->row);
  lua_setfield(L, -2, "operation");
  lua_pushstring(L, transfer->request.method);
  lua_setfield(L, -2, "method");
  lua_pushstring(L, instar_buffer_string(&transfer->request.url));
  lua_setfield(L, -2, "url");
  lua_pushinteger(L, (lua_Integer)transfer->attempts);
  lua_setfield(L, -2, "attempts");
  if (transfer->phase == INSTAR_PHASE_DONE) set_outcome(L, transfer);
  return 1;
}

/* core.suspects(call): a list of {argument, values} whose value is none of the documented ones, nil without any. */
static int f_suspects(lua_State *L) {
  const struct instar_call *call = instar_call_check(L, 1);
  unsigned place;
  int count = 0;
  if (call->suspects == 0) return 0;
  lua_newtable(L);
  for (place = 0; place < 64; place++) {
    const struct instar_parameter *parameter = instar_operation_parameter(call->client->service, call->row, place);
    int i;
    if (parameter == NULL) break;
    if ((call->suspects >> place & 1) == 0) continue;
    lua_newtable(L);
    lua_pushstring(L, parameter->name);
    lua_setfield(L, -2, "argument");
    lua_newtable(L);
    for (i = 0; parameter->values[i] != NULL; i++) {
      lua_pushstring(L, parameter->values[i]);
      lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "values");
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

static void settle_headers(lua_State *L, struct instar_transfer *transfer, int index) {
  struct instar_text value;
  if (!lua_istable(L, index)) return;
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    if (lua_type(L, -2) == LUA_TSTRING && instar_value_text(L, -1, &value)) {
      lua_pushfstring(L, "%s: %s", lua_tostring(L, -2), value.bytes);
      instar_response_header(&transfer->response, lua_tostring(L, -1), strlen(lua_tostring(L, -1)), &transfer->failure);
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
}

/* core.settle(call, status, headers, body): the answer of a transport other than the network. */
static int f_settle(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  struct instar_transfer *transfer = call->transfer;
  size_t length = 0;
  const char *body = luaL_optlstring(L, 4, "", &length);
  if (transfer->phase != INSTAR_PHASE_IDLE) return 0;
  instar_response_init(&transfer->response, transfer->limits.max_body);
  transfer->response.status = (int)luaL_checkinteger(L, 2);
  transfer->response.headers_ended = true;
  settle_headers(L, transfer, 3);
  if (transfer->phase == INSTAR_PHASE_IDLE) { /* it may have been cancelled meanwhile */
    if (instar_response_body(&transfer->response, body, length, &transfer->failure)) {
      instar_response_finish(&transfer->response, &transfer->failure);
    }
    instar_transfer_settle(transfer);
  }
  return 0;
}

/* core.fail(call, kind, text [, tried]): the call fails without the network. `tried`: a transport had it. */
static int f_fail(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  struct instar_transfer *transfer = call->transfer;
  if (lua_toboolean(L, 4) && transfer->phase == INSTAR_PHASE_IDLE) {
    transfer->attempts++;
    transfer->sent = INSTAR_SENT_MAYBE;
    transfer->client->stats.requests++;
  }
  instar_transfer_stop(transfer, instar_error_kind(L, luaL_checkstring(L, 2)), luaL_checkstring(L, 3));
  return 0;
}

/* core.result(call): body and response, or nil, message and error. */
static int f_result(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  lua_settop(L, 1);
  return instar_result_push(L, call);
}

/* core.renew(call): true when the service refused the client's token (401) for the first time; the call may then go
** again. */
static int f_renew(lua_State *L) {
  struct instar_call *call = instar_call_check(L, 1);
  bool refused = call->transfer->failure.kind == INSTAR_KIND_NONE && call->transfer->response.status == 401;
  bool again = refused && has_token(call) && !call->renewed && !call->client->core.closed;
  if (again) instar_transfer_restart(call->transfer);
  call->renewed = call->renewed || again;
  lua_pushboolean(L, again);
  return 1;
}

/* core.hurry(call): it takes no place. */
static int f_hurry(lua_State *L) {
  instar_call_check(L, 1)->transfer->urgent = true;
  return 0;
}

/* core.remaining(call): seconds until its deadline; huge when it has none. */
static int f_remaining(lua_State *L) {
  int64_t deadline = instar_call_check(L, 1)->transfer->limits.deadline;
  int64_t now = instar_clock_now();
  if (deadline == INSTAR_NEVER) lua_pushnumber(L, (lua_Number)1e12);
  else lua_pushnumber(L, (lua_Number)(deadline - now) / (lua_Number)INSTAR_SECOND);
  return 1;
}

void instar_exchange_register(lua_State *L) {
  static const luaL_Reg functions[] = {{"auth", f_auth},
                                       {"authorize", f_authorize},
                                       {"authorize_basic", f_authorize_basic},
                                       {"credential", f_credential},
                                       {"request", f_request},
                                       {"redact", f_redact},
                                       {"info", f_info},
                                       {"suspects", f_suspects},
                                       {"settle", f_settle},
                                       {"fail", f_fail},
                                       {"result", f_result},
                                       {"renew", f_renew},
                                       {"hurry", f_hurry},
                                       {"remaining", f_remaining},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
