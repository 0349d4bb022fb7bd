/* SPDX-License-Identifier: MIT
** One request, ready to be sent: nothing in it belongs to Lua. */
#ifndef INSTAR_REQUEST_H
#define INSTAR_REQUEST_H

#include "engine/headers.h"

struct instar_request {
  const char *method;       /* static text */
  struct instar_buffer url; /* absolute, escaped */
  struct instar_headers headers;
  struct instar_buffer body;
  bool has_body;   /* an empty body and none are not the same */
  bool repeatable; /* sending it twice does no harm */
};

void instar_request_init(struct instar_request *request);
void instar_request_free(struct instar_request *request);

#endif
