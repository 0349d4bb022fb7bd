/* SPDX-License-Identifier: MIT
** What this process has used up. */
#ifndef BENCH_USAGE_H
#define BENCH_USAGE_H

#include <sys/time.h>

/* Seconds of a clock that only goes forward. */
double usage_wall(void);

/* A time of the system's in seconds. */
double usage_seconds(struct timeval time);

/* Seconds of CPU time, of the user and of the system. */
double usage_cpu(void);

/* KiB of memory that are resident, at most so far and now; -1 where the system does not tell. */
long usage_peak(void);
long usage_resident(void);

#endif
