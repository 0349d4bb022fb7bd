/* SPDX-License-Identifier: MIT
** See flight.h. curl_multi_perform and curl_multi_poll cost no more here than curl_multi_socket_action with poll, and
** less than with epoll: whenever there is news of one transfer there is news of most. */
#include "limit/flight.h"

#include "limit/fail.h"

#define PATIENCE 60000 /* milliseconds */

static void check(CURLMcode code) {
  if (code != CURLM_OK) fail("libcurl", curl_multi_strerror(code));
}

void flight_open(struct flight *flight, long connections) {
  flight->multi = curl_multi_init();
  flight->active = 0;
  flight->stirred = false;
  if (flight->multi == NULL) fail("not enough memory", "");
  check(curl_multi_setopt(flight->multi, CURLMOPT_MAXCONNECTS, connections));
}

void flight_start(struct flight *flight, struct transfer *transfer) {
  transfer->length = 0;
  transfer->done = false;
  check(curl_multi_add_handle(flight->multi, transfer->easy));
  flight->active++;
  flight->stirred = true;
}

void flight_push(struct flight *flight) {
  int running;
  check(curl_multi_perform(flight->multi, &running));
}

static struct transfer *finish(struct flight *flight, const CURLMsg *message) {
  CURL *easy = message->easy_handle;
  char *transfer = NULL;
  transfer_check(message->data.result);
  transfer_check(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer));
  check(curl_multi_remove_handle(flight->multi, easy));
  flight->active--;
  flight->stirred = true;
  ((struct transfer *)(void *)transfer)->done = true;
  return (struct transfer *)(void *)transfer;
}

struct transfer *flight_next(struct flight *flight) {
  int count;
  while (flight->active > 0) {
    const CURLMsg *message = curl_multi_info_read(flight->multi, &count);
    if (message != NULL) return finish(flight, message);
    if (!flight->stirred) check(curl_multi_poll(flight->multi, NULL, 0, PATIENCE, NULL));
    flight->stirred = false;
    flight_push(flight);
  }
  return NULL;
}
