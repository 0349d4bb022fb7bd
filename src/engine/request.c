/* SPDX-License-Identifier: MIT
** See request.h. */
#include "engine/request.h"

#include <string.h>

void instar_request_init(struct instar_request *request) {
  memset(request, 0, sizeof *request);
}

void instar_request_free(struct instar_request *request) {
  instar_buffer_free(&request->url);
  instar_headers_free(&request->headers);
  instar_buffer_free(&request->body);
}
