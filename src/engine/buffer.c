/* SPDX-License-Identifier: MIT
** See buffer.h. */
#include "engine/buffer.h"

#include <stdint.h>
#include <string.h>

#include "engine/alloc.h"

#define FIRST_CAPACITY 256

void instar_buffer_init(struct instar_buffer *buffer, size_t limit) {
  memset(buffer, 0, sizeof *buffer);
  buffer->limit = limit;
}

void instar_buffer_free(struct instar_buffer *buffer) {
  instar_free(buffer->data);
  instar_buffer_init(buffer, buffer->limit);
}

void instar_buffer_clear(struct instar_buffer *buffer) {
  instar_buffer_truncate(buffer, 0);
}

void instar_buffer_truncate(struct instar_buffer *buffer, size_t length) {
  if (buffer->data == NULL || length > buffer->length) return;
  buffer->length = length;
  buffer->data[length] = '\0';
}

/* The capacity that holds `needed` bytes: doubled until it fits. */
static size_t grown(size_t capacity, size_t needed) {
  if (capacity < FIRST_CAPACITY) capacity = FIRST_CAPACITY;
  while (capacity < needed) capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
  return capacity;
}

enum instar_code instar_buffer_reserve(struct instar_buffer *buffer, size_t more) {
  size_t needed;
  char *data;
  if (more >= SIZE_MAX - buffer->length) return INSTAR_TOO_LARGE;
  if (buffer->limit != 0 && more > buffer->limit - buffer->length) return INSTAR_TOO_LARGE;
  needed = buffer->length + more + 1;
  if (needed <= buffer->capacity) return INSTAR_OK;
  needed = grown(buffer->capacity, needed);
  data = instar_realloc(buffer->data, needed);
  if (data == NULL) return INSTAR_NO_MEMORY;
  buffer->data = data;
  buffer->capacity = needed;
  return INSTAR_OK;
}

enum instar_code instar_buffer_append(struct instar_buffer *buffer, const void *bytes, size_t length) {
  enum instar_code code = instar_buffer_reserve(buffer, length);
  if (code != INSTAR_OK) return code;
  if (length > 0) memcpy(buffer->data + buffer->length, bytes, length);
  buffer->length += length;
  buffer->data[buffer->length] = '\0';
  return INSTAR_OK;
}

enum instar_code instar_buffer_text(struct instar_buffer *buffer, const char *text) {
  return instar_buffer_append(buffer, text, strlen(text));
}

enum instar_code instar_buffer_byte(struct instar_buffer *buffer, char byte) {
  return instar_buffer_append(buffer, &byte, 1);
}

const char *instar_buffer_string(const struct instar_buffer *buffer) {
  return buffer->data != NULL ? buffer->data : "";
}
