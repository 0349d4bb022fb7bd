/* SPDX-License-Identifier: MIT
** The sockets that libcurl wants to be told of. */
#ifndef INSTAR_SOCKETS_H
#define INSTAR_SOCKETS_H

#include <poll.h>

#include "engine/beacon.h"
#include "engine/buffer.h"

struct instar_sockets {
  struct pollfd *polls; /* owned; ready to be polled */
  size_t count;
  size_t capacity;
  struct instar_beacon *beacon; /* owned; told of every change, NULL until a host's event loop asks for it */
};

void instar_sockets_free(struct instar_sockets *sockets);

/* Makes room for so many, so that noting them cannot fail. */
enum instar_code instar_sockets_reserve(struct instar_sockets *sockets, size_t count);

/* Notes what libcurl wants of a socket, events as poll has them, 0 for nothing more. There must be room. */
void instar_sockets_set(struct instar_sockets *sockets, int fd, short events);

/* One descriptor that is readable whenever one of them is ready, for event loops that watch descriptors; made on first
** use. NULL when the system has nothing of the kind, or has none left. */
struct instar_beacon *instar_sockets_beacon(struct instar_sockets *sockets);

/* Lights the beacon up, if there is one: something has happened that no socket tells of. */
void instar_sockets_alert(struct instar_sockets *sockets);

#endif
