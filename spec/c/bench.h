/* SPDX-License-Identifier: MIT
** An engine with one client, for tests of transfers. */
#ifndef INSTAR_TEST_BENCH_H
#define INSTAR_TEST_BENCH_H

#include "engine/engine.h"
#include "engine/transfer.h"

struct bench {
  struct instar_engine *engine;
  struct instar_client client;
};

/* False when memory ran out; the bench is closed then. */
bool bench_open(struct bench *bench, unsigned places);
void bench_close(struct bench *bench);

/* A transfer to a port of the loopback host, or of the host given, with wide limits; NULL when memory ran out.
** The caller frees it. */
struct instar_transfer *bench_transfer(struct bench *bench, const char *method, const char *host, unsigned port);

/* Turns the engine until the transfer is done; gives up after many turns. */
bool bench_finish(struct bench *bench, const struct instar_transfer *transfer);

/* Turns the engine so often, without waiting. */
void bench_turn(struct bench *bench, unsigned times);

#endif
