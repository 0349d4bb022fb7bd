/* SPDX-License-Identifier: MIT
** Why a transfer failed: the first cause, kept. */
#ifndef INSTAR_FAILURE_H
#define INSTAR_FAILURE_H

enum instar_kind {
  INSTAR_KIND_NONE,
  INSTAR_KIND_HTTP, /* this and the next two are for those who judge an answer; the engine itself sets the others */
  INSTAR_KIND_AUTH,
  INSTAR_KIND_ABORTED,
  INSTAR_KIND_TIMEOUT,
  INSTAR_KIND_TRANSPORT,
  INSTAR_KIND_TLS,
  INSTAR_KIND_DECODE,
  INSTAR_KIND_LIMIT,
  INSTAR_KIND_CANCELLED,
  INSTAR_KIND_CLOSED,
  INSTAR_KIND_MEMORY
};

struct instar_failure {
  enum instar_kind kind;
  char text[320]; /* a sentence's second half: "could not connect to …" */
};

/* Records the failure unless one is there already. The text is formatted as printf does, and cut to fit. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void instar_failure_set(struct instar_failure *failure, enum instar_kind kind, const char *format, ...);

#endif
