/* SPDX-License-Identifier: MIT
** Tests of headers.h. */
#include "engine/headers.h"

#include <stdio.h>
#include <string.h>

#include "harness.h"

static enum instar_code add(struct instar_headers *headers, const char *name, const char *value) {
  return instar_headers_add(headers, name, strlen(name), value, strlen(value));
}

static enum instar_code set(struct instar_headers *headers, const char *name, const char *value) {
  return instar_headers_set(headers, name, strlen(name), value, strlen(value));
}

/* "name=value|name=value|" */
static bool is_list(const struct instar_headers *headers, const char *expected) {
  struct instar_buffer text;
  struct instar_header header;
  size_t at = 0;
  bool same;
  instar_buffer_init(&text, 0);
  while (instar_headers_next(headers, &at, &header)) {
    instar_buffer_text(&text, header.name);
    instar_buffer_text(&text, "=");
    instar_buffer_text(&text, header.value);
    instar_buffer_text(&text, "|");
  }
  same = strcmp(instar_buffer_string(&text), expected) == 0;
  if (!same) fprintf(stderr, "%s\n", instar_buffer_string(&text));
  instar_buffer_free(&text);
  return same;
}

static void lists_in_order(void) {
  struct instar_headers headers;
  instar_headers_init(&headers, 0);
  CHECK(is_list(&headers, ""));
  CHECK(instar_headers_find(&headers, "a") == NULL);
  CHECK(add(&headers, "A", "1") == INSTAR_OK);
  CHECK(add(&headers, "b", "") == INSTAR_OK);
  CHECK(add(&headers, "a", "3") == INSTAR_OK);
  CHECK(is_list(&headers, "A=1|b=|a=3|"));
  CHECK(strcmp(instar_headers_find(&headers, "a"), "1") == 0);
  CHECK(strcmp(instar_headers_find(&headers, "B"), "") == 0);
  CHECK(instar_headers_find(&headers, "") == NULL && instar_headers_find(&headers, "aa") == NULL);
  instar_headers_free(&headers);
  CHECK(is_list(&headers, ""));
}

static void sets_in_place_of_others(void) {
  static const struct {
    const char *name;
    const char *value;
    const char *list;
  } rows[] = {{"X", "9", "A=1|b=2|A=3|c=4|a=5|X=9|"},
              {"a", "9", "b=2|c=4|a=9|"},
              {"B", "", "A=1|A=3|c=4|a=5|B=|"},
              {"C", "c", "A=1|b=2|A=3|a=5|C=c|"},
              {"ab", "1", "A=1|b=2|A=3|c=4|a=5|ab=1|"}};
  static const char *const before[][2] = {{"A", "1"}, {"b", "2"}, {"A", "3"}, {"c", "4"}, {"a", "5"}};
  size_t i, j;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_headers headers;
    instar_headers_init(&headers, 0);
    for (j = 0; j < COUNT_OF(before); j++) CHECK(add(&headers, before[j][0], before[j][1]) == INSTAR_OK);
    CHECK(set(&headers, rows[i].name, rows[i].value) == INSTAR_OK);
    CHECK(is_list(&headers, rows[i].list));
    CHECK(set(&headers, rows[i].name, rows[i].value) == INSTAR_OK);
    CHECK(is_list(&headers, rows[i].list));
    instar_headers_free(&headers);
  }
}

static void refuses_what_breaks_out(void) {
  static const char *const names[] = {"", " ", "a b", "a:", "a\r", "a\n", "\xc3\xbc", "a\x7f", "(a)", "a,b"};
  static const char *const values[] = {"a\rb", "a\nb", "\r\nX: y", "\n"};
  struct instar_headers headers;
  size_t i;
  instar_headers_init(&headers, 0);
  add(&headers, "A", "1");
  for (i = 0; i < COUNT_OF(names); i++) CHECK(add(&headers, names[i], "x") == INSTAR_INVALID);
  for (i = 0; i < COUNT_OF(values); i++) {
    CHECK(add(&headers, "X", values[i]) == INSTAR_INVALID);
    CHECK(set(&headers, "A", values[i]) == INSTAR_INVALID);
  }
  CHECK(instar_headers_add(&headers, "a\0b", 3, "x", 1) == INSTAR_INVALID);
  CHECK(instar_headers_add(&headers, "a", 1, "x\0y", 3) == INSTAR_INVALID);
  CHECK(!instar_headers_is_value("a\0", 2));
  CHECK(instar_headers_is_value("a\t\x01\xff ", 5) && instar_headers_is_value("", 0));
  CHECK(is_list(&headers, "A=1|"));
  instar_headers_free(&headers);
}

static void reads_lines(void) {
  static const char *const rows[][2] = {{"Content-Type: text/html\r\n", "content-type=text/html|"},
                                        {"A:b\r\n", "a=b|"},
                                        {"A: \t b c \t\r\n", "a=b c|"},
                                        {"A:\r\n", "a=|"},
                                        {"A: b", "a=b|"},
                                        {"A: b:c\n", "a=b:c|"},
                                        {"no colon\r\n", ""},
                                        {"\r\n", ""},
                                        {"", ""},
                                        {": x\r\n", ""},
                                        {"a b: x\r\n", ""},
                                        {"A : x\r\n", ""},
                                        {" folded: x\r\n", ""},
                                        {"X-\xc3\xbc: y\r\n", ""},
                                        {"A: \xc3\xbc\r\n", "a=\xc3\xbc|"}};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_headers headers;
    instar_headers_init(&headers, 0);
    CHECK(instar_headers_add_line(&headers, rows[i][0], strlen(rows[i][0])) == INSTAR_OK);
    CHECK(is_list(&headers, rows[i][1]));
    instar_headers_free(&headers);
  }
}

static void passes_over_nul_bytes(void) {
  struct instar_headers headers;
  instar_headers_init(&headers, 0);
  CHECK(instar_headers_add_line(&headers, "A: b\0c\r\n", 8) == INSTAR_OK);
  CHECK(instar_headers_add_line(&headers, "A\0: b\r\n", 7) == INSTAR_OK);
  CHECK(is_list(&headers, ""));
  instar_headers_free(&headers);
}

static void keeps_to_its_cap(void) {
  struct instar_headers headers;
  instar_headers_init(&headers, 10);
  CHECK(add(&headers, "abc", "d") == INSTAR_OK);
  CHECK(add(&headers, "e", "fg") == INSTAR_TOO_LARGE);
  CHECK(set(&headers, "abc", "efg") == INSTAR_TOO_LARGE);
  CHECK(instar_headers_add_line(&headers, "e: fg\r\n", 7) == INSTAR_TOO_LARGE);
  CHECK(is_list(&headers, "abc=d|"));
  CHECK(add(&headers, "e", "f") == INSTAR_OK);
  CHECK(is_list(&headers, "abc=d|e=f|"));
  instar_headers_free(&headers);
}

const struct test headers_tests[] = {{"headers: lists in order", lists_in_order},
                                     {"headers: sets in place of others", sets_in_place_of_others},
                                     {"headers: refuses what breaks out", refuses_what_breaks_out},
                                     {"headers: reads lines off the wire", reads_lines},
                                     {"headers: passes over NUL bytes", passes_over_nul_bytes},
                                     {"headers: keeps to its cap", keeps_to_its_cap},
                                     {NULL, NULL}};
