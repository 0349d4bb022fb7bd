/* SPDX-License-Identifier: MIT
** See gets.h. */
#include "limit/gets.h"

#include <stdlib.h>

#include "limit/fail.h"

void gets_open(struct gets *gets, const struct options *options, struct decoder *decoder) {
  gets->parallel = options->parallel;
  gets->decoder = decoder;
  gets->transfers = calloc((size_t)gets->parallel, sizeof *gets->transfers);
  if (gets->transfers == NULL) fail("not enough memory", "");
  flight_open(&gets->flight, gets->parallel);
  for (long i = 0; i < gets->parallel; i++) transfer_open(&gets->transfers[i], &request_instance, options);
}

long gets_run(struct gets *gets, long count) {
  struct tally tally = {0, 0};
  struct transfer *transfer;
  long left = count;
  for (long i = 0; i < gets->parallel && left > 0; i++, left--) flight_start(&gets->flight, &gets->transfers[i]);
  while ((transfer = flight_next(&gets->flight)) != NULL) {
    decoder_take_instance(gets->decoder, transfer, &tally);
    if (left > 0) {
      flight_start(&gets->flight, transfer);
      left--;
    }
  }
  return tally.names;
}
