/* SPDX-License-Identifier: MIT
** Tests of sigpipe.h: writes to a pipe that nobody reads. */
#define _POSIX_C_SOURCE 200809L
#include "engine/sigpipe.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

#include "engine/engine.h"
#include "harness.h"

static volatile sig_atomic_t caught;

static void on_signal(int number) {
  (void)number;
  caught++;
}

/* The handler makes a signal countable that would end the process. */
static void catch_signals(void) {
  struct sigaction action;
  action.sa_handler = on_signal;
  action.sa_flags = 0;
  sigemptyset(&action.sa_mask);
  sigaction(SIGPIPE, &action, NULL);
  caught = 0;
}

static bool write_breaks(void) {
  int ends[2];
  bool broken;
  if (!CHECK(pipe(ends) == 0)) return false;
  close(ends[0]);
  broken = write(ends[1], "x", 1) == -1 && errno == EPIPE;
  close(ends[1]);
  return broken;
}

static bool is_blocked(void) {
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, NULL, &mask);
  return sigismember(&mask, SIGPIPE) == 1;
}

static bool is_pending(void) {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

static void set_blocked(bool blocked) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static void swallows_its_own(void) {
  struct instar_sigpipe guard;
  catch_signals();
  instar_sigpipe_block(&guard);
  CHECK(write_breaks() && is_pending() && caught == 0);
  instar_sigpipe_restore(&guard);
  CHECK(caught == 0 && !is_pending() && !is_blocked());
  CHECK(write_breaks() && caught == 1); /* the program's own get through again */
}

static void does_nothing_to_nothing(void) {
  struct instar_sigpipe guard;
  catch_signals();
  instar_sigpipe_block(&guard);
  instar_sigpipe_restore(&guard);
  CHECK(caught == 0 && !is_pending() && !is_blocked());
}

static void leaves_a_pending_one(void) {
  struct instar_sigpipe guard;
  catch_signals();
  set_blocked(true);
  CHECK(write_breaks() && is_pending());
  instar_sigpipe_block(&guard);
  CHECK(write_breaks());
  instar_sigpipe_restore(&guard);
  CHECK(is_pending() && is_blocked() && caught == 0);
  set_blocked(false);
  CHECK(caught == 1);
}

static void leaves_the_mask(void) {
  struct instar_sigpipe guard;
  catch_signals();
  set_blocked(true);
  instar_sigpipe_block(&guard);
  CHECK(write_breaks());
  instar_sigpipe_restore(&guard);
  CHECK(is_blocked() && !is_pending());
  set_blocked(false);
  CHECK(caught == 0);
}

static void nests(void) {
  struct instar_sigpipe outer, inner;
  catch_signals();
  instar_sigpipe_block(&outer);
  instar_sigpipe_block(&inner);
  CHECK(write_breaks());
  instar_sigpipe_restore(&inner);
  CHECK(is_blocked());
  CHECK(write_breaks());
  instar_sigpipe_restore(&outer);
  CHECK(caught == 0 && !is_blocked());
}

/* The engine blocks it from the first use of TLS on, and only while it works. */
static void is_blocked_by_the_engine(void) {
  const char *reason;
  struct instar_engine *engine = instar_engine_prepare(&reason) ? instar_engine_create() : NULL;
  if (!CHECK(engine != NULL)) return;
  instar_engine_guard(engine);
  CHECK(!is_blocked());
  instar_engine_use_tls(engine);
  CHECK(is_blocked());
  instar_engine_guard(engine);
  instar_engine_unguard(engine);
  CHECK(is_blocked());
  instar_engine_unguard(engine);
  CHECK(!is_blocked());
  instar_engine_guard(engine);
  CHECK(is_blocked());
  instar_engine_unguard(engine);
  CHECK(!is_blocked());
  instar_engine_release(engine);
  CHECK(!is_blocked());
}

const struct test sigpipe_tests[] = {{"sigpipe: swallows its own", swallows_its_own},
                                     {"sigpipe: does nothing to nothing", does_nothing_to_nothing},
                                     {"sigpipe: leaves a pending one", leaves_a_pending_one},
                                     {"sigpipe: leaves the mask", leaves_the_mask},
                                     {"sigpipe: nests", nests},
                                     {"sigpipe: is blocked by the engine", is_blocked_by_the_engine},
                                     {NULL, NULL}};
