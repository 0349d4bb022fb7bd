/* SPDX-License-Identifier: MIT
** One answer as it arrives: status, headers, inflated body. */
#ifndef INSTAR_RESPONSE_H
#define INSTAR_RESPONSE_H

#include <time.h>

#include "engine/failure.h"
#include "engine/headers.h"
#include "engine/inflate.h"

struct instar_response {
  int status; /* 0 until a status line came */
  struct instar_headers headers;
  bool headers_ended;             /* the blank line behind them came */
  unsigned header_count;          /* lines since the status */
  struct instar_buffer body;      /* inflated; its limit is the cap */
  struct instar_inflate *inflate; /* while a compressed body comes in */
};

void instar_response_init(struct instar_response *response, size_t max_body);
void instar_response_free(struct instar_response *response);

/* Takes one header line off the wire. A status line starts anew: what an interim answer said is dropped.
** False when it failed; `failure` says why. */
bool instar_response_header(struct instar_response *response, const char *line, size_t length,
                            struct instar_failure *failure);

/* Takes a piece of the body off the wire. False when it failed; `failure` says why. */
bool instar_response_body(struct instar_response *response, const char *bytes, size_t length,
                          struct instar_failure *failure);

/* To be called at the end: headers or a compressed body that are cut off are a failure. */
bool instar_response_finish(struct instar_response *response, struct instar_failure *failure);

/* What Retry-After asks for in seconds (a date counts from `now`), -1 without one that makes sense. */
double instar_response_retry_after(const struct instar_response *response, time_t now);

#endif
