/* SPDX-License-Identifier: MIT
** Tests of transfer.h, client.h and engine.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/transfer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "harness.h"
#include "memory.h"
#include "peer.h"

static void libcurl_is_prepared(void) {
  const char *reason = NULL;
  CHECK(instar_engine_prepare(&reason) && instar_engine_prepare(&reason));
  CHECK(reason == NULL);
}

static void is_answered(void) {
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *transfer;
  unsigned i;
  CHECK(bench_open(&bench, 4));
  transfer = bench_transfer(&bench, "GET", NULL, peer_port(peer));
  for (i = 1; i <= 3; i++) {
    instar_transfer_start(transfer);
    CHECK(bench_finish(&bench, transfer));
    CHECK(transfer->failure.kind == INSTAR_KIND_NONE && transfer->sent == INSTAR_SENT_YES);
    CHECK(transfer->response.status == 200 && strcmp(instar_buffer_string(&transfer->response.body), "{}") == 0);
    CHECK(transfer->attempts == i && bench.client.in_flight == 0 && bench.engine->timers.count == 0);
    instar_transfer_restart(transfer);
  }
  CHECK(bench.client.stats.opened == 1 && bench.client.stats.reused == 2 && bench.client.stats.requests == 3);
  instar_transfer_free(transfer);
  bench_close(&bench);
  CHECK(peer_requests(peer) == 3 && peer_connections(peer) == 1);
  peer_stop(peer);
}

static void is_refused(void) {
  struct bench bench;
  struct instar_transfer *transfer;
  CHECK(bench_open(&bench, 4));
  transfer = bench_transfer(&bench, "GET", NULL, peer_closed_port());
  instar_transfer_start(transfer);
  CHECK(bench_finish(&bench, transfer));
  CHECK(transfer->failure.kind == INSTAR_KIND_TRANSPORT && transfer->sent == INSTAR_SENT_NO);
  instar_transfer_free(transfer);
  bench_close(&bench);
}

static void stops_in_every_phase(void) {
  static const enum instar_phase phases[] = {INSTAR_PHASE_IDLE, INSTAR_PHASE_QUEUED, INSTAR_PHASE_RUNNING};
  struct peer *peer = peer_start(true);
  size_t i;
  for (i = 0; i < COUNT_OF(phases); i++) {
    struct bench bench;
    struct instar_transfer *first, *transfer;
    CHECK(bench_open(&bench, phases[i] == INSTAR_PHASE_QUEUED ? 1 : 2));
    first = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    transfer = bench_transfer(&bench, "POST", NULL, peer_port(peer));
    instar_transfer_start(first);
    if (phases[i] != INSTAR_PHASE_IDLE) instar_transfer_start(transfer);
    CHECK(transfer->phase == phases[i]);
    instar_transfer_stop(transfer, INSTAR_KIND_CANCELLED, "enough");
    instar_transfer_stop(transfer, INSTAR_KIND_CLOSED, "too late");
    CHECK(transfer->phase == INSTAR_PHASE_DONE && transfer->failure.kind == INSTAR_KIND_CANCELLED);
    CHECK(transfer->sent == INSTAR_SENT_NO && bench.client.in_flight == 1 && bench.engine->timers.count == 1);
    instar_transfer_free(first);
    CHECK(bench.client.in_flight == 0 && bench.engine->timers.count == 0);
    instar_transfer_free(transfer);
    bench_close(&bench);
  }
  peer_stop(peer);
}

/* One that is never answered must not keep others to the same host from being sent. */
static void runs_side_by_side(void) {
  enum { COUNT = 4 };
  struct peer *peer = peer_start(true);
  struct bench bench;
  struct instar_transfer *transfers[COUNT];
  unsigned turns;
  size_t i;
  CHECK(bench_open(&bench, COUNT));
  for (i = 0; i < COUNT; i++) {
    transfers[i] = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    instar_transfer_start(transfers[i]);
  }
  for (turns = 0; turns < 200 && peer_requests(peer) < COUNT; turns++) {
    instar_engine_step(bench.engine, INSTAR_SECOND / 100);
  }
  CHECK(peer_requests(peer) == COUNT);
  for (i = 0; i < COUNT; i++) instar_transfer_free(transfers[i]);
  bench_close(&bench);
  peer_stop(peer);
}

