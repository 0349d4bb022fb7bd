/* SPDX-License-Identifier: MIT
** One request on its way through the engine, from its start to its answer or failure. */
#ifndef INSTAR_TRANSFER_H
#define INSTAR_TRANSFER_H

#include <curl/curl.h>

#include "engine/client.h"
#include "engine/clock.h"
#include "engine/request.h"
#include "engine/response.h"
#include "engine/timers.h"

enum instar_phase {
  INSTAR_PHASE_IDLE,    /* not started: the request may be filled in */
  INSTAR_PHASE_QUEUED,  /* waits for a place */
  INSTAR_PHASE_RUNNING, /* in libcurl's hands */
  INSTAR_PHASE_DONE     /* answered or failed */
};

/* May the service have seen the request? */
enum instar_sent { INSTAR_SENT_NO, INSTAR_SENT_MAYBE, INSTAR_SENT_YES };

/* Spans are microseconds, INSTAR_NEVER for no end. */
struct instar_limits {
  int64_t deadline; /* a moment: the end of the whole call */
  int64_t timeout;  /* the span that led to the deadline, for messages */
  int64_t attempt;
  int64_t connect;
  size_t max_body;
  bool wait_counts; /* waiting for a place ends at the deadline too */
};

struct instar_transfer {
  struct instar_client *client; /* outlives the transfer */
  struct instar_request request;
  struct instar_limits limits;
  struct instar_response response;
  struct instar_failure failure;
  enum instar_phase phase;
  enum instar_sent sent;
  unsigned attempts;
  bool urgent; /* takes no place: token requests, and calls a token function makes */
  int64_t started;
  int64_t ended;

  /* One attempt. */
  CURL *easy;
  bool in_multi;
  bool works; /* libcurl is not done with it */
  struct curl_slist *header_lines;
  CURLU *url_parts;
  char error_text[CURL_ERROR_SIZE];
  bool looks_up;  /* libcurl has begun to look the name up */
  int socket;     /* the last one that libcurl opened for it, -1 without */
  unsigned sends; /* how often libcurl was about to send the request */
  int64_t attempt_ends;
  int64_t connect_ends;

  struct instar_timer timer;
  struct instar_link in_client;
  struct instar_link in_queue;
  bool watched; /* goes to the engine's finished ones when it is done */
  struct instar_link in_finished;
};

/* An idle transfer, owned by the caller; NULL when there is no memory. */
struct instar_transfer *instar_transfer_create(struct instar_client *client);

/* Stops it if need be, and releases everything. NULL does nothing. */
void instar_transfer_free(struct instar_transfer *transfer);

/* Sends an idle transfer on its way. It may be done on return, failed. */
void instar_transfer_start(struct instar_transfer *transfer);

/* Makes a transfer that is done idle again, its request as it was. */
void instar_transfer_restart(struct instar_transfer *transfer);

/* For instar_client_advance: hands a transfer to libcurl. */
void instar_transfer_run(struct instar_transfer *transfer);

/* Ends a transfer before its time, in any phase; one that is done stays as it is. */
void instar_transfer_stop(struct instar_transfer *transfer, enum instar_kind kind, const char *text);

/* For the engine: libcurl is done with it. */
void instar_transfer_finish(struct instar_transfer *transfer, CURLcode result);

/* For the engine: its timer is due. */
void instar_transfer_expire(struct instar_transfer *transfer, int64_t now);

/* For a transport other than the network: ends an idle transfer whose response and failure were filled in. */
void instar_transfer_settle(struct instar_transfer *transfer);

#endif
