/* SPDX-License-Identifier: MIT
** What a finished call gives its caller. */
#ifndef INSTAR_RESULT_H
#define INSTAR_RESULT_H

#include "binding/call.h"

/* Pushes body and response, or nil, message and error, of a call that is done. Returns how many. */
int instar_result_push(lua_State *L, struct instar_call *call);

#endif
