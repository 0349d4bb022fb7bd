/* SPDX-License-Identifier: MIT
** See usage.h. */
#define _POSIX_C_SOURCE 200809L
#include "usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

double usage_wall(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double usage_seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

double usage_cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage_seconds(usage.ru_utime) + usage_seconds(usage.ru_stime);
}

/* A field of what Linux says of this process: "VmRSS:      1234 kB". */
static long status_field(const char *name) {
  FILE *file = fopen("/proc/self/status", "r");
  size_t length = strlen(name);
  char line[256];
  long value = -1;
  if (file == NULL) return -1;
  while (value < 0 && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, name, length) == 0) value = strtol(line + length, NULL, 10);
  }
  fclose(file);
  return value;
}

long usage_peak(void) {
  return status_field("VmHWM:");
}

long usage_resident(void) {
  return status_field("VmRSS:");
}
