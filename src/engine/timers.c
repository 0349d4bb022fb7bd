/* SPDX-License-Identifier: MIT
** See timers.h. */
#include "engine/timers.h"

#include <string.h>

#include "engine/alloc.h"

void instar_timers_free(struct instar_timers *timers) {
  instar_free(timers->heap);
  memset(timers, 0, sizeof *timers);
}

enum instar_code instar_timers_reserve(struct instar_timers *timers, size_t count) {
  size_t capacity = timers->capacity == 0 ? 16 : timers->capacity;
  struct instar_timer **heap;
  if (count <= timers->capacity) return INSTAR_OK;
  while (capacity < count) capacity *= 2;
  heap = instar_realloc(timers->heap, capacity * sizeof *heap);
  if (heap == NULL) return INSTAR_NO_MEMORY;
  timers->heap = heap;
  timers->capacity = capacity;
  return INSTAR_OK;
}

static void put(struct instar_timers *timers, size_t index, struct instar_timer *timer) {
  timers->heap[index] = timer;
  timer->place = index + 1;
}

static void sift_up(struct instar_timers *timers, size_t index) {
  struct instar_timer *timer = timers->heap[index];
  while (index > 0 && timer->due < timers->heap[(index - 1) / 2]->due) {
    put(timers, index, timers->heap[(index - 1) / 2]);
    index = (index - 1) / 2;
  }
  put(timers, index, timer);
}

static void sift_down(struct instar_timers *timers, size_t index) {
  struct instar_timer *timer = timers->heap[index];
  for (;;) {
    size_t child = 2 * index + 1;
    if (child >= timers->count) break;
    if (child + 1 < timers->count && timers->heap[child + 1]->due < timers->heap[child]->due) child++;
    if (timers->heap[child]->due >= timer->due) break;
    put(timers, index, timers->heap[child]);
    index = child;
  }
  put(timers, index, timer);
}

void instar_timers_set(struct instar_timers *timers, struct instar_timer *timer, int64_t due) {
  timer->due = due;
  if (timer->place == 0) put(timers, timers->count++, timer);
  sift_up(timers, timer->place - 1);
  sift_down(timers, timer->place - 1);
}

void instar_timers_clear(struct instar_timers *timers, struct instar_timer *timer) {
  size_t index = timer->place - 1;
  struct instar_timer *last;
  if (timer->place == 0) return;
  timer->place = 0;
  last = timers->heap[--timers->count];
  if (last == timer) return;
  put(timers, index, last);
  sift_up(timers, index);
  sift_down(timers, last->place - 1);
}

struct instar_timer *instar_timers_first(const struct instar_timers *timers) {
  return timers->count > 0 ? timers->heap[0] : NULL;
}
