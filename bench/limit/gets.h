/* SPDX-License-Identifier: MIT
** Gets of one instance, as many at once as there are transfers. */
#ifndef LIMIT_GETS_H
#define LIMIT_GETS_H

#include "limit/decoder.h"
#include "limit/flight.h"
#include "limit/options.h"

struct gets {
  struct flight flight;
  struct transfer *transfers;
  long parallel;
  struct decoder *decoder; /* borrowed */
};

/* Never closed. */
void gets_open(struct gets *gets, const struct options *options, struct decoder *decoder);

/* Gets `count` times and adds the lengths of the answers' names. */
long gets_run(struct gets *gets, long count);

#endif
