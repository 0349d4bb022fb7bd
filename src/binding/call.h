/* SPDX-License-Identifier: MIT
** The call userdata: one use of an operation, from checked arguments to its result. */
#ifndef INSTAR_CALL_H
#define INSTAR_CALL_H

#include "binding/arguments.h"
#include "engine/transfer.h"

#define INSTAR_CALL_CLASS "instar.request"

/* Its user value is the client's environment, which keeps the client alive. */
struct instar_call {
  struct instar_client_box *client;
  const struct instar_operation *row;
  struct instar_transfer *transfer; /* owned; NULL once closed */
  struct instar_buffer scratch;
  struct instar_spans spans;
  bool authorized;   /* the client's credential is among the headers */
  bool renewed;      /* it has been sent again with a new token */
  uint64_t suspects; /* parameters whose value is none of the documented ones */
};

/* Raises when the value at `index` is no call, or one that is closed. */
struct instar_call *instar_call_check(lua_State *L, int index);

/* Pushes a new call with an empty request; `environment` is the index of the client's. A client that is closed makes
** a call that has failed already. */
struct instar_call *instar_call_push(lua_State *L, int environment, struct instar_client_box *client,
                                     const struct instar_operation *row);

/* Fills in the request of a new call and what its options say. A call that has failed already stays as it is. */
void instar_call_build(lua_State *L, struct instar_call *call, struct instar_arguments *arguments);

/* core.begin(operation, …): a new call, not started. Raises for what is wrong with the arguments. */
int instar_call_begin(lua_State *L);

void instar_call_register(lua_State *L);

#endif
