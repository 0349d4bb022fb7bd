/* SPDX-License-Identifier: MIT
** See inflate.h. */
#define ZLIB_CONST
#include "engine/inflate.h"

#include <limits.h>
#include <stdint.h>
#include <zlib.h>

#include "engine/alloc.h"

#define WINDOW_BITS_DETECT (15 + 32) /* largest window; gzip or zlib, told by the header */
#define PIECE 16384

struct instar_inflate {
  z_stream stream;
  bool ended; /* between two members of a gzip body, or behind the last */
};

static void *on_allocate(void *context, unsigned count, unsigned size) {
  (void)context;
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  return instar_alloc((size_t)count * size);
}

static void on_release(void *context, void *block) {
  (void)context;
  instar_free(block);
}

struct instar_inflate *instar_inflate_create(void) {
  struct instar_inflate *inflate = instar_alloc(sizeof *inflate);
  if (inflate == NULL) return NULL;
  inflate->ended = true;
  inflate->stream.zalloc = on_allocate;
  inflate->stream.zfree = on_release;
  if (inflateInit2(&inflate->stream, WINDOW_BITS_DETECT) == Z_OK) return inflate;
  instar_free(inflate);
  return NULL;
}

void instar_inflate_free(struct instar_inflate *inflate) {
  if (inflate == NULL) return;
  inflateEnd(&inflate->stream);
  instar_free(inflate);
}

/* Inflates into the free room of `out`: one piece, or what its cap leaves. At the cap a byte is asked for all the same,
** to tell an end from an excess. */
static enum instar_code inflate_piece(z_stream *stream, struct instar_buffer *out, int *result) {
  char excess;
  size_t room = PIECE;
  enum instar_code code;
  if (out->limit != 0 && out->limit - out->length < room) room = out->limit - out->length;
  code = instar_buffer_reserve(out, room);
  if (code != INSTAR_OK) return code;
  stream->next_out = room > 0 ? (Bytef *)out->data + out->length : (Bytef *)&excess;
  stream->avail_out = room > 0 ? (uInt)room : 1;
  *result = inflate(stream, Z_NO_FLUSH);
  if (room == 0) return stream->avail_out == 0 ? INSTAR_TOO_LARGE : INSTAR_OK;
  out->length += room - stream->avail_out;
  out->data[out->length] = '\0';
  return INSTAR_OK;
}

/* Z_BUF_ERROR only says that this piece brought no progress: the input is used up. */
static enum instar_code judge(int result) {
  switch (result) {
    case Z_OK:
    case Z_STREAM_END:
    case Z_BUF_ERROR:
      return INSTAR_OK;
    case Z_MEM_ERROR:
      return INSTAR_NO_MEMORY;
    default:
      return INSTAR_INVALID;
  }
}

enum instar_code instar_inflate_feed(struct instar_inflate *inflate, const void *bytes, size_t length,
                                     struct instar_buffer *out) {
  z_stream *stream = &inflate->stream;
  if (length > UINT_MAX) return INSTAR_TOO_LARGE;
  stream->next_in = bytes;
  stream->avail_in = (uInt)length;
  for (;;) {
    int result = Z_OK;
    enum instar_code code;
    if (inflate->ended && stream->avail_in > 0) { /* another gzip member (the first one resets a fresh stream) */
      if (inflateReset(stream) != Z_OK) return INSTAR_INVALID;
      inflate->ended = false;
    }
    if (inflate->ended) return INSTAR_OK;
    code = inflate_piece(stream, out, &result);
    if (code == INSTAR_OK) code = judge(result);
    if (code != INSTAR_OK) return code;
    inflate->ended = result == Z_STREAM_END;
    if (stream->avail_in == 0 && stream->avail_out > 0) return INSTAR_OK;
  }
}

bool instar_inflate_complete(const struct instar_inflate *inflate) {
  return inflate->ended;
}
