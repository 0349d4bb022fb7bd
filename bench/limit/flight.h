/* SPDX-License-Identifier: MIT
** Transfers under way, on one multi of libcurl's. */
#ifndef LIMIT_FLIGHT_H
#define LIMIT_FLIGHT_H

#include <curl/curl.h>
#include <stdbool.h>

#include "limit/transfer.h"

struct flight {
  CURLM *multi;
  long active;
  bool stirred; /* something was started or has ended: it is too early to wait */
};

/* Never closed: connections live as long as the process. `connections` are kept open at most. */
void flight_open(struct flight *flight, long connections);

/* Sends the transfer's request anew; its last answer is dropped. */
void flight_start(struct flight *flight, struct transfer *transfer);

/* Does what can be done without waiting: what was started is sent. */
void flight_push(struct flight *flight);

/* The next transfer that is done, waited for where need be; NULL when none is under way. Fails when it has failed. */
struct transfer *flight_next(struct flight *flight);

#endif
