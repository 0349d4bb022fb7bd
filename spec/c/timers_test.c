/* SPDX-License-Identifier: MIT
** Tests of timers.h, against an array that is searched, and of clock.h. */
#include "engine/timers.h"

#include <string.h>

#include "engine/clock.h"
#include "harness.h"

#define COUNT 300
#define STEPS 50000

static unsigned long random_state = 7;

static unsigned random_below(unsigned bound) {
  random_state = random_state * 1103515245UL + 12345UL;
  return (unsigned)(random_state >> 16 & 0x7fff) % bound;
}

/* The earliest that is set, INSTAR_NEVER when none is. */
static int64_t earliest(const struct instar_timer *timers) {
  int64_t due = INSTAR_NEVER;
  size_t i;
  for (i = 0; i < COUNT; i++) {
    if (timers[i].place != 0 && timers[i].due < due) due = timers[i].due;
  }
  return due;
}

static size_t set_count(const struct instar_timer *timers) {
  size_t i, count = 0;
  for (i = 0; i < COUNT; i++) count += timers[i].place != 0;
  return count;
}

static void agrees_with_a_search(void) {
  static struct instar_timer all[COUNT];
  struct instar_timers timers;
  int step;
  memset(&timers, 0, sizeof timers);
  memset(all, 0, sizeof all);
  CHECK(instar_timers_first(&timers) == NULL);
  CHECK(instar_timers_reserve(&timers, COUNT) == INSTAR_OK);
  for (step = 0; step < STEPS; step++) {
    struct instar_timer *timer = &all[random_below(COUNT)];
    const struct instar_timer *first;
    if (random_below(3) == 0) instar_timers_clear(&timers, timer);
    else instar_timers_set(&timers, timer, (int64_t)random_below(100) - 50);
    first = instar_timers_first(&timers);
    if (!CHECK(timers.count == set_count(all) && (first == NULL ? INSTAR_NEVER : first->due) == earliest(all))) break;
  }
  instar_timers_free(&timers);
}

static void gives_all_in_order(void) {
  static struct instar_timer all[COUNT];
  struct instar_timers timers;
  struct instar_timer *first;
  int64_t last = -1;
  size_t i, given = 0;
  memset(&timers, 0, sizeof timers);
  memset(all, 0, sizeof all);
  for (i = 0; i < COUNT; i++) {
    CHECK(instar_timers_reserve(&timers, i + 1) == INSTAR_OK);
    instar_timers_set(&timers, &all[i], i % 50 == 0 ? INSTAR_NEVER : (int64_t)random_below(1000));
  }
  while ((first = instar_timers_first(&timers)) != NULL) {
    CHECK(first->due >= last);
    last = first->due;
    given++;
    instar_timers_clear(&timers, first);
    CHECK(first->place == 0);
    instar_timers_clear(&timers, first);
  }
  CHECK(given == COUNT && last == INSTAR_NEVER);
  instar_timers_free(&timers);
}

static void adds_spans(void) {
  CHECK(instar_clock_after(5, 7) == 12);
  CHECK(instar_clock_after(5, INSTAR_NEVER) == INSTAR_NEVER);
  CHECK(instar_clock_after(5, INSTAR_NEVER - 1) == INSTAR_NEVER);
  CHECK(instar_clock_after(0, INSTAR_NEVER - 1) == INSTAR_NEVER - 1);
  CHECK(instar_clock_now() <= instar_clock_now());
}

const struct test timers_tests[] = {{"timers: agree with a search", agrees_with_a_search},
                                    {"timers: give all in order", gives_all_in_order},
                                    {"clock: adds spans", adds_spans},
                                    {NULL, NULL}};
