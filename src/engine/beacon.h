/* SPDX-License-Identifier: MIT
** One descriptor for many: readable when one of the watched ones is ready or a moment has come. */
#ifndef INSTAR_BEACON_H
#define INSTAR_BEACON_H

#include <stdint.h>

struct instar_beacon;

/* Owned by the caller; NULL when the system has nothing of the kind (epoll and timerfd of Linux), or has none left. */
struct instar_beacon *instar_beacon_create(void);
void instar_beacon_free(struct instar_beacon *beacon); /* NULL does nothing */

/* The descriptor, open until the beacon is freed. */
int instar_beacon_descriptor(const struct instar_beacon *beacon);

/* Watches a descriptor, events as poll has them; 0: no longer, also when it has been closed. */
void instar_beacon_watch(struct instar_beacon *beacon, int fd, short events);

/* Lights up after so many microseconds, 0 at once; a negative span for never. */
void instar_beacon_arm(struct instar_beacon *beacon, int64_t span);

#endif
