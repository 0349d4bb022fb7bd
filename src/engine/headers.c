/* SPDX-License-Identifier: MIT
** See headers.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/headers.h"

#include <string.h>
#include <strings.h>

void instar_headers_init(struct instar_headers *headers, size_t limit) {
  instar_buffer_init(&headers->bytes, limit);
}

void instar_headers_free(struct instar_headers *headers) {
  instar_buffer_free(&headers->bytes);
}

static bool is_token_byte(char byte) {
  if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9')) return true;
  return byte != '\0' && strchr("-!#$%&'*+.^_`|~", byte) != NULL;
}

static bool is_token(const char *text, size_t length) {
  size_t i;
  for (i = 0; i < length; i++) {
    if (!is_token_byte(text[i])) return false;
  }
  return length > 0;
}

bool instar_headers_is_value(const char *text, size_t length) {
  return memchr(text, '\r', length) == NULL && memchr(text, '\n', length) == NULL && memchr(text, '\0', length) == NULL;
}

/* Appends one field; on failure the list is as before. */
static enum instar_code append(struct instar_buffer *out, const char *name, size_t name_length, const char *value,
                               size_t value_length) {
  size_t before = out->length;
  enum instar_code code = instar_buffer_append(out, name, name_length);
  if (code == INSTAR_OK) code = instar_buffer_byte(out, '\0');
  if (code == INSTAR_OK) code = instar_buffer_append(out, value, value_length);
  if (code == INSTAR_OK) code = instar_buffer_byte(out, '\0');
  if (code != INSTAR_OK) instar_buffer_truncate(out, before);
  return code;
}

enum instar_code instar_headers_add(struct instar_headers *headers, const char *name, size_t name_length,
                                    const char *value, size_t value_length) {
  if (!is_token(name, name_length) || !instar_headers_is_value(value, value_length)) return INSTAR_INVALID;
  return append(&headers->bytes, name, name_length, value, value_length);
}

static bool is_named(const char *have, const char *name, size_t length) {
  return strncasecmp(have, name, length) == 0 && have[length] == '\0';
}

/* Takes the fields of that name out, those before `end` only. */
static void remove_named(struct instar_headers *headers, const char *name, size_t length, size_t end) {
  struct instar_buffer *bytes = &headers->bytes;
  struct instar_header header;
  size_t at = 0;
  size_t start = 0;
  while (start < end && instar_headers_next(headers, &at, &header)) {
    if (is_named(header.name, name, length)) {
      memmove(bytes->data + start, bytes->data + at, bytes->length - at);
      instar_buffer_truncate(bytes, bytes->length - (at - start));
      end -= at - start;
      at = start;
    }
    start = at;
  }
}

enum instar_code instar_headers_set(struct instar_headers *headers, const char *name, size_t name_length,
                                    const char *value, size_t value_length) {
  size_t end = headers->bytes.length;
  enum instar_code code = instar_headers_add(headers, name, name_length, value, value_length);
  if (code == INSTAR_OK) remove_named(headers, name, name_length, end);
  return code;
}

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void lower(char *text) {
  for (; *text != '\0'; text++) {
    if (*text >= 'A' && *text <= 'Z') *text = (char)(*text - 'A' + 'a');
  }
}

enum instar_code instar_headers_add_line(struct instar_headers *headers, const char *line, size_t length) {
  const char *colon = memchr(line, ':', length);
  const char *value;
  const char *end = line + length;
  size_t start = headers->bytes.length;
  enum instar_code code;
  if (colon == NULL || !is_token(line, (size_t)(colon - line))) return INSTAR_OK;
  for (value = colon + 1; value < end && is_blank(*value); value++) continue;
  while (end > value && is_blank(end[-1])) end--;
  if (memchr(value, '\0', (size_t)(end - value)) != NULL) return INSTAR_OK;
  code = append(&headers->bytes, line, (size_t)(colon - line), value, (size_t)(end - value));
  if (code == INSTAR_OK) lower(headers->bytes.data + start);
  return code;
}

bool instar_headers_next(const struct instar_headers *headers, size_t *at, struct instar_header *header) {
  if (*at >= headers->bytes.length) return false;
  header->name = headers->bytes.data + *at;
  header->value = header->name + strlen(header->name) + 1;
  *at = (size_t)(header->value - headers->bytes.data) + strlen(header->value) + 1;
  return true;
}

const char *instar_headers_find(const struct instar_headers *headers, const char *name) {
  struct instar_header header;
  size_t at = 0;
  while (instar_headers_next(headers, &at, &header)) {
    if (strcasecmp(header.name, name) == 0) return header.value;
  }
  return NULL;
}
