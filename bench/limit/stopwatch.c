/* SPDX-License-Identifier: MIT
** See stopwatch.h. */
#include "limit/stopwatch.h"

#include <stdio.h>

#include "usage.h"

void stopwatch_start(struct stopwatch *watch) {
  watch->wall = usage_wall();
  watch->cpu = usage_cpu();
}

void stopwatch_print(const struct stopwatch *watch) {
  double wall = usage_wall() - watch->wall;
  double cpu = usage_cpu() - watch->cpu;
  printf("wall=%.6f cpu=%.6f peak=%ld ", wall, cpu, usage_peak());
}
