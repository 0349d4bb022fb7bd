/* SPDX-License-Identifier: MIT
** Each allocation fails once, and once with all that follow: nothing crashes, nothing is lost, the result says so. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "bench.h"
#include "engine/base64.h"
#include "engine/inflate.h"
#include "engine/url.h"
#include "harness.h"
#include "memory.h"
#include "peer.h"

#define MOST_ALLOCATIONS 5000

static struct peer *peer; /* while a job needs one */

/* What a job comes to. SOME_FAILURE: a failure that is not told as one of memory. */
enum outcome { DONE, NO_MEMORY, SOME_FAILURE };

typedef enum outcome job(void);

static enum outcome outcome_of(enum instar_code code) {
  if (code == INSTAR_OK) return DONE;
  return code == INSTAR_NO_MEMORY ? NO_MEMORY : SOME_FAILURE;
}

static enum outcome use_buffer(void) {
  struct instar_buffer buffer;
  enum instar_code code = INSTAR_OK;
  int i;
  instar_buffer_init(&buffer, 0);
  for (i = 0; i < 1000 && code == INSTAR_OK; i++) code = instar_buffer_text(&buffer, "some text ");
  if (code == INSTAR_OK) code = instar_base64_encode(&buffer, buffer.data, 3);
  instar_buffer_free(&buffer);
  return outcome_of(code);
}

static enum outcome use_url(void) {
  struct instar_base base;
  const char *reason;
  enum instar_code code = instar_url_base("https://a.example:8443/api/", &base, &reason);
  if (code == INSTAR_OK) {
    CHECK(strcmp(base.url.data, "https://a.example:8443/api") == 0);
    code = instar_url_escape(&base.url, "/a b/c d e f g h i j k l m n o p q r s t u v w x y z", 53);
    if (code == INSTAR_OK) code = instar_url_pair(&base.url, "name", 4, "value and more, past the room there is", 38);
    instar_buffer_free(&base.url);
  }
  return outcome_of(code);
}

static enum outcome use_headers(void) {
  struct instar_headers headers;
  enum instar_code code = INSTAR_OK;
  int i;
  instar_headers_init(&headers, 0);
  for (i = 0; i < 50 && code == INSTAR_OK; i++) {
    code = instar_headers_add(&headers, "A", 1, "value", 5);
    if (code == INSTAR_OK) code = instar_headers_set(&headers, "B", 1, "other", 5);
    if (code == INSTAR_OK) code = instar_headers_add_line(&headers, "C: third\r\n", 10);
  }
  instar_headers_free(&headers);
  return outcome_of(code);
}

/* A gzip member of 20000 bytes, made with memory that does not fail. */
static size_t pack(unsigned char *packed, size_t room) {
  static unsigned char text[20000];
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  memset(text, 'x', sizeof text);
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = text;
  stream.avail_in = sizeof text;
  stream.next_out = packed;
  stream.avail_out = (uInt)room;
  deflate(&stream, Z_FINISH);
  deflateEnd(&stream);
  return stream.total_out;
}

static enum outcome use_inflate(void) {
  static unsigned char packed[1000];
  static size_t length;
  struct instar_inflate *inflate;
  struct instar_buffer out;
  enum instar_code code = INSTAR_NO_MEMORY;
  size_t at;
  if (length == 0) length = pack(packed, sizeof packed);
  instar_buffer_init(&out, 0);
  inflate = instar_inflate_create();
  if (inflate != NULL) code = INSTAR_OK;
  for (at = 0; at < length && code == INSTAR_OK; at++) code = instar_inflate_feed(inflate, packed + at, 1, &out);
  if (code == INSTAR_OK) CHECK(out.length == 20000 && instar_inflate_complete(inflate));
  instar_inflate_free(inflate);
  instar_buffer_free(&out);
  return outcome_of(code);
}

static enum outcome use_response(void) {
  static const char head[] = "HTTP/1.1 200 OK\r\n", coding[] = "Content-Encoding: gzip\r\n", end[] = "\r\n";
  static unsigned char packed[1000];
  size_t length = pack(packed, sizeof packed);
  struct instar_response response;
  struct instar_failure failure = {INSTAR_KIND_NONE, ""};
  bool whole;
  instar_response_init(&response, 20000);
  whole = instar_response_header(&response, head, sizeof head - 1, &failure) &&
          instar_response_header(&response, coding, sizeof coding - 1, &failure) &&
          instar_response_header(&response, end, sizeof end - 1, &failure) &&
          instar_response_body(&response, (const char *)packed, length, &failure) &&
          instar_response_finish(&response, &failure);
  CHECK(whole == (failure.kind == INSTAR_KIND_NONE));
  instar_response_free(&response);
  if (whole) return DONE;
  return failure.kind == INSTAR_KIND_MEMORY ? NO_MEMORY : SOME_FAILURE;
}

