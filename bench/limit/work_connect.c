/* SPDX-License-Identifier: MIT
** See work.h: gets that each find a new connection, in one of three ways. */
#include "limit/work.h"

#include <stdio.h>
#include <string.h>

#include "limit/fail.h"
#include "limit/flight.h"
#include "limit/stopwatch.h"

struct connector {
  const struct options *options;
  struct flight flight;
  CURLSH *share;
};

struct mode {
  const char *name;
  void (*get)(struct connector *connector, struct transfer *transfer);
};

/* A multi that lives on keeps what was read of the file of authorities, unless there is a folder of them too. */
static void get_cached(struct connector *connector, struct transfer *transfer) {
  transfer_check(curl_easy_setopt(transfer->easy, CURLOPT_CAPATH, NULL));
  flight_start(&connector->flight, transfer);
  flight_next(&connector->flight);
}

static void get_shared(struct connector *connector, struct transfer *transfer) {
  transfer_check(curl_easy_setopt(transfer->easy, CURLOPT_SHARE, connector->share));
  get_cached(connector, transfer);
}

static void get_default(struct connector *connector, struct transfer *transfer) {
  (void)connector;
  transfer_check(curl_easy_perform(transfer->easy));
}

static const struct mode modes[] = {
  {"cached", get_cached},
  {"shared", get_shared},
  {"default", get_default},
};

static const struct mode *find_mode(const char *name) {
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(modes[i].name, name) == 0) return &modes[i];
  }
  fail("unknown mode", name);
}

static void open_connector(struct connector *connector, const struct options *options) {
  connector->options = options;
  flight_open(&connector->flight, options->parallel);
  connector->share = curl_share_init();
  if (connector->share == NULL) fail("not enough memory", "");
  curl_share_setopt(connector->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

/* A handle of its own each time: a handle keeps its TLS sessions. */
static long run(struct connector *connector, const struct mode *mode, long count, struct decoder *decoder) {
  struct tally tally = {0, 0};
  for (long i = 0; i < count; i++) {
    struct transfer transfer;
    transfer_open(&transfer, &request_instance, connector->options);
    mode->get(connector, &transfer);
    decoder_take_instance(decoder, &transfer, &tally);
    transfer_close(&transfer);
  }
  return tally.names;
}

void work_connect(const struct options *options, struct decoder *decoder) {
  const struct mode *mode = find_mode(options->mode);
  struct stopwatch watch;
  struct connector connector;
  long sum;
  open_connector(&connector, options);
  run(&connector, mode, 1, decoder);
  stopwatch_start(&watch);
  sum = run(&connector, mode, options->count, decoder);
  stopwatch_print(&watch);
  printf("check=%ld\n", sum);
}
