/* SPDX-License-Identifier: MIT
** Time that never goes back. */
#ifndef INSTAR_CLOCK_H
#define INSTAR_CLOCK_H

#include <stdint.h>

#define INSTAR_SECOND INT64_C(1000000)
#define INSTAR_NEVER INT64_MAX

/* Microseconds since some fixed moment. */
int64_t instar_clock_now(void);

/* The moment `span` microseconds after `now`; INSTAR_NEVER for INSTAR_NEVER and for what would overflow. */
int64_t instar_clock_after(int64_t now, int64_t span);

#endif
