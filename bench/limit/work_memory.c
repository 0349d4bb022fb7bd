/* SPDX-License-Identifier: MIT
** See work.h: what is held after the first gets, and after many. */
#include "limit/work.h"

#include <stdio.h>

#include "limit/gets.h"
#include "usage.h"

#define FIRST 1000 /* gets after which memory has found its level */

struct level {
  long resident; /* KiB */
  double lua;    /* KiB */
};

static struct level measure(struct decoder *decoder) {
  struct level level;
  level.resident = usage_resident();
  level.lua = decoder_collect(decoder);
  return level;
}

void work_memory(const struct options *options, struct decoder *decoder) {
  struct level early, late;
  struct gets gets;
  long sum;
  gets_open(&gets, options, decoder);
  sum = gets_run(&gets, FIRST);
  early = measure(decoder);
  sum += gets_run(&gets, options->count - FIRST);
  late = measure(decoder);
  printf("early=%ld late=%ld lua_early=%.0f lua_late=%.0f check=%ld\n", early.resident, late.resident, early.lua,
         late.lua, sum);
}
