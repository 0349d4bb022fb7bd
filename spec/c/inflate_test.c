/* SPDX-License-Identifier: MIT
** Tests of inflate.h, with zlib making what is inflated. */
#include "engine/inflate.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "harness.h"

#define GZIP (15 + 16)
#define ZLIB 15
#define RAW (-15)
#define SIZE 100000 /* more than one of inflate.c's pieces */
#define ROOM (SIZE + 1000)

static unsigned char text[SIZE];
static unsigned char packed[ROOM];

/* Repeats and noise in turn. */
static void fill_text(void) {
  unsigned long random = 1;
  size_t i;
  for (i = 0; i < SIZE; i++) {
    random = random * 1103515245UL + 12345UL;
    text[i] = (unsigned char)((i / 5000) % 2 == 0 ? 'a' : random >> 16 & 255);
  }
}

/* Compresses the first `length` bytes of the text into `packed`, from `at` on; gives where it ends. */
static size_t pack(int wrapping, size_t length, size_t at) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  fill_text();
  deflateInit2(&stream, 6, Z_DEFLATED, wrapping, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = text;
  stream.avail_in = (uInt)length;
  stream.next_out = packed + at;
  stream.avail_out = (uInt)(ROOM - at);
  CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  at += stream.total_out;
  deflateEnd(&stream);
  return at;
}

/* Inflates the first `length` bytes of `packed` in steps of `step`; `*whole` says whether that was all. */
static enum instar_code unpack(size_t length, size_t step, struct instar_buffer *out, bool *whole) {
  struct instar_inflate *inflate = instar_inflate_create();
  enum instar_code code = INSTAR_OK;
  size_t at;
  if (!CHECK(inflate != NULL)) return INSTAR_NO_MEMORY;
  for (at = 0; at < length && code == INSTAR_OK; at += step) {
    code = instar_inflate_feed(inflate, packed + at, length - at < step ? length - at : step, out);
  }
  *whole = instar_inflate_complete(inflate);
  instar_inflate_free(inflate);
  return code;
}

static bool is_text(const struct instar_buffer *out, size_t length) {
  return out->length == length && (length == 0 || memcmp(out->data, text, length) == 0);
}

static void inflates(void) {
  static const int wrappings[] = {GZIP, ZLIB};
  static const size_t lengths[] = {0, 1, 100, 16383, 16384, 16385, 32768, SIZE};
  static const size_t steps[] = {1, 7, 4096, ROOM};
  size_t i, j, k;
  for (i = 0; i < COUNT_OF(wrappings); i++) {
    for (j = 0; j < COUNT_OF(lengths); j++) {
      size_t end = pack(wrappings[i], lengths[j], 0);
      for (k = 0; k < COUNT_OF(steps); k++) {
        struct instar_buffer out;
        bool whole = false;
        instar_buffer_init(&out, 0);
        CHECK(unpack(end, steps[k], &out, &whole) == INSTAR_OK);
        CHECK(whole && is_text(&out, lengths[j]));
        instar_buffer_free(&out);
      }
    }
  }
}

static void inflates_members(void) {
  static const size_t steps[] = {1, 3, ROOM};
  size_t first = pack(GZIP, 1000, 0);
  size_t end = pack(GZIP, 20, pack(GZIP, 0, first));
  size_t i;
  for (i = 0; i < COUNT_OF(steps); i++) {
    struct instar_buffer out;
    bool whole = false;
    instar_buffer_init(&out, 0);
    CHECK(unpack(end, steps[i], &out, &whole) == INSTAR_OK);
    CHECK(whole && out.length == 1020 && memcmp(out.data, text, 1000) == 0 && memcmp(out.data + 1000, text, 20) == 0);
    instar_buffer_free(&out);
  }
}

static void sees_each_cut(void) {
  size_t end = pack(GZIP, 300, 0);
  size_t length;
  for (length = 1; length < end; length++) {
    struct instar_buffer out;
    bool whole = true;
    instar_buffer_init(&out, 0);
    CHECK(unpack(length, ROOM, &out, &whole) == INSTAR_OK);
    CHECK(!whole && out.length <= 300 && (out.length == 0 || memcmp(out.data, text, out.length) == 0));
    instar_buffer_free(&out);
  }
}

