/* SPDX-License-Identifier: MIT
** Tests of response.h and failure.h. */
#include "engine/response.h"

#include <stdio.h>
#include <string.h>

#include "harness.h"

static bool take_lines(struct instar_response *response, const char *const *lines, struct instar_failure *failure) {
  for (; *lines != NULL; lines++) {
    if (!instar_response_header(response, *lines, strlen(*lines), failure)) return false;
  }
  return true;
}

static void reads_status_lines(void) {
  static const struct {
    const char *line;
    int status;
  } rows[] = {{"HTTP/1.1 200 OK\r\n", 200},
              {"HTTP/1.0 404 Not Found\r\n", 404},
              {"HTTP/2 204\r\n", 204},
              {"HTTP/2 500 \r\n", 500},
              {"HTTP/1.1 200", 200},
              {"Status: 200\r\n", 0},
              {"HTTP/1.1\r\n", 0},
              {"HTTP/1.1 abc\r\n", 0},
              {"\r\n", 0},
              {"", 0},
              {"HTTP: 200\r\n", 0}};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_response response;
    struct instar_failure failure = {INSTAR_KIND_NONE, ""};
    char line[64];
    size_t length = strlen(rows[i].line);
    instar_response_init(&response, 0);
    memset(line, '7', sizeof line); /* what lies behind the line does not count */
    memcpy(line, rows[i].line, length);
    CHECK(instar_response_header(&response, line, length, &failure));
    if (!CHECK(response.status == rows[i].status)) fprintf(stderr, "%s: %d\n", rows[i].line, response.status);
    instar_response_free(&response);
  }
}

static void drops_interim_answers(void) {
  static const char *const lines[] = {
    "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 201 Created\r\n", "A: 1\r\n", "\r\n", NULL};
  struct instar_response response;
  struct instar_failure failure = {INSTAR_KIND_NONE, ""};
  instar_response_init(&response, 0);
  CHECK(take_lines(&response, lines, &failure));
  CHECK(response.status == 201);
  CHECK(instar_headers_find(&response.headers, "link") == NULL);
  CHECK(strcmp(instar_headers_find(&response.headers, "a"), "1") == 0);
  instar_response_free(&response);
  CHECK(response.status == 0);
}

static void reads_retry_after(void) {
  static const struct {
    const char *line;
    double seconds;
  } rows[] = {{NULL, -1},
              {"Retry-After: 0\r\n", 0},
              {"Retry-After: 120\r\n", 120},
              {"retry-after:007\r\n", 7},
              {"Retry-After: 99999999999\r\n", 99999999999.0},
              {"Retry-After:\r\n", -1},
              {"Retry-After: soon\r\n", -1},
              {"Retry-After: 1.5\r\n", -1},
              {"Retry-After: -5\r\n", -1},
              {"Retry-After: 5 seconds\r\n", -1},
              {"Retry-After: Thu, 01 Jan 1970 00:20:00 GMT\r\n", 200},
              {"Retry-After: Thu, 01 Jan 1970 00:16:40 GMT\r\n", 0},
              {"Retry-After: Thu, 01 Jan 1970 00:00:01 GMT\r\n", 0},
              {"Retry-After: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 784110777},
              {"Retry-After: Thu Jan  1 00:20:00 1970\r\n", 200}};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_response response;
    struct instar_failure failure = {INSTAR_KIND_NONE, ""};
    double seconds;
    instar_response_init(&response, 0);
    if (rows[i].line != NULL) CHECK(instar_response_header(&response, rows[i].line, strlen(rows[i].line), &failure));
    seconds = instar_response_retry_after(&response, 1000);
    if (!CHECK(seconds == rows[i].seconds)) fprintf(stderr, "%s: %g\n", rows[i].line, seconds);
    instar_response_free(&response);
  }
}