/* A transfer from its making to its end; NONE for one that was answered. */
static enum instar_kind ask(struct bench *bench, unsigned port) {
  struct instar_transfer *transfer = bench_transfer(bench, "GET", NULL, port);
  enum instar_kind kind;
  if (transfer == NULL) return INSTAR_KIND_MEMORY;
  transfer->limits.attempt = 2 * INSTAR_SECOND;
  instar_transfer_start(transfer);
  CHECK(bench_finish(bench, transfer));
  kind = transfer->failure.kind;
  CHECK(kind != INSTAR_KIND_TIMEOUT); /* nothing is waited for that was lost */
  CHECK(kind != INSTAR_KIND_NONE || transfer->response.status == 200);
  instar_transfer_free(transfer);
  return kind;
}

/* The same, from the engine's making to its end. */
static enum outcome transfer_to(unsigned port, enum instar_kind expected) {
  struct bench bench;
  enum instar_kind kind;
  if (!bench_open(&bench, 2)) return NO_MEMORY;
  kind = ask(&bench, port);
  bench_close(&bench);
  if (kind == expected) return DONE;
  return kind == INSTAR_KIND_MEMORY ? NO_MEMORY : SOME_FAILURE;
}

static enum outcome transfer_to_closed_port(void) {
  return transfer_to(peer_closed_port(), INSTAR_KIND_TRANSPORT);
}

static enum outcome transfer_to_peer(void) {
  return transfer_to(peer_port(peer), INSTAR_KIND_NONE);
}

/* Runs the job with the first, the second, … allocation failing until none fails any more. */
static void try_each(const char *name, job *run, enum memory_scope scope, bool on) {
  size_t number;
  CHECK(run() == DONE); /* and whatever is allocated once for all is there */
  for (number = 1; number < MOST_ALLOCATIONS; number++) {
    size_t before = memory_live(MEMORY_ALL);
    enum outcome outcome;
    bool failed;
    bool fine;
    memory_fail_at(scope, number, on);
    outcome = run();
    failed = memory_end();
    fine = CHECK(memory_live(MEMORY_ALL) == before);
    if (!failed) {
      CHECK(outcome == DONE && number > 1);
      return;
    }
    /* libcurl copes with some failures, and gives others names of its own */
    if (scope == MEMORY_ENGINE) fine = CHECK(outcome == NO_MEMORY) && fine;
    if (!fine) fprintf(stderr, "%s: allocation %lu, outcome %d\n", name, (unsigned long)number, (int)outcome);
  }
  CHECK(number < MOST_ALLOCATIONS);
}

static void try_all(enum memory_scope scope) {
  static const struct {
    const char *name;
    job *run;
  } jobs[] = {{"buffer", use_buffer},
              {"url", use_url},
              {"headers", use_headers},
              {"inflate", use_inflate},
              {"response", use_response},
              {"transfer to a closed port", transfer_to_closed_port},
              {"transfer to a peer", transfer_to_peer}};
  size_t i;
  peer = peer_start(false);
  for (i = 0; i < COUNT_OF(jobs); i++) {
    try_each(jobs[i].name, jobs[i].run, scope, false);
    try_each(jobs[i].name, jobs[i].run, scope, true);
  }
  peer_stop(peer);
}

static void engine_allocations(void) {
  try_all(MEMORY_ENGINE);
}

static void all_allocations(void) {
  try_all(MEMORY_ALL);
}

/* The transfer under way may fail; the engine, and those after it, may not. (libcurl itself is not the same after a
** failed allocation of its own.) */
static void engine_outlives_it(void) {
  bool failed = true;
  size_t number;
  peer = peer_start(false);
  for (number = 1; failed; number++) {
    struct bench bench;
    if (!CHECK(bench_open(&bench, 2))) break;
    memory_fail_at(MEMORY_ENGINE, number, false);
    ask(&bench, peer_port(peer));
    failed = memory_end();
    if (!CHECK(ask(&bench, peer_port(peer)) == INSTAR_KIND_NONE)) {
      fprintf(stderr, "allocation %lu\n", (unsigned long)number);
    }
    bench_close(&bench);
  }
  peer_stop(peer);
}

/* A URL is not wrong because memory ran out. */
static void url_tells_memory_from_mistakes(void) {
  size_t number;
  bool failed = true;
  for (number = 1; failed; number++) {
    struct instar_base base;
    const char *reason = NULL;
    enum instar_code code;
    memory_fail_at(MEMORY_ALL, number, false);
    code = instar_url_base("https://a.example?query=1", &base, &reason);
    failed = memory_end();
    if (!CHECK(code == (failed ? INSTAR_NO_MEMORY : INSTAR_INVALID))) {
      fprintf(stderr, "allocation %lu\n", (unsigned long)number);
    }
    instar_buffer_free(&base.url);
  }
}

const struct test memory_tests[] = {{"memory: each allocation of the engine fails", engine_allocations},
                                    {"memory: each allocation fails, libcurl's too", all_allocations},
                                    {"memory: the engine outlives the lack of it", engine_outlives_it},
                                    {"memory: a URL is not wrong for lack of it", url_tells_memory_from_mistakes},
                                    {NULL, NULL}};