/* No damage may pass as the text; most of it must be seen. The header has bytes that mean nothing to the text. */
static void sees_damage(void) {
  size_t end = pack(GZIP, 3000, 0);
  size_t at;
  for (at = 10; at < end; at++) {
    struct instar_buffer out;
    enum instar_code code;
    bool whole = true;
    instar_buffer_init(&out, 0);
    packed[at] ^= 0x55;
    code = unpack(end, ROOM, &out, &whole);
    packed[at] ^= 0x55;
    CHECK(code == INSTAR_INVALID || (code == INSTAR_OK && !whole));
    instar_buffer_free(&out);
  }
}

static void refuses_others(void) {
  static const char *const rows[] = {"<html>", "{\"a\":1}", "\x1f\x8c\x08", "PK\x03\x04", "\xff\xff\xff\xff"};
  struct instar_buffer out;
  bool whole;
  size_t i, end;
  instar_buffer_init(&out, 0);
  for (i = 0; i < COUNT_OF(rows); i++) {
    memcpy(packed, rows[i], strlen(rows[i]));
    CHECK(unpack(strlen(rows[i]), ROOM, &out, &whole) == INSTAR_INVALID);
  }
  end = pack(RAW, 100, 0);
  CHECK(unpack(end, ROOM, &out, &whole) == INSTAR_INVALID);
  end = pack(GZIP, 100, 0);
  memcpy(packed + end, "garbage", 7);
  instar_buffer_clear(&out);
  CHECK(unpack(end + 7, ROOM, &out, &whole) == INSTAR_INVALID);
  CHECK(is_text(&out, 100));
  instar_buffer_free(&out);
}

static void keeps_to_the_cap(void) {
  static const size_t lengths[] = {1, 100, 16384, 16385, 32768, SIZE};
  static const size_t steps[] = {1, ROOM};
  size_t i, j;
  for (i = 0; i < COUNT_OF(lengths); i++) {
    size_t end = pack(GZIP, lengths[i], 0);
    for (j = 0; j < COUNT_OF(steps); j++) {
      struct instar_buffer out;
      bool whole = false;
      instar_buffer_init(&out, lengths[i]);
      CHECK(unpack(end, steps[j], &out, &whole) == INSTAR_OK);
      CHECK(whole && is_text(&out, lengths[i]));
      instar_buffer_free(&out);
      if (lengths[i] == 1) continue; /* a cap of 0 is none */
      instar_buffer_init(&out, lengths[i] - 1);
      CHECK(unpack(end, steps[j], &out, &whole) == INSTAR_TOO_LARGE);
      CHECK(out.length <= lengths[i] - 1 && out.capacity <= 2 * lengths[i] + 64);
      instar_buffer_free(&out);
    }
  }
}

static void stops_at_the_cap_between_members(void) {
  size_t end = pack(GZIP, 1, pack(GZIP, 100, 0));
  struct instar_buffer out;
  bool whole;
  instar_buffer_init(&out, 100);
  CHECK(unpack(end, ROOM, &out, &whole) == INSTAR_TOO_LARGE);
  CHECK(is_text(&out, 100));
  instar_buffer_free(&out);
}

static void nothing_is_whole(void) {
  struct instar_inflate *inflate = instar_inflate_create();
  struct instar_buffer out;
  instar_buffer_init(&out, 0);
  CHECK(instar_inflate_complete(inflate));
  CHECK(instar_inflate_feed(inflate, "", 0, &out) == INSTAR_OK);
  CHECK(instar_inflate_complete(inflate) && out.length == 0);
  instar_inflate_free(inflate);
  instar_inflate_free(NULL);
  instar_buffer_free(&out);
}

const struct test inflate_tests[] = {{"inflate: gzip and zlib, in pieces of any size", inflates},
                                     {"inflate: several members", inflates_members},
                                     {"inflate: sees each cut", sees_each_cut},
                                     {"inflate: sees damage", sees_damage},
                                     {"inflate: refuses what is neither", refuses_others},
                                     {"inflate: keeps to the cap", keeps_to_the_cap},
                                     {"inflate: stops at the cap between members", stops_at_the_cap_between_members},
                                     {"inflate: nothing is whole", nothing_is_whole},
                                     {NULL, NULL}};
