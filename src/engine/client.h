/* SPDX-License-Identifier: MIT
** What the transfers of one client have in common: connection settings, places, counts. */
#ifndef INSTAR_CLIENT_H
#define INSTAR_CLIENT_H

#include <stdint.h>

#include "engine/buffer.h"
#include "engine/failure.h"
#include "engine/list.h"

struct instar_engine;
struct instar_transfer;

/* Strings are owned; NULL: not set. */
struct instar_settings {
  char *proxy; /* NULL: the environment's; "": none */
  char *ca_file;
  char *ca_path;
  char *certificate;
  char *key;
  bool no_verify;
  unsigned max_in_flight;
};

struct instar_stats {
  uint64_t requests;
  uint64_t retries;
  uint64_t opened; /* connections */
  uint64_t reused;
  uint64_t sent_bytes;
  uint64_t received_bytes;
  int64_t time; /* microseconds, all transfers added up */
};

struct instar_client {
  struct instar_engine *engine; /* a reference is held; NULL: not opened */
  struct instar_settings settings;
  struct instar_stats stats;
  struct instar_link transfers; /* all that have been started and are not done */
  struct instar_link queue;     /* those of them that wait for a place, first come first served */
  unsigned in_flight;
  bool advancing; /* in instar_client_advance */
  bool closed;
};

/* Ties a zeroed client with its settings to an engine. INSTAR_NO_MEMORY leaves it closed. */
enum instar_code instar_client_open(struct instar_client *client, struct instar_engine *engine);

/* Ends every transfer with kind `closed` and releases what the client owns. May be called twice. */
void instar_client_close(struct instar_client *client);

/* Starts what waits while there are places. */
void instar_client_advance(struct instar_client *client);

#endif