static void caps_bodies_and_headers(void) {
  struct instar_response response;
  struct instar_failure failure = {INSTAR_KIND_NONE, ""};
  static const char *const lines[] = {"HTTP/1.1 200 OK\r\n", "\r\n", NULL};
  static char line[200000];
  instar_response_init(&response, 3);
  CHECK(take_lines(&response, lines, &failure));
  CHECK(instar_response_body(&response, "abc", 3, &failure) && failure.kind == INSTAR_KIND_NONE);
  CHECK(!instar_response_body(&response, "d", 1, &failure) && failure.kind == INSTAR_KIND_LIMIT);
  CHECK(strcmp(response.body.data, "abc") == 0);
  CHECK(instar_response_finish(&response, &failure) && failure.kind == INSTAR_KIND_LIMIT);
  memset(line, 'a', sizeof line);
  line[1] = ':';
  failure.kind = INSTAR_KIND_NONE;
  CHECK(instar_response_header(&response, line, sizeof line, &failure));
  CHECK(!instar_response_header(&response, line, sizeof line, &failure) && failure.kind == INSTAR_KIND_LIMIT);
  instar_response_free(&response);
}

static void sees_where_headers_end(void) {
  static const struct {
    const char *lines[5];
    bool ended;
  } rows[] = {{{NULL}, false},
              {{"HTTP/1.1 200 OK\r\n", NULL}, false},
              {{"HTTP/1.1 200 OK\r\n", "A: 1\r\n", NULL}, false},
              {{"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "\r\n", NULL}, true},
              {{"HTTP/1.1 200 OK\n", "\n", NULL}, true},
              {{"HTTP/1.1 103 Early\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", NULL}, false}};
  size_t i;
  for (i = 0; i < COUNT_OF(rows); i++) {
    struct instar_response response;
    struct instar_failure failure = {INSTAR_KIND_NONE, ""};
    instar_response_init(&response, 0);
    CHECK(take_lines(&response, rows[i].lines, &failure));
    CHECK(instar_response_finish(&response, &failure) == rows[i].ended);
    if (!CHECK(failure.kind == (rows[i].ended ? INSTAR_KIND_NONE : INSTAR_KIND_TRANSPORT))) {
      fprintf(stderr, "row %u\n", (unsigned)i);
    }
    instar_response_free(&response);
  }
}

static void judges_compressed_bodies(void) {
  static const char *const lines[] = {"HTTP/1.1 200 OK\r\n", "Content-Encoding: gzip\r\n", "\r\n", NULL};
  struct instar_response response;
  struct instar_failure failure = {INSTAR_KIND_NONE, ""};
  instar_response_init(&response, 0);
  CHECK(take_lines(&response, lines, &failure));
  CHECK(instar_response_finish(&response, &failure)); /* an empty one */
  CHECK(instar_response_body(&response, "\x1f\x8b", 2, &failure));
  CHECK(!instar_response_finish(&response, &failure) && failure.kind == INSTAR_KIND_DECODE);
  failure.kind = INSTAR_KIND_NONE;
  CHECK(!instar_response_body(&response, "plain", 5, &failure) && failure.kind == INSTAR_KIND_DECODE);
  instar_response_free(&response);
}

static void keeps_the_first_failure(void) {
  struct instar_failure failure = {INSTAR_KIND_NONE, ""};
  char text[1000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  instar_failure_set(&failure, INSTAR_KIND_TIMEOUT, "after %d s %s", 5, text);
  instar_failure_set(&failure, INSTAR_KIND_LIMIT, "too late");
  CHECK(failure.kind == INSTAR_KIND_TIMEOUT);
  CHECK(strncmp(failure.text, "after 5 s xxx", 13) == 0 && strlen(failure.text) == sizeof failure.text - 1);
}

const struct test response_tests[] = {{"response: reads status lines", reads_status_lines},
                                      {"response: drops interim answers", drops_interim_answers},
                                      {"response: reads Retry-After", reads_retry_after},
                                      {"response: caps bodies and headers", caps_bodies_and_headers},
                                      {"response: sees where headers end", sees_where_headers_end},
                                      {"response: judges compressed bodies", judges_compressed_bodies},
                                      {"failure: keeps the first", keeps_the_first_failure},
                                      {NULL, NULL}};
