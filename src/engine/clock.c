/* SPDX-License-Identifier: MIT
** See clock.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/clock.h"

#include <time.h>

int64_t instar_clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * INSTAR_SECOND + now.tv_nsec / 1000;
}

int64_t instar_clock_after(int64_t now, int64_t span) {
  return span >= INSTAR_NEVER - now ? INSTAR_NEVER : now + span;
}
