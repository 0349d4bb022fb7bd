/* SPDX-License-Identifier: MIT
** See work.h: gets on kept connections, one after another or several at once, and one alone. */
#include "limit/work.h"

#include <stdio.h>

#include "limit/gets.h"
#include "limit/stopwatch.h"

void work_get(const struct options *options, struct decoder *decoder) {
  struct stopwatch watch;
  struct gets gets;
  long sum;
  gets_open(&gets, options, decoder);
  gets_run(&gets, options->parallel); /* opens all connections */
  stopwatch_start(&watch);
  sum = gets_run(&gets, options->count);
  stopwatch_print(&watch);
  printf("check=%ld\n", sum);
}

void work_start(const struct options *options, struct decoder *decoder) {
  struct gets gets;
  gets_open(&gets, options, decoder);
  printf("check=%ld\n", gets_run(&gets, 1));
}
