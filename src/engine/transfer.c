/* SPDX-License-Identifier: MIT
** See transfer.h. */
#include "engine/transfer.h"

#include <stdio.h>
#include <string.h>

#include "engine/alloc.h"
#include "engine/easy.h"
#include "engine/engine.h"

struct instar_transfer *instar_transfer_create(struct instar_client *client) {
  struct instar_transfer *transfer = instar_alloc(sizeof *transfer);
  if (transfer == NULL) return NULL;
  transfer->client = client;
  instar_request_init(&transfer->request);
  instar_response_init(&transfer->response, 0);
  return transfer;
}

void instar_transfer_free(struct instar_transfer *transfer) {
  if (transfer == NULL) return;
  instar_transfer_stop(transfer, INSTAR_KIND_CANCELLED, "the call was cancelled");
  instar_list_remove(&transfer->in_finished);
  instar_request_free(&transfer->request);
  instar_response_free(&transfer->response);
  instar_free(transfer);
}

/* Takes the transfer out of libcurl and of every list, and gives its place to the next. */
static void leave(struct instar_transfer *transfer) {
  struct instar_client *client = transfer->client;
  bool held_place = transfer->phase == INSTAR_PHASE_RUNNING && !transfer->urgent;
  if (transfer->easy != NULL) instar_easy_release(transfer);
  instar_timers_clear(&client->engine->timers, &transfer->timer);
  instar_list_remove(&transfer->in_queue);
  instar_list_remove(&transfer->in_client);
  transfer->phase = INSTAR_PHASE_DONE;
  if (transfer->watched) instar_list_append(&client->engine->finished, &transfer->in_finished);
  instar_sockets_alert(&client->engine->sockets); /* it may have been closed or cancelled, outside of a step */
  transfer->ended = instar_clock_now();
  client->stats.time += transfer->ended - transfer->started;
  if (held_place) {
    client->in_flight--;
    instar_client_advance(client);
  }
}

static void fail(struct instar_transfer *transfer, enum instar_kind kind, const char *text) {
  instar_failure_set(&transfer->failure, kind, "%s", text);
  leave(transfer);
}

/* The first of its deadlines that lies ahead. */
static void set_timer(struct instar_transfer *transfer, int64_t now) {
  const struct instar_limits *limits = &transfer->limits;
  int64_t due = INSTAR_NEVER;
  if (transfer->phase == INSTAR_PHASE_RUNNING || limits->wait_counts) due = limits->deadline;
  if (transfer->phase == INSTAR_PHASE_RUNNING) {
    if (transfer->attempt_ends < due) due = transfer->attempt_ends;
    if (transfer->connect_ends > now && transfer->connect_ends < due) due = transfer->connect_ends;
  }
  instar_timers_set(&transfer->client->engine->timers, &transfer->timer, due);
}

void instar_transfer_start(struct instar_transfer *transfer) {
  struct instar_client *client = transfer->client;
  if (client->closed) instar_transfer_stop(transfer, INSTAR_KIND_CLOSED, "the client was closed");
  if (transfer->phase != INSTAR_PHASE_IDLE) return;
  transfer->started = instar_clock_now();
  if (transfer->started >= transfer->limits.deadline) {
    instar_transfer_stop(transfer, INSTAR_KIND_TIMEOUT, "the call's time (timeout) was over before it was sent");
    return;
  }
  instar_list_append(&client->transfers, &transfer->in_client);
  transfer->phase = INSTAR_PHASE_QUEUED;
  if (instar_timers_reserve(&client->engine->timers, client->engine->timers.count + 1) != INSTAR_OK) {
    fail(transfer, INSTAR_KIND_MEMORY, "not enough memory");
  } else if (transfer->urgent) {
    instar_transfer_run(transfer);
  } else {
    set_timer(transfer, transfer->started);
    instar_list_append(&client->queue, &transfer->in_queue);
    instar_client_advance(client);
  }
}

void instar_transfer_restart(struct instar_transfer *transfer) {
  if (transfer->phase != INSTAR_PHASE_DONE) return;
  instar_list_remove(&transfer->in_finished);
  instar_response_free(&transfer->response);
  transfer->failure.kind = INSTAR_KIND_NONE;
  transfer->sent = INSTAR_SENT_NO;
  transfer->phase = INSTAR_PHASE_IDLE;
}

