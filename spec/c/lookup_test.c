/* SPDX-License-Identifier: MIT
** Name look-ups that stall, on a libcurl that would wait for them: handles are parked (easy.c). This program's own
** getaddrinfo, which libcurl finds before the C library's, stalls for the hosts of one domain until it is told
** to go on. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>

#include "bench.h"
#include "harness.h"
#include "memory.h"
#include "peer.h"

#define DOMAIN "stalled.test" /* each host of it stalls */

typedef int look_up(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool stalling;
static unsigned waiting;

static void wait_while_stalling(void) {
  pthread_mutex_lock(&lock);
  waiting++;
  pthread_cond_broadcast(&changed);
  while (stalling) pthread_cond_wait(&changed, &lock);
  waiting--;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

/* The host is this one, when it is found at last: a connection that is made all the same is seen. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  look_up *real;
  void *address = dlsym(RTLD_NEXT, "getaddrinfo");
  memcpy(&real, &address, sizeof real);
  if (node == NULL || strstr(node, DOMAIN) == NULL) return real(node, service, hints, found);
  wait_while_stalling();
  return real("127.0.0.1", service, hints, found);
}

static void set_stalling(bool on) {
  pthread_mutex_lock(&lock);
  stalling = on;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

static void await_stalled(unsigned count) {
  pthread_mutex_lock(&lock);
  while (waiting < count) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static unsigned stalled_count(void) {
  unsigned count;
  pthread_mutex_lock(&lock);
  count = waiting;
  pthread_mutex_unlock(&lock);
  return count;
}

static size_t parked_count(const struct instar_engine *engine) {
  const struct instar_link *link;
  size_t count = 0;
  for (link = engine->parked.next; link != &engine->parked; link = link->next) count++;
  return count;
}

static bool empty_park(struct bench *bench) {
  unsigned turns;
  for (turns = 0; turns < 2000 && parked_count(bench->engine) > 0; turns++) {
    instar_engine_step(bench->engine, INSTAR_SECOND / 100);
  }
  return parked_count(bench->engine) == 0;
}

/* As on libcurl before 7.87, which joins the look-up's thread. */
static bool open_old(struct bench *bench) {
  if (!CHECK(bench_open(bench, 8))) return false;
  bench->engine->quick_exit = false;
  bench->engine->version = 0x075600;
  set_stalling(true);
  return true;
}

static struct instar_transfer *start_stalled(struct bench *bench, const struct peer *peer, const char *host,
                                             int64_t span) {
  struct instar_transfer *transfer = bench_transfer(bench, "DELETE", host, peer_port(peer));
  unsigned before = stalled_count();
  transfer->limits.attempt = span;
  instar_transfer_start(transfer);
  instar_engine_step(bench->engine, 0);
  await_stalled(before + 1);
  return transfer;
}

static void answers_in_time(void) {
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *stalled, *other;
  if (!open_old(&bench)) return;
  stalled = start_stalled(&bench, peer, "a." DOMAIN, INSTAR_SECOND / 5);
  CHECK(bench_finish(&bench, stalled));
  CHECK(stalled->failure.kind == INSTAR_KIND_TIMEOUT && stalled->sent == INSTAR_SENT_NO);
  CHECK(strstr(stalled->failure.text, "looking up the name of a." DOMAIN) != NULL);
  CHECK(stalled_count() == 1 && parked_count(bench.engine) == 1); /* it still runs */
  instar_transfer_free(stalled);
  other = bench_transfer(&bench, "GET", NULL, peer_port(peer));
  instar_transfer_start(other);
  CHECK(bench_finish(&bench, other) && other->response.status == 200);
  CHECK(stalled_count() == 1 && parked_count(bench.engine) == 1);
  instar_transfer_free(other);
  set_stalling(false);
  CHECK(empty_park(&bench));
  bench_turn(&bench, 10);
  bench_close(&bench);
  CHECK(peer_connections(peer) == 1 && peer_requests(peer) == 1); /* the other's */
  peer_stop(peer);
}

static void parks_many(void) {
  static const char *const hosts[] = {"a." DOMAIN, "b." DOMAIN, "c." DOMAIN, "d." DOMAIN, "e." DOMAIN};
  enum { COUNT = COUNT_OF(hosts) };
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *transfers[COUNT];
  size_t i;
  if (!open_old(&bench)) return;
  for (i = 0; i < COUNT; i++) transfers[i] = start_stalled(&bench, peer, hosts[i], INSTAR_NEVER);
  instar_client_close(&bench.client);
  CHECK(parked_count(bench.engine) == COUNT);
  for (i = 0; i < COUNT; i++) {
    CHECK(transfers[i]->failure.kind == INSTAR_KIND_CLOSED && transfers[i]->sent == INSTAR_SENT_NO);
    instar_transfer_free(transfers[i]);
  }
  set_stalling(false);
  CHECK(empty_park(&bench));
  bench_close(&bench);
  CHECK(peer_connections(peer) == 0);
  peer_stop(peer);
}

static void ends_with_parked_handles(void) {
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *stalled;
  size_t before = memory_live(MEMORY_ENGINE);
  if (!open_old(&bench)) return;
  stalled = start_stalled(&bench, peer, "a." DOMAIN, INSTAR_NEVER);
  instar_transfer_free(stalled);
  CHECK(parked_count(bench.engine) == 1);
  set_stalling(false); /* without a turn of the engine: libcurl does not know yet */
  bench_close(&bench);
  CHECK(memory_live(MEMORY_ENGINE) == before);
  CHECK(peer_connections(peer) == 0);
  peer_stop(peer);
}

/* What is given up before libcurl has done anything for it must not be done afterwards, least of all over a connection
** that needs no look-up. */
static void parks_nothing_that_would_be_sent(void) {
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *first, *dropped;
  unsigned i;
  if (!open_old(&bench)) return;
  first = bench_transfer(&bench, "GET", NULL, peer_port(peer));
  instar_transfer_start(first);
  CHECK(bench_finish(&bench, first) && first->response.status == 200);
  dropped = bench_transfer(&bench, "DELETE", NULL, peer_port(peer));
  instar_transfer_start(dropped);
  instar_transfer_stop(dropped, INSTAR_KIND_CANCELLED, "enough");
  CHECK(dropped->sent == INSTAR_SENT_NO);
  instar_transfer_free(dropped);
  for (i = 0; i < 20; i++) instar_engine_step(bench.engine, INSTAR_SECOND / 100);
  instar_transfer_restart(first);
  instar_transfer_start(first);
  CHECK(bench_finish(&bench, first));
  CHECK(peer_requests(peer) == 2);
  instar_transfer_free(first);
  set_stalling(false);
  bench_close(&bench);
  peer_stop(peer);
}

/* With memory gone there is no parking; waiting is what is left then, and nothing may be lost. */
static void copes_without_memory(void) {
  struct peer *peer = peer_start(false);
  struct bench bench;
  struct instar_transfer *stalled;
  if (!CHECK(bench_open(&bench, 8))) return;
  bench.engine->quick_exit = false; /* but libcurl itself does not wait: the test need not either */
  set_stalling(true);
  stalled = start_stalled(&bench, peer, "a." DOMAIN, INSTAR_NEVER);
  memory_fail_at(MEMORY_ENGINE, 1, true);
  instar_transfer_stop(stalled, INSTAR_KIND_CANCELLED, "enough");
  CHECK(memory_end());
  CHECK(stalled->failure.kind == INSTAR_KIND_CANCELLED && parked_count(bench.engine) == 0);
  instar_transfer_free(stalled);
  set_stalling(false);
  bench_close(&bench);
  peer_stop(peer);
}

const struct test lookup_tests[] = {{"look-up: the caller is answered in time", answers_in_time},
                                    {"look-up: many are parked", parks_many},
                                    {"look-up: the engine ends with parked handles", ends_with_parked_handles},
                                    {"look-up: what was given up is not sent", parks_nothing_that_would_be_sent},
                                    {"look-up: no memory to park", copes_without_memory},
                                    {NULL, NULL}};
