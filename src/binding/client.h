/* SPDX-License-Identifier: MIT
** The client userdata: one service, its settings, its credentials' Lua side. */
#ifndef INSTAR_BINDING_CLIENT_H
#define INSTAR_BINDING_CLIENT_H

#include "api/api.h"
#include "binding/compat.h"
#include "engine/client.h"
#include "engine/headers.h"
#include "engine/url.h"

#define INSTAR_CLIENT_CLASS "instar.client"
#define INSTAR_MAX_ROOTS 2

/* What a call may set for itself; a client holds the defaults. Spans are microseconds, INSTAR_NEVER for no end. */
struct instar_spans {
  int64_t timeout;
  int64_t connect;
  int64_t attempt;
  int64_t idle;
  size_t max_body;
  unsigned retries;
  bool timeout_given; /* by the call: then waiting for a place counts */
};

/* Its user value is the client's environment: a table that belongs to the Lua layer (credentials, on_event, transport,
** the client itself as `client`), shared by everything made from the client. */
struct instar_client_box {
  struct instar_client core;
  const struct instar_service *service;
  struct instar_spans spans;
  struct instar_base base;                    /* empty url: none was given */
  struct instar_base roots[INSTAR_MAX_ROOTS]; /* of service->roots */
  struct instar_headers headers;              /* sent with every request */
  bool allow_http;
};

/* Raises when the value at `index` is no client. */
struct instar_client_box *instar_client_check(lua_State *L, int index);

/* The service whose name lies at `index`; raises for an unknown one. */
const struct instar_service *instar_client_service(lua_State *L, int index);

/* The base URL that an operation's root names, NULL when there is none. Borrowed. */
const char *instar_client_root(const struct instar_client_box *box, const char *name);

void instar_client_register(lua_State *L);

/* core.client(service, options): a new client. Raises for what is wrong with the options. */
int instar_client_new(lua_State *L);

#endif
