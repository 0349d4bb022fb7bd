/* SPDX-License-Identifier: MIT
** See call.h. */
#include "binding/call.h"

#include <string.h>

#include "binding/build.h"
#include "binding/operation.h"
#include "binding/options.h"
#include "binding/state.h"
#include "engine/clock.h"

struct instar_call *instar_call_check(lua_State *L, int index) {
  struct instar_call *call = luaL_checkudata(L, index, INSTAR_CALL_CLASS);
  if (call->transfer == NULL) luaL_error(L, "instar: the call is closed");
  return call;
}

static void free_parts(struct instar_call *call) {
  struct instar_transfer *transfer = call->transfer;
  call->transfer = NULL;
  instar_transfer_free(transfer);
  instar_buffer_free(&call->scratch);
}

struct instar_call *instar_call_push(lua_State *L, int environment, struct instar_client_box *client,
                                     const struct instar_operation *row) {
  struct instar_call *call = lua_newuserdata(L, sizeof *call);
  memset(call, 0, sizeof *call);
  call->client = client;
  call->row = row;
  luaL_getmetatable(L, INSTAR_CALL_CLASS);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, environment);
  lua_setuservalue(L, -2);
  call->transfer = instar_transfer_create(&client->core);
  if (call->transfer == NULL) instar_state_no_memory(L);
  call->transfer->request.method = row->method;
  if (client->core.closed) instar_transfer_stop(call->transfer, INSTAR_KIND_CLOSED, "the client is closed");
  return call;
}

static void set_limits(struct instar_call *call) {
  struct instar_limits *limits = &call->transfer->limits;
  int64_t now = instar_clock_now();
  call->transfer->started = now;
  limits->timeout = call->spans.timeout;
  limits->deadline = instar_clock_after(now, call->spans.timeout);
  limits->attempt = call->spans.attempt;
  limits->connect = call->spans.connect;
  limits->max_body = call->spans.max_body;
  limits->wait_counts = call->spans.timeout_given;
}

void instar_call_build(lua_State *L, struct instar_call *call, struct instar_arguments *arguments) {
  struct instar_request *request = &call->transfer->request;
  if (call->transfer->phase == INSTAR_PHASE_DONE) return;
  call->spans = call->client->spans;
  instar_build_request(arguments, request, &call->scratch, &call->suspects);
  if (arguments->options != 0) {
    instar_options_call(L, arguments->options, call->client, arguments->label, &call->spans, &request->headers);
  }
  set_limits(call);
}

int instar_call_begin(lua_State *L) {
  struct instar_operation_box *operation = instar_operation_check(L, 1);
  struct instar_arguments arguments = {.L = L, .client = operation->client, .row = operation->row};
  struct instar_call *call;
  if (luaL_testudata(L, 2, INSTAR_RESOURCE_CLASS) != NULL) lua_remove(L, 2); /* client.instance:get(…) */
  instar_arguments_read(&arguments, 2);
  lua_getuservalue(L, 1);
  call = instar_call_push(L, lua_gettop(L), operation->client, operation->row);
  instar_call_build(L, call, &arguments);
  return 1;
}

/* The end of a call, or its collection. Only who runs a call may close it: others, such as finalizers, which run in the
** midst of anything, cancel it. */
static int m_close(lua_State *L) {
  free_parts(luaL_checkudata(L, 1, INSTAR_CALL_CLASS));
  return 0;
}

static int m_start(lua_State *L) {
  instar_transfer_start(instar_call_check(L, 1)->transfer);
  return 0;
}

static int m_done(lua_State *L) {
  lua_pushboolean(L, instar_call_check(L, 1)->transfer->phase == INSTAR_PHASE_DONE);
  return 1;
}

/* False for a call that is closed already. */
static int m_cancel(lua_State *L) {
  struct instar_call *call = luaL_checkudata(L, 1, INSTAR_CALL_CLASS);
  if (call->transfer != NULL) instar_transfer_stop(call->transfer, INSTAR_KIND_CANCELLED, "the call was cancelled");
  lua_pushboolean(L, call->transfer != NULL);
  return 1;
}

static int m_tostring(lua_State *L) {
  static const char *const phases[] = {"not started", "waiting for a place", "under way", "done"};
  const struct instar_call *call = luaL_checkudata(L, 1, INSTAR_CALL_CLASS);
  const char *phase = call->transfer == NULL ? "closed" : phases[call->transfer->phase];
  lua_pushfstring(L, "instar call of %s %s.%s (%s)", call->client->service->name, call->row->resource,
                  call->row->action, phase);
  return 1;
}

void instar_call_register(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__gc", m_close}, {"__close", m_close}, {"__tostring", m_tostring}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
    {"start", m_start}, {"done", m_done}, {"cancel", m_cancel}, {"close", m_close}, {NULL, NULL}};
  instar_state_class(L, INSTAR_CALL_CLASS, metamethods, methods);
}
