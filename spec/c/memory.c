/* SPDX-License-Identifier: MIT
** See memory.h. */
#define _POSIX_C_SOURCE 200809L
#include "memory.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/alloc.h"

/* Name look-ups allocate in threads of their own. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum memory_scope failing_scope;
static size_t countdown; /* 0: nothing fails */
static bool failing_on;
static bool has_failed;
static size_t live[2]; /* by scope: the engine's, libcurl's */

static bool fails(enum memory_scope scope) {
  if (countdown == 0 || scope > failing_scope) return false;
  if (--countdown > 0) return false;
  has_failed = true;
  if (failing_on) countdown = 1;
  return true;
}

static void *resize(enum memory_scope scope, void *block, size_t size) {
  void *moved;
  pthread_mutex_lock(&lock);
  moved = fails(scope) ? NULL : realloc(block, size);
  if (block == NULL && moved != NULL) live[scope]++;
  pthread_mutex_unlock(&lock);
  return moved;
}

static void drop(enum memory_scope scope, void *block) {
  pthread_mutex_lock(&lock);
  if (block != NULL) live[scope]--;
  pthread_mutex_unlock(&lock);
  free(block);
}

static void *engine_realloc(void *block, size_t size) {
  return resize(MEMORY_ENGINE, block, size);
}

static void engine_free(void *block) {
  drop(MEMORY_ENGINE, block);
}

static void *curl_allocate(size_t size) {
  return resize(MEMORY_ALL, NULL, size == 0 ? 1 : size);
}

static void curl_release(void *block) {
  drop(MEMORY_ALL, block);
}

static void *curl_resize(void *block, size_t size) {
  return resize(MEMORY_ALL, block, size == 0 ? 1 : size);
}

static void *curl_allocate_zeroed(size_t count, size_t size) {
  void *block = curl_allocate(count * size);
  if (block != NULL) memset(block, 0, count * size);
  return block;
}

static char *curl_copy(const char *text) {
  char *copy = curl_allocate(strlen(text) + 1);
  if (copy != NULL) strcpy(copy, text);
  return copy;
}

void memory_prepare(void) {
  instar_alloc_set(engine_realloc, engine_free);
  curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_allocate, curl_release, curl_resize, curl_copy, curl_allocate_zeroed);
}

void memory_fail_at(enum memory_scope scope, size_t number, bool on) {
  failing_scope = scope;
  countdown = number;
  failing_on = on;
  has_failed = false;
}

bool memory_end(void) {
  countdown = 0;
  return has_failed;
}

size_t memory_live(enum memory_scope scope) {
  return scope == MEMORY_ALL ? live[MEMORY_ENGINE] + live[MEMORY_ALL] : live[MEMORY_ENGINE];
}
