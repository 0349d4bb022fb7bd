/* SPDX-License-Identifier: MIT
** A request that is sent again and again, and the body of its last answer. */
#ifndef LIMIT_TRANSFER_H
#define LIMIT_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "limit/options.h"

/* What is asked for, the same for all transfers of a work. */
struct request {
  const char *path, *query;
  const char *const *headers; /* up to NULL */
};

extern const struct request request_instance, request_page;

struct transfer {
  CURL *easy;
  CURLU *url;
  struct curl_slist *headers;
  char *body;
  size_t length, capacity;
  bool done;
};

/* Makes a transfer ready. Options are set once: nothing is left to do between requests. Closed by the caller. */
void transfer_open(struct transfer *transfer, const struct request *request, const struct options *options);
void transfer_close(struct transfer *transfer);

/* Sets the query for the next request. */
void transfer_set_query(struct transfer *transfer, const char *query);

/* Ends the program when libcurl has failed. */
void transfer_check(CURLcode code);

#endif
