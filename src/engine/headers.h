/* SPDX-License-Identifier: MIT
** Header fields as a list of name and value, in order. */
#ifndef INSTAR_HEADERS_H
#define INSTAR_HEADERS_H

#include "engine/buffer.h"

/* "name\0value\0name\0value\0", owned. */
struct instar_headers {
  struct instar_buffer bytes;
};

struct instar_header {
  const char *name; /* both borrowed until the list changes */
  const char *value;
};

void instar_headers_init(struct instar_headers *headers, size_t limit);
void instar_headers_free(struct instar_headers *headers);

/* Adds a field. INSTAR_INVALID when the name is no token (RFC 9110) or the value holds CR, LF or NUL. */
enum instar_code instar_headers_add(struct instar_headers *headers, const char *name, size_t name_length,
                                    const char *value, size_t value_length);

/* As add, in place of every field of that name. */
enum instar_code instar_headers_set(struct instar_headers *headers, const char *name, size_t name_length,
                                    const char *value, size_t value_length);

/* Adds a field read off the wire, "Name: value CRLF", name in lower case. Lines without a colon are passed over. */
enum instar_code instar_headers_add_line(struct instar_headers *headers, const char *line, size_t length);

/* Steps through the fields: start with `*at` 0; false at the end. */
bool instar_headers_next(const struct instar_headers *headers, size_t *at, struct instar_header *header);

/* The first value of that name (letter case aside), or NULL. Borrowed until the list changes. */
const char *instar_headers_find(const struct instar_headers *headers, const char *name);

/* True when the bytes may stand in a header value: no CR, LF or NUL. */
bool instar_headers_is_value(const char *text, size_t length);

#endif
