/* SPDX-License-Identifier: MIT
** See work.h: all pages of a list in order, `prefetch` of them fetched ahead. */
#include "limit/work.h"

#include <stdio.h>
#include <stdlib.h>

#include "limit/fail.h"
#include "limit/flight.h"
#include "limit/stopwatch.h"

#define PAGE_SIZE 100 /* items */

struct walk {
  struct flight flight;
  struct transfer *ring; /* page n is in place n modulo the number of places */
  long places;
  long count, started; /* pages */
};

static void open_walk(struct walk *walk, const struct options *options) {
  walk->places = options->prefetch + 1;
  walk->ring = calloc((size_t)walk->places, sizeof *walk->ring);
  if (walk->ring == NULL) fail("not enough memory", "");
  flight_open(&walk->flight, walk->places);
  for (long i = 0; i < walk->places; i++) transfer_open(&walk->ring[i], &request_page, options);
}

static struct transfer *place_of(const struct walk *walk, long page) {
  return &walk->ring[page % walk->places];
}

/* Starts all pages up to one that have not been started yet. */
static void start(struct walk *walk, long last) {
  char query[64];
  for (; walk->started <= last && walk->started < walk->count; walk->started++) {
    struct transfer *transfer = place_of(walk, walk->started);
    snprintf(query, sizeof query, "limit=%d&offset=%ld", PAGE_SIZE, walk->started * PAGE_SIZE);
    transfer_set_query(transfer, query);
    flight_start(&walk->flight, transfer);
  }
}

static void run(struct walk *walk, long count, struct decoder *decoder, struct tally *tally) {
  walk->count = count;
  walk->started = 0;
  for (long page = 0; page < count; page++) {
    struct transfer *transfer = place_of(walk, page);
    start(walk, page);
    while (!transfer->done) flight_next(&walk->flight);
    start(walk, page + walk->places - 1);
    if (walk->flight.active > 0) flight_push(&walk->flight);
    decoder_take_page(decoder, transfer, tally);
  }
}

void work_pages(const struct options *options, struct decoder *decoder) {
  struct tally warm_up = {0, 0}, tally = {0, 0};
  struct stopwatch watch;
  struct walk walk;
  open_walk(&walk, options);
  run(&walk, walk.places, decoder, &warm_up); /* opens all connections */
  stopwatch_start(&watch);
  run(&walk, options->count, decoder, &tally);
  stopwatch_print(&watch);
  printf("check=%ld/%ld\n", tally.items, tally.names);
}
