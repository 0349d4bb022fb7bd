/* SPDX-License-Identifier: MIT
** Keeps SIGPIPE away from the host while libcurl may write to a closed connection. */
#ifndef INSTAR_SIGPIPE_H
#define INSTAR_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

struct instar_sigpipe {
  sigset_t before;  /* the thread's mask to go back to */
  bool was_blocked; /* nothing to undo */
  bool was_pending; /* a SIGPIPE of somebody else's waits already: leave it */
};

/* Blocks SIGPIPE for this thread. Pair with instar_sigpipe_restore. */
void instar_sigpipe_block(struct instar_sigpipe *guard);

/* Takes away a SIGPIPE that came meanwhile and restores the mask. */
void instar_sigpipe_restore(const struct instar_sigpipe *guard);

#endif
