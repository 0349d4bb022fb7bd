/* SPDX-License-Identifier: MIT
** See engine.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/engine.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/alloc.h"
#include "engine/clock.h"
#include "engine/transfer.h"

#define OLDEST_LIBCURL 0x074400 /* 7.68.0 */
#define LEAST_CONNECTIONS 8
#define SOCKETS_A_HANDLE 5 /* at most, in libcurl */
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

/* libcurl's callbacks. They touch C memory only. */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *assigned) {
  struct instar_engine *engine = context;
  short events = 0;
  (void)easy, (void)assigned;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= POLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= POLLOUT;
  instar_sockets_set(&engine->sockets, (int)fd, events);
  return 0; /* anything else would put an end to the whole multi */
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
  struct instar_engine *engine = context;
  (void)multi;
  engine->curl_due = milliseconds < 0 ? INSTAR_NEVER : instar_clock_now() + (int64_t)milliseconds * 1000;
  return 0;
}

static bool open_multi(struct instar_engine *engine) {
  engine->multi = curl_multi_init();
  return engine->multi != NULL && curl_multi_setopt(engine->multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
         curl_multi_setopt(engine->multi, CURLMOPT_SOCKETDATA, engine) == CURLM_OK &&
         curl_multi_setopt(engine->multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
         curl_multi_setopt(engine->multi, CURLMOPT_TIMERDATA, engine) == CURLM_OK;
}

static bool open_share(struct instar_engine *engine) {
  engine->share = curl_share_init();
  return engine->share != NULL &&
         curl_share_setopt(engine->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

struct instar_engine *instar_engine_create(void) {
  struct instar_engine *engine = instar_alloc(sizeof *engine);
  if (engine == NULL) return NULL;
  engine->references = 1;
  engine->curl_due = INSTAR_NEVER;
#if !defined(MSG_NOSIGNAL) && !defined(SO_NOSIGPIPE)
  engine->uses_tls = true; /* libcurl's own writes raise SIGPIPE too */
#endif
  instar_list_init(&engine->parked);
  instar_list_init(&engine->finished);
  read_version(engine);
  if (open_multi(engine) && open_share(engine)) return engine;
  instar_engine_release(engine);
  return NULL;
}

struct instar_engine *instar_engine_hold(struct instar_engine *engine) {
  engine->references++;
  return engine;
}

static void block_if_needed(struct instar_engine *engine) {
  if (engine->blocks || engine->guards == 0 || !engine->uses_tls) return;
  engine->blocks = true;
  instar_sigpipe_block(&engine->sigpipe);
}

enum instar_code instar_engine_add(struct instar_engine *engine, CURL *easy) {
  enum instar_code code = instar_sockets_reserve(&engine->sockets, ((size_t)engine->handles + 1) * SOCKETS_A_HANDLE);
  if (code != INSTAR_OK) return code;
  if (curl_multi_add_handle(engine->multi, easy) != CURLM_OK) return INSTAR_NO_MEMORY;
  engine->handles++;
  return INSTAR_OK;
}

void instar_engine_remove(struct instar_engine *engine, CURL *easy) {
  curl_multi_remove_handle(engine->multi, easy);
  engine->handles--;
}

static void free_parked(struct instar_engine *engine, struct parked *parked) {
  instar_list_remove(&parked->link);
  instar_engine_remove(engine, parked->easy);
  curl_easy_cleanup(parked->easy);
  curl_slist_free_all(parked->lines);
  instar_free(parked);
}

void instar_engine_guard(struct instar_engine *engine) {
  engine->guards++;
  block_if_needed(engine);
}

void instar_engine_unguard(struct instar_engine *engine) {
  if (--engine->guards > 0 || !engine->blocks) return;
  engine->blocks = false;
  instar_sigpipe_restore(&engine->sigpipe);
}

void instar_engine_use_tls(struct instar_engine *engine) {
  engine->uses_tls = true;
  block_if_needed(engine);
}

void instar_engine_release(struct instar_engine *engine) {
  if (--engine->references > 0) return;
  instar_engine_guard(engine);
  while (!instar_list_is_empty(&engine->parked)) {
    free_parked(engine, INSTAR_LIST_ENTRY(engine->parked.next, struct parked, link));
  }
  while (engine->spare_count > 0) curl_easy_cleanup(engine->spare[--engine->spare_count]);
  if (engine->multi != NULL) curl_multi_cleanup(engine->multi);
  if (engine->share != NULL) curl_share_cleanup(engine->share);
  instar_engine_unguard(engine);
  instar_timers_free(&engine->timers);
  instar_sockets_free(&engine->sockets);
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

/* libcurl had no memory for its own books: what it has forgotten cannot be told, so nothing may be waited for. */
static void give_up(struct instar_engine *engine) {
  struct instar_timer *timer;
  while ((timer = instar_timers_first(&engine->timers)) != NULL) {
    instar_transfer_stop(INSTAR_LIST_ENTRY(timer, struct instar_transfer, timer), INSTAR_KIND_MEMORY,
                         "not enough memory");
  }
}

/* Tells libcurl what happened, then ends what has come to its end. True when anything has. */
static bool act(struct instar_engine *engine, int fd, short events) {
  CURLMcode code;
  int mask = 0;
  int running;
  bool done;
  if ((events & POLLIN) != 0) mask |= CURL_CSELECT_IN;
  if ((events & POLLOUT) != 0) mask |= CURL_CSELECT_OUT;
  if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) mask |= CURL_CSELECT_ERR;
  if (fd < 0) engine->curl_due = INSTAR_NEVER; /* libcurl sets it anew */
  code = curl_multi_socket_action(engine->multi, fd < 0 ? CURL_SOCKET_TIMEOUT : fd, mask, &running);
  done = reap(engine);
  if (code != CURLM_OK) give_up(engine);
  return expire(engine) || done;
}

/* Time-outs that are due: libcurl's and ours. Ending one transfer may start others, which want to be called at once. */
static bool act_on_time(struct instar_engine *engine) {
  bool done = false;
  while (engine->curl_due <= instar_clock_now()) done = act(engine, -1, 0) || done;
  return expire(engine) || done;
}

int64_t instar_engine_due(const struct instar_engine *engine) {
  const struct instar_timer *timer = instar_timers_first(&engine->timers);
  return timer != NULL && timer->due < engine->curl_due ? timer->due : engine->curl_due;
}

/* The wait cut to the next moment that matters, in milliseconds, rounded up so as not to wake early and spin. */
static int poll_milliseconds(const struct instar_engine *engine, int64_t wait) {
  int64_t due = instar_engine_due(engine);
  if (wait > LONGEST_POLL) wait = LONGEST_POLL;
  if (due != INSTAR_NEVER) {
    int64_t ahead = due - instar_clock_now();
    if (ahead < wait) wait = ahead < 0 ? 0 : ahead;
  }
  return (int)((wait + 999) / 1000);
}

/* What libcurl does on one socket may change the list. One that is passed over by that is found by the next poll. */
static void act_on_sockets(struct instar_engine *engine) {
  struct instar_sockets *sockets = &engine->sockets;
  size_t place = 0;
  while (place < sockets->count) {
    struct pollfd *poll = &sockets->polls[place];
    short events = poll->revents;
    poll->revents = 0;
    if (events == 0) {
      place++;
      continue;
    }
    act(engine, poll->fd, events);
  }
}

void instar_engine_step(struct instar_engine *engine, int64_t wait) {
  struct instar_sockets *sockets = &engine->sockets;
  instar_engine_guard(engine);
  if (!act_on_time(engine)) {
    if (poll(sockets->polls, (nfds_t)sockets->count, poll_milliseconds(engine, wait)) > 0) act_on_sockets(engine);
    act_on_time(engine);
  }
  instar_engine_unguard(engine);
}

void instar_engine_push(struct instar_engine *engine) {
  instar_engine_guard(engine);
  act_on_time(engine);
  instar_engine_unguard(engine);
}

bool instar_engine_has_done(const struct instar_engine *engine) {
  return !instar_list_is_empty(&engine->finished);
}

struct instar_transfer *instar_engine_next_done(struct instar_engine *engine) {
  struct instar_link *first = engine->finished.next;
  if (instar_list_is_empty(&engine->finished)) return NULL;
  instar_list_remove(first);
  return INSTAR_LIST_ENTRY(first, struct instar_transfer, in_finished);
}
