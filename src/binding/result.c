/* SPDX-License-Identifier: MIT
** See result.h. */
#include "binding/result.h"

#include <string.h>

#include "binding/decode.h"
#include "binding/error.h"
#include "binding/state.h"
#include "engine/clock.h"

static bool is_blank(const struct instar_buffer *body) {
  return body->length == 0 || strspn(body->data, " \t\r\n") == body->length;
}

static int fail(lua_State *L, struct instar_call *call, const char *why) {
  instar_failure_set(&call->transfer->failure, INSTAR_KIND_DECODE, "%s", why);
  return instar_error_push(L, call);
}

/* Pushes {status, headers, attempts, seconds}. */
static void push_response(lua_State *L, const struct instar_transfer *transfer) {
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, transfer->response.status);
  lua_setfield(L, -2, "status");
  instar_error_push_headers(L, &transfer->response.headers);
  lua_setfield(L, -2, "headers");
  lua_pushinteger(L, (lua_Integer)transfer->attempts);
  lua_setfield(L, -2, "attempts");
  lua_pushnumber(L, (lua_Number)(transfer->ended - transfer->started) / (lua_Number)INSTAR_SECOND);
  lua_setfield(L, -2, "seconds");
}

/* Pushes the body as the operation promises it; NULL, or what is wrong with it. */
static const char *push_body(lua_State *L, const struct instar_call *call) {
  const struct instar_buffer *body = &call->transfer->response.body;
  const char *bytes = instar_buffer_string(body);
  if (call->row->answer == INSTAR_ANSWER_FILE) {
    lua_pushlstring(L, bytes, body->length);
  } else if (is_blank(body)) {
    lua_pushboolean(L, 1);
  } else if (!instar_decode_push(L, bytes, body->length)) {
    if (call->row->answer == INSTAR_ANSWER_JSON)
      return lua_pushfstring(L, "the answer is no JSON: %s", lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_pushlstring(L, bytes, body->length);
  } else if (lua_isboolean(L, -1) && !lua_toboolean(L, -1)) {
    return "the answer is a lone false";
  }
  return NULL;
}

static bool is_login(const struct instar_call *call) {
  const struct instar_login *login = call->client->service->login;
  size_t length = strlen(call->row->resource);
  return login != NULL && strncmp(login->operation, call->row->resource, length) == 0 &&
         login->operation[length] == '.' && strcmp(login->operation + length + 1, call->row->action) == 0;
}

/* A token that breaks out of its header must never get into one. The decoded body is on top of the stack. */
static const char *check_token(lua_State *L, const struct instar_call *call) {
  const char *member = call->client->service->login->token_member;
  const char *token;
  size_t length = 0;
  bool valid;
  if (member == NULL) return NULL; /* a header of the answer cannot hold what a header must not */
  instar_decode_member(L, lua_gettop(L), member);
  token = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
  valid = instar_headers_is_value(token, length);
  lua_pop(L, 1);
  return valid ? NULL : "the answer's token cannot be sent in a header";
}

int instar_result_push(lua_State *L, struct instar_call *call) {
  const struct instar_transfer *transfer = call->transfer;
  int status = transfer->response.status;
  const char *wrong;
  if (transfer->failure.kind != INSTAR_KIND_NONE || status < 200 || status > 299) return instar_error_push(L, call);
  wrong = push_body(L, call);
  if (wrong == NULL && is_login(call)) wrong = check_token(L, call);
  if (wrong != NULL) return fail(L, call, wrong);
  push_response(L, transfer);
  return 2;
}
