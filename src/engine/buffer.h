/* SPDX-License-Identifier: MIT
** Growing bytes with a cap. */
#ifndef INSTAR_BUFFER_H
#define INSTAR_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* What most functions of the engine return. */
enum instar_code {
  INSTAR_OK,
  INSTAR_NO_MEMORY,
  INSTAR_TOO_LARGE, /* the buffer's cap would be passed */
  INSTAR_INVALID    /* the input is not what the function takes */
};

/* `data` is owned by the buffer, NUL-terminated behind `length` bytes, NULL while nothing was appended.
** A failing append leaves the contents as they were. */
struct instar_buffer {
  char *data;
  size_t length;
  size_t capacity;
  size_t limit; /* most bytes it may hold; 0: no cap */
};

void instar_buffer_init(struct instar_buffer *buffer, size_t limit);
void instar_buffer_free(struct instar_buffer *buffer);  /* back to empty, memory released, cap kept */
void instar_buffer_clear(struct instar_buffer *buffer); /* back to empty, memory kept */

enum instar_code instar_buffer_reserve(struct instar_buffer *buffer, size_t more);
enum instar_code instar_buffer_append(struct instar_buffer *buffer, const void *bytes, size_t length);
enum instar_code instar_buffer_text(struct instar_buffer *buffer, const char *text);
enum instar_code instar_buffer_byte(struct instar_buffer *buffer, char byte);

/* The contents as a C string, "" when empty. Borrowed until the next change. */
const char *instar_buffer_string(const struct instar_buffer *buffer);

/* Cuts back to the first `length` bytes. */
void instar_buffer_truncate(struct instar_buffer *buffer, size_t length);

#endif