/* A wait for a place that does not count moves the deadline by as much. */
static void begin_attempt(struct instar_transfer *transfer, int64_t now) {
  struct instar_limits *limits = &transfer->limits;
  if (!limits->wait_counts && limits->deadline != INSTAR_NEVER) limits->deadline += now - transfer->started;
  transfer->attempt_ends = instar_clock_after(now, limits->attempt);
  transfer->connect_ends = instar_clock_after(now, limits->connect);
  transfer->attempts++;
  transfer->sends = 0;
  instar_response_free(&transfer->response);
  instar_response_init(&transfer->response, limits->max_body);
}

void instar_transfer_run(struct instar_transfer *transfer) {
  struct instar_client *client = transfer->client;
  int64_t now = instar_clock_now();
  transfer->phase = INSTAR_PHASE_RUNNING;
  if (!transfer->urgent) client->in_flight++;
  begin_attempt(transfer, now);
  set_timer(transfer, now);
  client->stats.requests++;
  if (!instar_easy_start(transfer)) leave(transfer);
}

void instar_transfer_stop(struct instar_transfer *transfer, enum instar_kind kind, const char *text) {
  if (transfer->phase == INSTAR_PHASE_QUEUED || transfer->phase == INSTAR_PHASE_RUNNING) {
    if (transfer->easy != NULL) transfer->sent = instar_easy_sent(transfer);
    fail(transfer, kind, text);
  } else if (transfer->phase == INSTAR_PHASE_IDLE) {
    instar_failure_set(&transfer->failure, kind, "%s", text);
    transfer->phase = INSTAR_PHASE_DONE;
    transfer->ended = instar_clock_now();
  }
}

static void count(struct instar_transfer *transfer) {
  struct instar_stats *stats = &transfer->client->stats;
  long connects = 0;
  curl_off_t bytes = 0;
  long request_size = 0;
  if (curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connects) == CURLE_OK && connects > 0) {
    stats->opened += (uint64_t)connects;
  } else if (transfer->sends > 0 || transfer->response.status != 0) {
    stats->reused++;
  }
  if (curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes) == CURLE_OK) {
    stats->received_bytes += (uint64_t)bytes;
  }
  if (curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &request_size) == CURLE_OK) {
    stats->sent_bytes += (uint64_t)request_size;
  }
}

void instar_transfer_finish(struct instar_transfer *transfer, CURLcode result) {
  transfer->works = false;
  transfer->sent = instar_easy_sent(transfer);
  count(transfer);
  if (result == CURLE_OK) instar_response_finish(&transfer->response, &transfer->failure);
  else instar_easy_blame(transfer, result);
  leave(transfer);
}

/* With a point in every locale. */
static void write_seconds(char *text, size_t size, int64_t span) {
  char *comma;
  snprintf(text, size, "%g", (double)span / (double)INSTAR_SECOND);
  comma = strchr(text, ',');
  if (comma != NULL) *comma = '.';
}

static void time_out(struct instar_transfer *transfer, const char *option, int64_t span) {
  char stage[192];
  char seconds[32];
  write_seconds(seconds, sizeof seconds, span);
  instar_easy_stage(transfer, stage, sizeof stage);
  if (transfer->easy != NULL) transfer->sent = instar_easy_sent(transfer);
  instar_failure_set(&transfer->failure, INSTAR_KIND_TIMEOUT, "timed out after %s s (%s) %s", seconds, option, stage);
  leave(transfer);
}

void instar_transfer_expire(struct instar_transfer *transfer, int64_t now) {
  const struct instar_limits *limits = &transfer->limits;
  bool running = transfer->phase == INSTAR_PHASE_RUNNING;
  if (now >= limits->deadline) {
    time_out(transfer, "timeout", limits->timeout);
  } else if (running && now >= transfer->attempt_ends) {
    time_out(transfer, "attempt_timeout", limits->attempt);
  } else if (running && now >= transfer->connect_ends && !instar_easy_is_connected(transfer)) {
    time_out(transfer, "connect_timeout", limits->connect);
  } else {
    set_timer(transfer, now);
  }
}

void instar_transfer_settle(struct instar_transfer *transfer) {
  if (transfer->phase != INSTAR_PHASE_IDLE) return;
  if (transfer->response.status != 0) transfer->sent = INSTAR_SENT_YES;
  transfer->phase = INSTAR_PHASE_DONE;
  transfer->attempts++;
  transfer->ended = instar_clock_now();
  transfer->client->stats.requests++;
  transfer->client->stats.time += transfer->ended - transfer->started;
}
