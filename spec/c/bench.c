/* SPDX-License-Identifier: MIT
** See bench.h. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "engine/alloc.h"

#define TURNS 2000
#define PAUSE (INSTAR_SECOND / 100)

bool bench_open(struct bench *bench, unsigned places) {
  memset(bench, 0, sizeof *bench);
  bench->engine = instar_engine_create();
  if (bench->engine == NULL) return false;
  bench->client.settings.max_in_flight = places;
  bench->client.settings.proxy = instar_strdup("");
  if (bench->client.settings.proxy == NULL || instar_client_open(&bench->client, bench->engine) != INSTAR_OK) {
    bench_close(bench);
    return false;
  }
  return true;
}

void bench_close(struct bench *bench) {
  instar_client_close(&bench->client);
  instar_engine_release(bench->engine);
}

struct instar_transfer *bench_transfer(struct bench *bench, const char *method, const char *host, unsigned port) {
  struct instar_transfer *transfer = instar_transfer_create(&bench->client);
  char url[128];
  if (transfer == NULL) return NULL;
  snprintf(url, sizeof url, "http://%s:%u/x", host != NULL ? host : "127.0.0.1", port);
  transfer->request.method = method;
  transfer->request.repeatable = strcmp(method, "GET") == 0;
  transfer->limits.deadline = transfer->limits.timeout = INSTAR_NEVER;
  transfer->limits.attempt = transfer->limits.connect = 10 * INSTAR_SECOND;
  if (instar_buffer_text(&transfer->request.url, url) == INSTAR_OK &&
      instar_headers_add(&transfer->request.headers, "X-Test", 6, "1", 1) == INSTAR_OK) {
    return transfer;
  }
  instar_transfer_free(transfer);
  return NULL;
}

bool bench_finish(struct bench *bench, const struct instar_transfer *transfer) {
  unsigned turns;
  for (turns = 0; turns < TURNS && transfer->phase != INSTAR_PHASE_DONE; turns++) {
    instar_engine_step(bench->engine, PAUSE);
  }
  return transfer->phase == INSTAR_PHASE_DONE;
}

void bench_turn(struct bench *bench, unsigned times) {
  while (times-- > 0) instar_engine_step(bench->engine, 0);
}
