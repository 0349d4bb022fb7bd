/* SPDX-License-Identifier: MIT
** Tests of url.h. */
#include "engine/url.h"

#include <stdio.h>
#include <string.h>

#include "harness.h"

static void escapes_every_byte(void) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  struct instar_buffer out;
  int byte;
  instar_buffer_init(&out, 0);
  for (byte = 0; byte < 256; byte++) {
    char text = (char)byte;
    char expected[4] = {text, '\0'};
    if (byte == 0 || strchr(plain, byte) == NULL) snprintf(expected, sizeof expected, "%%%02X", (unsigned)byte);
    instar_buffer_clear(&out);
    CHECK(instar_url_escape(&out, &text, 1) == INSTAR_OK);
    CHECK(strcmp(out.data, expected) == 0);
  }
  instar_buffer_free(&out);
}

static void escapes_in_place(void) {
  struct instar_buffer out;
  instar_buffer_init(&out, 12);
  CHECK(instar_buffer_text(&out, "/a/") == INSTAR_OK);
  CHECK(instar_url_escape(&out, "b/c%", 4) == INSTAR_OK);
  CHECK(strcmp(out.data, "/a/b%2Fc%25") == 0);
  CHECK(instar_url_escape(&out, "x/", 2) == INSTAR_TOO_LARGE); /* all or nothing */
  CHECK(strcmp(out.data, "/a/b%2Fc%25") == 0);
  instar_buffer_free(&out);
}

static void joins_pairs(void) {
  struct instar_buffer url;
  instar_buffer_init(&url, 0);
  CHECK(instar_buffer_text(&url, "http://h/p") == INSTAR_OK);
  CHECK(instar_url_pair(&url, "a b", 3, "1&2", 3) == INSTAR_OK);
  CHECK(instar_url_pair(&url, "c", 1, "", 0) == INSTAR_OK);
  CHECK(instar_url_pair(&url, "d[]", 3, "\0?", 2) == INSTAR_OK);
  CHECK(strcmp(url.data, "http://h/p?a%20b=1%262&c=&d%5B%5D=%00%3F") == 0);
  url.limit = url.length + 4;
  CHECK(instar_url_pair(&url, "ee", 2, "ff", 2) == INSTAR_TOO_LARGE);
  CHECK(strcmp(url.data, "http://h/p?a%20b=1%262&c=&d%5B%5D=%00%3F") == 0);
  instar_buffer_free(&url);
}

static void knows_segments(void) {
  static const struct {
    const char *text;
    size_t length;
    bool is_segment;
  } rows[] = {{"", 0, false},  {".", 1, false},  {"..", 2, false},   {"...", 3, true},
              {".a", 2, true}, {"a.", 2, true},  {"a\0b", 3, false}, {"\0", 1, false},
              {" ", 1, true},  {"a/b", 3, true}, {"%2e", 3, true},   {"\xc3\xbc", 2, true}};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) CHECK(instar_url_is_segment(rows[i].text, rows[i].length) == rows[i].is_segment);
}

static void accepts_base_urls(void) {
  static const struct {
    const char *text;
    const char *url;
    bool https;
    bool loopback;
  } rows[] = {{"https://api.losant.com", "https://api.losant.com", true, false},
              {"https://api.losant.com/", "https://api.losant.com", true, false},
              {"https://a.example/api/2//", "https://a.example/api/2", true, false},
              {"https://a.example:8443/api", "https://a.example:8443/api", true, false},
              {"HTTPS://a.example/X", "https://a.example/X", true, false},
              {"https://a.example/a%20b", "https://a.example/a%20b", true, false},
              {"http://localhost:80/", "http://localhost:80", false, true},
              {"http://127.0.0.1", "http://127.0.0.1", false, true},
              {"http://127.255.0.9:1/x", "http://127.255.0.9:1/x", false, true},
              {"http://[::1]:8080/", "http://[::1]:8080", false, true},
              {"http://128.0.0.1", "http://128.0.0.1", false, false},
              {"http://127.0.0.1.example", "http://127.0.0.1.example", false, false},
              {"http://localhost.example", "http://localhost.example", false, false},
              {"http://127.example", "http://127.example", false, false},
              {"http://[::2]", "http://[::2]", false, false}};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_base base;
    const char *reason = NULL;
    if (!CHECK(instar_url_base(rows[i].text, &base, &reason) == INSTAR_OK)) fprintf(stderr, "%s\n", rows[i].text);
    if (!CHECK(strcmp(instar_buffer_string(&base.url), rows[i].url) == 0)) fprintf(stderr, "%s\n", base.url.data);
    CHECK(base.https == rows[i].https && base.loopback == rows[i].loopback);
    instar_buffer_free(&base.url);
  }
}

static void refuses_base_urls(void) {
  static const char *const rows[] = {"",
                                     "/",
                                     "a.example",
                                     "https:/a.example",
                                     "https://",
                                     "ftp://a.example",
                                     "file:///etc/passwd",
                                     "javascript://x",
                                     "https://user@a.example",
                                     "https://user:pw@a.example",
                                     "https://a.example?x=1",
                                     "https://a.example/#top",
                                     "https://a.example/ x",
                                     "https://a exa.mple",
                                     "https://a.example/\r\nX: y",
                                     "https://a.example\t",
                                     "https://a.example:99999",
                                     "https://a.example:port",
                                     " https://a.example",
                                     "https://[::1",
                                     "://a.example"};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_base base;
    const char *reason = NULL;
    if (!CHECK(instar_url_base(rows[i], &base, &reason) == INSTAR_INVALID)) fprintf(stderr, "%s\n", rows[i]);
    CHECK(reason != NULL && *reason != '\0');
    CHECK(base.url.data == NULL);
  }
}

const struct test url_tests[] = {{"url: escapes every byte", escapes_every_byte},
                                 {"url: escapes in place", escapes_in_place},
                                 {"url: joins pairs", joins_pairs},
                                 {"url: knows segments", knows_segments},
                                 {"url: accepts base URLs", accepts_base_urls},
                                 {"url: refuses base URLs", refuses_base_urls},
                                 {NULL, NULL}};
