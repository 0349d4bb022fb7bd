/* SPDX-License-Identifier: MIT
** Tests of buffer.h and base64.h. */
#include "engine/buffer.h"

#include <stdint.h>
#include <string.h>

#include "engine/base64.h"
#include "harness.h"
#include "memory.h"

static void starts_empty(void) {
  struct instar_buffer buffer;
  instar_buffer_init(&buffer, 0);
  CHECK(buffer.length == 0 && buffer.data == NULL);
  CHECK(strcmp(instar_buffer_string(&buffer), "") == 0);
  instar_buffer_clear(&buffer);
  instar_buffer_truncate(&buffer, 5);
  CHECK(instar_buffer_append(&buffer, "", 0) == INSTAR_OK);
  CHECK(buffer.length == 0 && strcmp(instar_buffer_string(&buffer), "") == 0);
  instar_buffer_free(&buffer);
  instar_buffer_free(&buffer);
}

static void grows(void) {
  struct instar_buffer buffer;
  size_t i, moves = 0, capacity = 0;
  instar_buffer_init(&buffer, 0);
  for (i = 0; i < 100000; i++) {
    if (!CHECK(instar_buffer_byte(&buffer, (char)(i % 251)) == INSTAR_OK)) break;
    if (buffer.capacity != capacity) moves++;
    capacity = buffer.capacity;
  }
  CHECK(buffer.length == 100000 && buffer.data[buffer.length] == '\0');
  for (i = 0; i < buffer.length && buffer.data[i] == (char)(i % 251); i++) continue;
  CHECK(i == buffer.length);
  CHECK(moves < 20); /* by doubling */
  instar_buffer_free(&buffer);
  CHECK(buffer.capacity == 0);
}

static void holds_any_bytes(void) {
  struct instar_buffer buffer;
  instar_buffer_init(&buffer, 0);
  CHECK(instar_buffer_append(&buffer, "a\0b", 3) == INSTAR_OK);
  CHECK(instar_buffer_text(&buffer, "cd") == INSTAR_OK);
  CHECK(buffer.length == 5 && memcmp(buffer.data, "a\0bcd", 6) == 0);
  instar_buffer_truncate(&buffer, 9);
  CHECK(buffer.length == 5);
  instar_buffer_truncate(&buffer, 4);
  CHECK(buffer.length == 4 && memcmp(buffer.data, "a\0bc", 5) == 0);
  instar_buffer_clear(&buffer);
  CHECK(buffer.length == 0 && buffer.capacity > 0 && buffer.data[0] == '\0');
  instar_buffer_free(&buffer);
}

static void keeps_to_its_cap(void) {
  static const size_t caps[] = {1, 2, 255, 256, 257, 1000};
  char bytes[1001] = {0};
  size_t i;
  for (i = 0; i < COUNT_OF(caps); i++) {
    struct instar_buffer buffer;
    instar_buffer_init(&buffer, caps[i]);
    CHECK(instar_buffer_append(&buffer, bytes, caps[i] + 1) == INSTAR_TOO_LARGE);
    CHECK(buffer.length == 0);
    CHECK(instar_buffer_append(&buffer, bytes, caps[i] - 1) == INSTAR_OK);
    CHECK(instar_buffer_append(&buffer, bytes, 2) == INSTAR_TOO_LARGE);
    CHECK(instar_buffer_byte(&buffer, 'x') == INSTAR_OK);
    CHECK(instar_buffer_byte(&buffer, 'y') == INSTAR_TOO_LARGE);
    CHECK(instar_buffer_reserve(&buffer, 1) == INSTAR_TOO_LARGE);
    CHECK(instar_buffer_append(&buffer, "", 0) == INSTAR_OK);
    CHECK(buffer.length == caps[i] && buffer.data[caps[i] - 1] == 'x');
    instar_buffer_free(&buffer);
    CHECK(buffer.limit == caps[i]);
  }
}

static void refuses_impossible_sizes(void) {
  struct instar_buffer buffer;
  instar_buffer_init(&buffer, 0);
  CHECK(instar_buffer_reserve(&buffer, SIZE_MAX) == INSTAR_TOO_LARGE);
  CHECK(instar_buffer_text(&buffer, "abc") == INSTAR_OK);
  CHECK(instar_buffer_reserve(&buffer, SIZE_MAX) == INSTAR_TOO_LARGE);
  CHECK(instar_buffer_reserve(&buffer, SIZE_MAX - 3) == INSTAR_TOO_LARGE);
  memory_fail_at(MEMORY_ENGINE, 1, false); /* what no machine has */
  CHECK(instar_buffer_reserve(&buffer, SIZE_MAX - 5) == INSTAR_NO_MEMORY);
  memory_end();
  CHECK(strcmp(instar_buffer_string(&buffer), "abc") == 0);
  instar_buffer_free(&buffer);
}

static void survives_failing_growth(void) {
  struct instar_buffer buffer;
  char bytes[2000];
  memset(bytes, 'b', sizeof bytes);
  instar_buffer_init(&buffer, 0);
  CHECK(instar_buffer_text(&buffer, "abc") == INSTAR_OK);
  memory_fail_at(MEMORY_ENGINE, 1, false);
  CHECK(instar_buffer_append(&buffer, bytes, sizeof bytes) == INSTAR_NO_MEMORY);
  CHECK(memory_end());
  CHECK(buffer.length == 3 && strcmp(buffer.data, "abc") == 0);
  CHECK(instar_buffer_append(&buffer, bytes, sizeof bytes) == INSTAR_OK);
  CHECK(buffer.length == 2003 && buffer.data[2002] == 'b');
  instar_buffer_free(&buffer);
}

static void encodes_base64(void) {
  static const char *const rows[][2] = {{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {"\xff\xfe\xfd", "//79"},
                                        {"\xfb\xef\xbe", "++++"}};
  struct instar_buffer buffer;
  size_t i;
  instar_buffer_init(&buffer, 0);
  for (i = 0; i < COUNT_OF(rows); i++) {
    instar_buffer_clear(&buffer);
    CHECK(instar_base64_encode(&buffer, rows[i][0], strlen(rows[i][0])) == INSTAR_OK);
    CHECK(strcmp(instar_buffer_string(&buffer), rows[i][1]) == 0);
  }
  instar_buffer_clear(&buffer);
  CHECK(instar_base64_encode(&buffer, "\0\0", 2) == INSTAR_OK && strcmp(buffer.data, "AAA=") == 0);
  instar_buffer_free(&buffer);
}

const struct test buffer_tests[] = {{"buffer: starts empty", starts_empty},
                                    {"buffer: grows", grows},
                                    {"buffer: holds any bytes", holds_any_bytes},
                                    {"buffer: keeps to its cap", keeps_to_its_cap},
                                    {"buffer: refuses impossible sizes", refuses_impossible_sizes},
                                    {"buffer: survives failing growth", survives_failing_growth},
                                    {"base64: as RFC 4648 has it", encodes_base64},
                                    {NULL, NULL}};
