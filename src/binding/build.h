/* SPDX-License-Identifier: MIT
** From checked arguments to a request: target, headers, body. */
#ifndef INSTAR_BUILD_H
#define INSTAR_BUILD_H

#include "binding/arguments.h"
#include "engine/request.h"

/* Fills an empty request; all of it is C memory afterwards. `scratch` is empty on entry and exit. Raises for arguments
** that cannot be sent. `*suspects` gets a bit for each parameter whose value is none of the documented ones. */
void instar_build_request(struct instar_arguments *arguments, struct instar_request *request,
                          struct instar_buffer *scratch, uint64_t *suspects);

#endif
