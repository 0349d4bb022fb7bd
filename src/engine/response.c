/* SPDX-License-Identifier: MIT
** See response.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/response.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_HEADERS ((size_t)256 * 1024)
#define MAX_HEADER_COUNT 1000 /* joining those of one name takes time that grows with its square */
#define MAX_ROOM (1024UL * 1024)

void instar_response_init(struct instar_response *response, size_t max_body) {
  memset(response, 0, sizeof *response);
  instar_headers_init(&response->headers, MAX_HEADERS);
  instar_buffer_init(&response->body, max_body);
}

void instar_response_free(struct instar_response *response) {
  instar_headers_free(&response->headers);
  instar_buffer_free(&response->body);
  instar_inflate_free(response->inflate);
  response->inflate = NULL;
  response->status = 0;
  response->headers_ended = false;
}

/* "HTTP/1.1 404 Not Found", "HTTP/2 200": the number behind the first blank; 0 for anything else. */
static int parse_status(const char *line, size_t length) {
  const char *at = memchr(line, ' ', length);
  const char *end = line + length;
  int status = 0;
  if (length < 5 || memcmp(line, "HTTP/", 5) != 0 || at == NULL) return 0;
  for (at++; at < end && *at >= '0' && *at <= '9' && status < 1000; at++) status = status * 10 + (*at - '0');
  return status;
}

static bool accept_code(enum instar_code code, size_t limit, const char *what, struct instar_failure *failure) {
  if (code == INSTAR_OK) return true;
  if (code == INSTAR_NO_MEMORY) {
    instar_failure_set(failure, INSTAR_KIND_MEMORY, "not enough memory");
  } else if (code == INSTAR_TOO_LARGE) {
    instar_failure_set(failure, INSTAR_KIND_LIMIT, "the answer's %s are larger than %lu bytes", what,
                       (unsigned long)limit);
  } else {
    instar_failure_set(failure, INSTAR_KIND_DECODE, "the answer's compressed body is damaged");
  }
  return false;
}

/* The line is not terminated by a NUL. */
static bool is_line_end(const char *line, size_t length) {
  while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n')) length--;
  return length == 0;
}

bool instar_response_header(struct instar_response *response, const char *line, size_t length,
                            struct instar_failure *failure) {
  int status = parse_status(line, length);
  if (status != 0) {
    response->status = status;
    response->headers_ended = false;
    response->header_count = 0;
    instar_buffer_clear(&response->headers.bytes);
    return true;
  }
  if (is_line_end(line, length)) {
    response->headers_ended = true;
  } else if (++response->header_count > MAX_HEADER_COUNT) {
    instar_failure_set(failure, INSTAR_KIND_LIMIT, "the answer has more than %d headers", MAX_HEADER_COUNT);
    return false;
  }
  return accept_code(instar_headers_add_line(&response->headers, line, length), MAX_HEADERS, "headers", failure);
}

/* Encodings that were not asked for pass as they are: the caller then sees what came. */
static bool is_compressed(const struct instar_response *response) {
  const char *encoding = instar_headers_find(&response->headers, "content-encoding");
  if (encoding == NULL) return false;
  return strcasecmp(encoding, "gzip") == 0 || strcasecmp(encoding, "x-gzip") == 0 ||
         strcasecmp(encoding, "deflate") == 0;
}

/* Makes room for a body whose length was told, so that it need not grow step by step; large ones do all the same. */
static enum instar_code make_room(struct instar_response *response) {
  const char *length = instar_headers_find(&response->headers, "content-length");
  unsigned long bytes = length != NULL ? strtoul(length, NULL, 10) : 0;
  return bytes <= MAX_ROOM ? instar_buffer_reserve(&response->body, bytes) : INSTAR_OK;
}

static enum instar_code begin_body(struct instar_response *response) {
  if (!is_compressed(response)) return make_room(response);
  response->inflate = instar_inflate_create();
  return response->inflate != NULL ? INSTAR_OK : INSTAR_NO_MEMORY;
}

bool instar_response_body(struct instar_response *response, const char *bytes, size_t length,
                          struct instar_failure *failure) {
  struct instar_buffer *body = &response->body;
  enum instar_code code = INSTAR_OK;
  if (response->inflate == NULL && body->length == 0) code = begin_body(response);
  if (code == INSTAR_OK) {
    code = response->inflate != NULL ? instar_inflate_feed(response->inflate, bytes, length, body)
                                     : instar_buffer_append(body, bytes, length);
  }
  return accept_code(code, body->limit, "contents", failure);
}

bool instar_response_finish(struct instar_response *response, struct instar_failure *failure) {
  bool whole = response->inflate == NULL || instar_inflate_complete(response->inflate);
  if (!response->headers_ended) {
    instar_failure_set(failure, INSTAR_KIND_TRANSPORT, "the connection ended within the answer's headers");
  }
  if (!whole) instar_failure_set(failure, INSTAR_KIND_DECODE, "the answer's compressed body is cut off");
  instar_inflate_free(response->inflate);
  response->inflate = NULL;
  return whole && response->headers_ended;
}

double instar_response_retry_after(const struct instar_response *response, time_t now) {
  const char *text = instar_headers_find(&response->headers, "retry-after");
  time_t date;
  if (text == NULL || *text == '\0') return -1;
  if (text[strspn(text, "0123456789")] == '\0') return strtod(text, NULL);
  date = curl_getdate(text, NULL);
  if (date == (time_t)-1) return -1;
  return date > now ? difftime(date, now) : 0;
}
