/* SPDX-License-Identifier: MIT
** See sigpipe.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/sigpipe.h"

#include <pthread.h>
#include <stddef.h>
#include <time.h>

static bool is_pending(void) {
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  return sigismember(&pending, SIGPIPE) == 1;
}

void instar_sigpipe_block(struct instar_sigpipe *guard) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, &guard->before);
  guard->was_blocked = sigismember(&guard->before, SIGPIPE) == 1;
  guard->was_pending = guard->was_blocked && is_pending();
}

/* Without sigtimedwait (macOS, OpenBSD) the pending signal is taken with sigwait, which cannot block here. */
static void consume(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
#if defined(__APPLE__) || defined(__OpenBSD__)
  int number;
  sigwait(&set, &number);
#else
  struct timespec none = {0, 0};
  sigtimedwait(&set, NULL, &none);
#endif
}

void instar_sigpipe_restore(const struct instar_sigpipe *guard) {
  if (!guard->was_pending && is_pending()) consume();
  if (!guard->was_blocked) pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}
