/* SPDX-License-Identifier: MIT
** Resources and operations as userdata: `client.instance`, `client.instance.get`. */
#ifndef INSTAR_OPERATION_H
#define INSTAR_OPERATION_H

#include "binding/client.h"

#define INSTAR_RESOURCE_CLASS "instar.resource"
#define INSTAR_OPERATION_CLASS "instar.operation"

/* The user value is the client's environment, which keeps the client alive. */
struct instar_operation_box {
  struct instar_client_box *client;
  const struct instar_operation *row;
};

/* Pushes a new resource; `environment` is the index of the client's. `first` is the first row of its operations. */
void instar_resource_push(lua_State *L, int environment, struct instar_client_box *client,
                          const struct instar_operation *first);

/* Raises when the value at `index` is no operation. */
struct instar_operation_box *instar_operation_check(lua_State *L, int index);

/* Pushes "losant instance.get" and returns it; a row without a resource is called by its action alone. */
const char *instar_operation_label(lua_State *L, const struct instar_service *service,
                                   const struct instar_operation *row);

/* The parameters of an operation, the service's common ones first; NULL behind the last. */
const struct instar_parameter *instar_operation_parameter(const struct instar_service *service,
                                                          const struct instar_operation *row, unsigned place);

void instar_operation_register(lua_State *L);

#endif
