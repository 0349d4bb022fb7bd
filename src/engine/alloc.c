/* SPDX-License-Identifier: MIT
** See alloc.h. */
#include "engine/alloc.h"

#include <stdlib.h>
#include <string.h>

static instar_reallocate current_reallocate = realloc;
static instar_release current_release = free;

void instar_alloc_set(instar_reallocate reallocate, instar_release release) {
  current_reallocate = reallocate != NULL ? reallocate : realloc;
  current_release = release != NULL ? release : free;
}

void *instar_alloc(size_t size) {
  void *block = current_reallocate(NULL, size);
  if (block != NULL) memset(block, 0, size);
  return block;
}

void *instar_realloc(void *block, size_t size) {
  return current_reallocate(block, size);
}

char *instar_strdup(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = current_reallocate(NULL, size);
  if (copy != NULL) memcpy(copy, text, size);
  return copy;
}

void instar_free(void *block) {
  if (block != NULL) current_release(block);
}
