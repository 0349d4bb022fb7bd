/* SPDX-License-Identifier: MIT
** See engine.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/engine.h"

#include <pthread.h>
#include <string.h>

#include "engine/alloc.h"
#include "engine/clock.h"
#include "engine/sigpipe.h"
#include "engine/transfer.h"

#define OLDEST_LIBCURL 0x074400 /* 7.68.0 */
#define LEAST_CONNECTIONS 8
#define LONGEST_POLL (1000 * INSTAR_SECOND)

/* A handle that libcurl cannot let go of without waiting for a name look-up. */
struct parked {
  CURL *easy;
  struct curl_slist *lines;
  struct instar_link link;
};

static CURLcode global_result = CURLE_FAILED_INIT;

static void prepare_once(void) {
  global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool instar_engine_prepare(const char **reason) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare_once);
  if (global_result != CURLE_OK) *reason = curl_easy_strerror(global_result);
  else if (curl_version_info(CURLVERSION_NOW)->version_num < OLDEST_LIBCURL) *reason = "libcurl is older than 7.68.0";
  else return true;
  return false;
}

static void read_version(struct instar_engine *engine) {
  const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
  engine->version = info->version_num;
#if LIBCURL_VERSION_NUM >= 0x074600
  engine->default_ca_file = info->age >= CURLVERSION_SEVENTH && info->cainfo != NULL;
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
  engine->quick_exit = engine->version >= 0x075700;
#endif
}

static bool open_handles(struct instar_engine *engine) {
  engine->multi = curl_multi_init();
  engine->share = curl_share_init();
  return engine->multi != NULL && engine->share != NULL &&
         curl_share_setopt(engine->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

struct instar_engine *instar_engine_create(void) {
  struct instar_engine *engine = instar_alloc(sizeof *engine);
  if (engine == NULL) return NULL;
  engine->references = 1;
  instar_list_init(&engine->parked);
  read_version(engine);
  if (open_handles(engine)) return engine;
  instar_engine_release(engine);
  return NULL;
}

struct instar_engine *instar_engine_hold(struct instar_engine *engine) {
  engine->references++;
  return engine;
}

static void free_parked(struct instar_engine *engine, struct parked *parked) {
  instar_list_remove(&parked->link);
  curl_multi_remove_handle(engine->multi, parked->easy);
  curl_easy_cleanup(parked->easy);
  curl_slist_free_all(parked->lines);
  instar_free(parked);
}

void instar_engine_release(struct instar_engine *engine) {
  struct instar_sigpipe guard;
  if (--engine->references > 0) return;
  instar_sigpipe_block(&guard); /* closing TLS connections writes */
  while (!instar_list_is_empty(&engine->parked)) {
    free_parked(engine, INSTAR_LIST_ENTRY(engine->parked.next, struct parked, link));
  }
  while (engine->spare_count > 0) curl_easy_cleanup(engine->spare[--engine->spare_count]);
  if (engine->multi != NULL) curl_multi_cleanup(engine->multi);
  if (engine->share != NULL) curl_share_cleanup(engine->share);
  instar_sigpipe_restore(&guard);
  instar_timers_free(&engine->timers);
  instar_free(engine);
}

static enum instar_code set_places(struct instar_engine *engine, unsigned places) {
  long connections = places < LEAST_CONNECTIONS ? LEAST_CONNECTIONS : (long)places;
  engine->places = places;
  return curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, connections) == CURLM_OK ? INSTAR_OK : INSTAR_NO_MEMORY;
}

enum instar_code instar_engine_admit(struct instar_engine *engine, unsigned places) {
  return set_places(engine, engine->places + places);
}

void instar_engine_dismiss(struct instar_engine *engine, unsigned places) {
  set_places(engine, engine->places - places);
}

CURL *instar_engine_take(struct instar_engine *engine) {
  return engine->spare_count > 0 ? engine->spare[--engine->spare_count] : curl_easy_init();
}

void instar_engine_give(struct instar_engine *engine, CURL *easy) {
  if (engine->spare_count == INSTAR_SPARE_HANDLES) {
    curl_easy_cleanup(easy);
    return;
  }
  curl_easy_reset(easy);
  engine->spare[engine->spare_count++] = easy;
}

enum instar_code instar_engine_park(struct instar_engine *engine, CURL *easy, struct curl_slist *lines) {
  struct parked *parked = instar_alloc(sizeof *parked);
  if (parked == NULL) return INSTAR_NO_MEMORY;
  parked->easy = easy;
  parked->lines = lines;
  instar_list_append(&engine->parked, &parked->link);
  return INSTAR_OK;
}

static void unpark(struct instar_engine *engine, const CURL *easy) {
  struct instar_link *link = engine->parked.next;
  while (link != &engine->parked) {
    struct parked *parked = INSTAR_LIST_ENTRY(link, struct parked, link);
    link = link->next;
    if (parked->easy == easy) free_parked(engine, parked);
  }
}

/* Ends the transfers that libcurl is done with. True when there were any. */
static bool reap(struct instar_engine *engine) {
  const CURLMsg *message;
  bool any = false;
  int left;
  while ((message = curl_multi_info_read(engine->multi, &left)) != NULL) {
    CURL *easy = message->easy_handle;
    CURLcode result = message->data.result;
    char *private = NULL;
    if (message->msg != CURLMSG_DONE) continue;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    if (private != NULL) instar_transfer_finish((struct instar_transfer *)(void *)private, result);
    else unpark(engine, easy);
    any = true;
  }
  return any;
}

static bool perform(struct instar_engine *engine) {
  int running;
  curl_multi_perform(engine->multi, &running);
  return reap(engine);
}

/* True when a deadline had passed. */
static bool expire(struct instar_engine *engine) {
  int64_t now = instar_clock_now();
  bool any = false;
  struct instar_timer *timer;
  while ((timer = instar_timers_first(&engine->timers)) != NULL && timer->due <= now) {
    instar_transfer_expire(INSTAR_LIST_ENTRY(timer, struct instar_transfer, timer), now);
    any = true;
  }
  return any;
}

/* The wait cut to the next deadline, in milliseconds, rounded up so as not to wake early and spin. */
static int poll_milliseconds(const struct instar_engine *engine, int64_t wait) {
  const struct instar_timer *timer = instar_timers_first(&engine->timers);
  if (timer != NULL) {
    int64_t ahead = timer->due - instar_clock_now();
    if (ahead < wait) wait = ahead < 0 ? 0 : ahead;
  }
  if (wait > LONGEST_POLL) wait = LONGEST_POLL;
  return (int)((wait + 999) / 1000);
}

void instar_engine_step(struct instar_engine *engine, int64_t wait) {
  struct instar_sigpipe guard;
  bool done;
  instar_sigpipe_block(&guard);
  done = perform(engine);
  done = expire(engine) || done;
  if (!done && wait > 0) {
    curl_multi_poll(engine->multi, NULL, 0, poll_milliseconds(engine, wait), NULL);
    perform(engine);
    expire(engine);
  }
  instar_sigpipe_restore(&guard);
}
