/* SPDX-License-Identifier: MIT
** See client.h. */
#include "engine/client.h"

#include <string.h>

#include "engine/alloc.h"
#include "engine/engine.h"
#include "engine/transfer.h"

enum instar_code instar_client_open(struct instar_client *client, struct instar_engine *engine) {
  enum instar_code code = instar_engine_admit(engine, client->settings.max_in_flight);
  if (code != INSTAR_OK) return code;
  instar_list_init(&client->transfers);
  instar_list_init(&client->queue);
  client->engine = instar_engine_hold(engine);
  return INSTAR_OK;
}

static void free_settings(struct instar_settings *settings) {
  instar_free(settings->proxy);
  instar_free(settings->ca_file);
  instar_free(settings->ca_path);
  instar_free(settings->certificate);
  instar_free(settings->key);
  memset(settings, 0, sizeof *settings);
}

void instar_client_close(struct instar_client *client) {
  client->closed = true;
  if (client->engine != NULL) {
    while (!instar_list_is_empty(&client->transfers)) {
      struct instar_transfer *transfer = INSTAR_LIST_ENTRY(client->transfers.next, struct instar_transfer, in_client);
      instar_transfer_stop(transfer, INSTAR_KIND_CLOSED, "the client was closed");
    }
    instar_engine_dismiss(client->engine, client->settings.max_in_flight);
    instar_engine_release(client->engine);
    client->engine = NULL;
  }
  free_settings(&client->settings);
}

void instar_client_advance(struct instar_client *client) {
  if (client->advancing) return; /* one that fails at once has given its place back: the loop goes on */
  client->advancing = true;
  while (!client->closed && !instar_list_is_empty(&client->queue) &&
         client->in_flight < client->settings.max_in_flight) {
    struct instar_link *first = client->queue.next;
    instar_list_remove(first);
    instar_transfer_run(INSTAR_LIST_ENTRY(first, struct instar_transfer, in_queue));
  }
  client->advancing = false;
}
