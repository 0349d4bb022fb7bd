/* SPDX-License-Identifier: MIT
** See sockets.h. */
#include "engine/sockets.h"

#include <string.h>

#include "engine/alloc.h"

void instar_sockets_free(struct instar_sockets *sockets) {
  instar_beacon_free(sockets->beacon);
  instar_free(sockets->polls);
  memset(sockets, 0, sizeof *sockets);
}

enum instar_code instar_sockets_reserve(struct instar_sockets *sockets, size_t count) {
  size_t capacity = sockets->capacity == 0 ? 16 : sockets->capacity;
  struct pollfd *polls;
  if (count <= sockets->capacity) return INSTAR_OK;
  while (capacity < count) capacity *= 2;
  polls = instar_realloc(sockets->polls, capacity * sizeof *polls);
  if (polls == NULL) return INSTAR_NO_MEMORY;
  sockets->polls = polls;
  sockets->capacity = capacity;
  return INSTAR_OK;
}

void instar_sockets_set(struct instar_sockets *sockets, int fd, short events) {
  size_t place = 0;
  if (sockets->beacon != NULL) instar_beacon_watch(sockets->beacon, fd, events);
  while (place < sockets->count && sockets->polls[place].fd != fd) place++;
  if (events == 0) {
    if (place < sockets->count) sockets->polls[place] = sockets->polls[--sockets->count];
    return;
  }
  if (place == sockets->count) {
    if (instar_sockets_reserve(sockets, sockets->count + 1) != INSTAR_OK) return; /* there is room but for oddities */
    sockets->count++;
  }
  sockets->polls[place].fd = fd;
  sockets->polls[place].events = events;
  sockets->polls[place].revents = 0;
}

struct instar_beacon *instar_sockets_beacon(struct instar_sockets *sockets) {
  size_t place;
  if (sockets->beacon != NULL) return sockets->beacon;
  sockets->beacon = instar_beacon_create();
  for (place = 0; sockets->beacon != NULL && place < sockets->count; place++) {
    instar_beacon_watch(sockets->beacon, sockets->polls[place].fd, sockets->polls[place].events);
  }
  return sockets->beacon;
}

void instar_sockets_alert(struct instar_sockets *sockets) {
  if (sockets->beacon != NULL) instar_beacon_arm(sockets->beacon, 0);
}
