/* SPDX-License-Identifier: MIT
** Deadlines of many transfers: which comes first (a binary heap). */
#ifndef INSTAR_TIMERS_H
#define INSTAR_TIMERS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/buffer.h"

/* Part of whatever has a deadline. Zeroed: not set. */
struct instar_timer {
  int64_t due;
  size_t place; /* 1 + index in the heap; 0: not set */
};

struct instar_timers {
  struct instar_timer **heap; /* owned array of borrowed timers */
  size_t count;
  size_t capacity;
};

void instar_timers_free(struct instar_timers *timers);

/* Makes room for one more timer, so that setting it cannot fail. */
enum instar_code instar_timers_reserve(struct instar_timers *timers, size_t count);

/* Sets or moves a timer. Room must have been reserved. */
void instar_timers_set(struct instar_timers *timers, struct instar_timer *timer, int64_t due);
void instar_timers_clear(struct instar_timers *timers, struct instar_timer *timer);

/* The timer that is due first, or NULL. */
struct instar_timer *instar_timers_first(const struct instar_timers *timers);

#endif
