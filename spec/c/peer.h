/* SPDX-License-Identifier: MIT
** A server in a thread: answers every request without a body with 200 and "{}", or with nothing. */
#ifndef INSTAR_TEST_PEER_H
#define INSTAR_TEST_PEER_H

#include <stdbool.h>

struct peer; /* freed by peer_stop */

/* A mute one accepts, reads and counts, and never answers. */
struct peer *peer_start(bool mute);
void peer_stop(struct peer *peer);

unsigned peer_port(const struct peer *peer);
unsigned peer_connections(struct peer *peer);
unsigned peer_requests(struct peer *peer);

/* A port that refuses connections, for as long as the process runs. */
unsigned peer_closed_port(void);

#endif
