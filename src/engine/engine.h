/* SPDX-License-Identifier: MIT
** One libcurl multi handle and all that is under way in it. One engine a Lua state. */
#ifndef INSTAR_ENGINE_H
#define INSTAR_ENGINE_H

#include <curl/curl.h>

#include "engine/buffer.h"
#include "engine/list.h"
#include "engine/sigpipe.h"
#include "engine/sockets.h"
#include "engine/timers.h"

#define INSTAR_SPARE_HANDLES 32 /* the default of max_in_flight */

struct instar_engine {
  CURLM *multi;
  CURLSH *share; /* TLS sessions, nothing else */
  unsigned references;
  unsigned places;      /* what all clients together may have in flight */
  unsigned version;     /* of the libcurl that runs, as LIBCURL_VERSION_NUM */
  bool quick_exit;      /* libcurl does not wait for a stalled name look-up */
  bool default_ca_file; /* libcurl knows a CA file of its own */
  unsigned handles;     /* in the multi */
  unsigned guards;      /* how many are between instar_engine_guard and unguard */
  bool uses_tls;        /* there may be connections whose writes raise SIGPIPE */
  bool blocks;          /* it is blocked for them now */
  struct instar_sigpipe sigpipe;
  struct instar_timers timers;
  struct instar_sockets sockets;
  int64_t curl_due;                  /* when libcurl wants to be called again */
  struct instar_link finished;       /* watched transfers that are done */
  struct instar_link parked;         /* handles that libcurl cannot let go of yet */
  CURL *spare[INSTAR_SPARE_HANDLES]; /* finished handles, to be used again */
  unsigned spare_count;
};

/* Prepares libcurl, once a process. False when it cannot be used; `*reason` says why, in static text. */
bool instar_engine_prepare(const char **reason);

/* An engine with one reference; NULL when there is no memory. */
struct instar_engine *instar_engine_create(void);
struct instar_engine *instar_engine_hold(struct instar_engine *engine);
void instar_engine_release(struct instar_engine *engine);

/* Makes room for a client's connections in the pool, and takes it away again. */
enum instar_code instar_engine_admit(struct instar_engine *engine, unsigned places);
void instar_engine_dismiss(struct instar_engine *engine, unsigned places);

/* Moves on what is due; when nothing comes to its end by that, what the network has for us, waiting for it at most `wait`
** microseconds. To be called until nothing is under way. */
void instar_engine_step(struct instar_engine *engine, int64_t wait);

/* Moves on what is due, without a look at the network: what has been started is sent. */
void instar_engine_push(struct instar_engine *engine);

/* When a step is due even if no socket is ready, INSTAR_NEVER for no such moment. */
int64_t instar_engine_due(const struct instar_engine *engine);

/* True when there is a watched transfer that is done. */
bool instar_engine_has_done(const struct instar_engine *engine);

/* The next watched transfer that is done, taken off the list; NULL when there is none. */
struct instar_transfer *instar_engine_next_done(struct instar_engine *engine);

/* Around what may write to connections, also in order to close them: keeps SIGPIPE away. libcurl's own writes do not
** raise it, those of TLS libraries do: so nothing is done before the first TLS connection. They may be nested. */
void instar_engine_guard(struct instar_engine *engine);
void instar_engine_unguard(struct instar_engine *engine);

/* For easy.c: a connection that uses TLS is about to be made. */
void instar_engine_use_tls(struct instar_engine *engine);

/* For easy.c: a handle with no option set, NULL when there is no memory; and back. */
CURL *instar_engine_take(struct instar_engine *engine);
void instar_engine_give(struct instar_engine *engine, CURL *easy);

/* For easy.c: puts a handle into the multi, with room for all the sockets it may need; and takes it out. */
enum instar_code instar_engine_add(struct instar_engine *engine, CURL *easy);
void instar_engine_remove(struct instar_engine *engine, CURL *easy);

/* For easy.c: keeps a handle in the multi until libcurl is done with it. Owns both from then on. */
enum instar_code instar_engine_park(struct instar_engine *engine, CURL *easy, struct curl_slist *lines);

#endif