static void waits_its_turn(void) {
  enum { COUNT = 10 };
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *transfers[COUNT];
  int64_t last = 0;
  size_t i;
  CHECK(bench_open(&bench, 1));
  for (i = 0; i < COUNT; i++) {
    transfers[i] = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    instar_transfer_start(transfers[i]);
    CHECK(transfers[i]->phase == (i == 0 ? INSTAR_PHASE_RUNNING : INSTAR_PHASE_QUEUED));
  }
  for (i = 0; i < COUNT; i++) {
    CHECK(bench_finish(&bench, transfers[i]) && transfers[i]->response.status == 200);
    CHECK(transfers[i]->ended >= last && bench.client.in_flight <= 1);
    last = transfers[i]->ended;
    instar_transfer_free(transfers[i]);
  }
  bench_close(&bench);
  CHECK(peer_connections(peer) == 1);
  peer_stop(peer);
}

/* One that holds the only place, and one that waits for it with a deadline of its own. */
static void counts_waiting_when_asked(void) {
  struct peer *peer = peer_start(true);
  bool counts;
  for (counts = false;; counts = true) {
    struct bench bench;
    struct instar_transfer *first, *second;
    CHECK(bench_open(&bench, 1));
    first = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    second = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    first->limits.attempt = INSTAR_SECOND / 5;
    second->limits.timeout = INSTAR_SECOND / 10;
    second->limits.deadline = instar_clock_now() + second->limits.timeout;
    second->limits.wait_counts = counts;
    instar_transfer_start(first);
    instar_transfer_start(second);
    CHECK(bench_finish(&bench, counts ? second : first));
    CHECK(first->phase == (counts ? INSTAR_PHASE_RUNNING : INSTAR_PHASE_DONE));
    CHECK(second->phase == (counts ? INSTAR_PHASE_DONE : INSTAR_PHASE_RUNNING));
    CHECK(bench_finish(&bench, second) && second->failure.kind == INSTAR_KIND_TIMEOUT);
    CHECK(second->attempts == (counts ? 0 : 1) && (counts ? second->sent == INSTAR_SENT_NO : true));
    instar_transfer_free(first);
    instar_transfer_free(second);
    bench_close(&bench);
    if (counts) break;
  }
  peer_stop(peer);
}

static void lets_the_urgent_pass(void) {
  struct peer *peer = peer_start(false), *mute = peer_start(true);
  struct bench bench;
  struct instar_transfer *first, *urgent;
  CHECK(bench_open(&bench, 1));
  first = bench_transfer(&bench, "GET", NULL, peer_port(mute));
  urgent = bench_transfer(&bench, "POST", NULL, peer_port(peer));
  urgent->urgent = true;
  instar_transfer_start(first);
  instar_transfer_start(urgent);
  CHECK(bench_finish(&bench, urgent) && urgent->response.status == 200 && bench.client.in_flight == 1);
  instar_transfer_free(urgent);
  instar_transfer_free(first);
  bench_close(&bench);
  peer_stop(peer);
  peer_stop(mute);
}

static void closes_with_all_under_way(void) {
  enum { COUNT = 20 };
  struct peer *peer = peer_start(true);
  struct bench bench;
  struct instar_transfer *transfers[COUNT], *late;
  size_t i;
  CHECK(bench_open(&bench, 5));
  for (i = 0; i < COUNT; i++) {
    transfers[i] = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    instar_transfer_start(transfers[i]);
    if (i == 10) bench_turn(&bench, 10);
  }
  late = bench_transfer(&bench, "GET", NULL, peer_port(peer));
  instar_client_close(&bench.client);
  instar_client_close(&bench.client);
  instar_transfer_start(late);
  CHECK(late->phase == INSTAR_PHASE_DONE && late->failure.kind == INSTAR_KIND_CLOSED);
  for (i = 0; i < COUNT; i++) {
    CHECK(transfers[i]->phase == INSTAR_PHASE_DONE && transfers[i]->failure.kind == INSTAR_KIND_CLOSED);
    instar_transfer_free(transfers[i]);
  }
  instar_transfer_free(late);
  CHECK(bench.client.in_flight == 0 && bench.engine->timers.count == 0 && bench.engine->places == 0);
  bench_close(&bench);
  peer_stop(peer);
}

static void sends_nothing_past_its_deadline(void) {
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *first, *late;
  CHECK(bench_open(&bench, 4));
  first = bench_transfer(&bench, "GET", NULL, peer_port(peer));
  instar_transfer_start(first);
  CHECK(bench_finish(&bench, first) && first->response.status == 200); /* a connection is ready */
  late = bench_transfer(&bench, "POST", NULL, peer_port(peer));
  late->limits.timeout = INSTAR_SECOND;
  late->limits.deadline = instar_clock_now() - 1;
  late->limits.wait_counts = true;
  instar_transfer_start(late);
  CHECK(bench_finish(&bench, late));
  CHECK(late->failure.kind == INSTAR_KIND_TIMEOUT && late->sent == INSTAR_SENT_NO);
  instar_transfer_free(late);
  instar_transfer_restart(first);
  instar_transfer_start(first);
  CHECK(bench_finish(&bench, first));
  CHECK(peer_requests(peer) == 2);
  instar_transfer_free(first);
  bench_close(&bench);
  peer_stop(peer);
}

/* When the place comes free no memory is left: one after the other fails as its turn comes. */
static void *fail_long_queue(void *context) {
  enum { COUNT = 20000 };
  static struct instar_transfer *transfers[COUNT];
  struct peer *peer = peer_start(true);
  struct bench bench;
  struct instar_transfer *first;
  size_t i;
  (void)context;
  CHECK(bench_open(&bench, 1));
  first = bench_transfer(&bench, "GET", NULL, peer_port(peer));
  instar_transfer_start(first);
  for (i = 0; i < COUNT; i++) {
    transfers[i] = bench_transfer(&bench, "GET", NULL, peer_port(peer));
    instar_transfer_start(transfers[i]);
  }
  memory_fail_at(MEMORY_ENGINE, 1, true);
  instar_transfer_stop(first, INSTAR_KIND_CANCELLED, "enough");
  bench_turn(&bench, 2);
  memory_end();
  for (i = 0; i < COUNT; i++) {
    CHECK(transfers[i]->phase == INSTAR_PHASE_DONE && transfers[i]->failure.kind == INSTAR_KIND_MEMORY);
    instar_transfer_free(transfers[i]);
  }
  instar_transfer_free(first);
  bench_close(&bench);
  peer_stop(peer);
  return NULL;
}

/* On a small stack: its depth must not grow with the queue. */
static void fails_a_long_queue(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 512 * 1024);
  if (CHECK(pthread_create(&thread, &attributes, fail_long_queue, NULL) == 0)) pthread_join(thread, NULL);
  pthread_attr_destroy(&attributes);
}

const struct test transfer_tests[] = {{"engine: libcurl is prepared", libcurl_is_prepared},
                                      {"transfer: is answered", is_answered},
                                      {"transfer: is refused", is_refused},
                                      {"transfer: stops in every phase", stops_in_every_phase},
                                      {"transfer: runs side by side", runs_side_by_side},
                                      {"transfer: waits its turn", waits_its_turn},
                                      {"transfer: counts waiting when asked", counts_waiting_when_asked},
                                      {"transfer: lets the urgent pass", lets_the_urgent_pass},
                                      {"transfer: closes with all under way", closes_with_all_under_way},
                                      {"transfer: sends nothing past its deadline", sends_nothing_past_its_deadline},
                                      {"transfer: fails a long queue", fails_a_long_queue},
                                      {NULL, NULL}};
