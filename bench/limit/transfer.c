/* SPDX-License-Identifier: MIT
** See transfer.h. */
#include "limit/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "limit/fail.h"

#define FIRST_CAPACITY 16384

/* As instar sends them. */
static const char *const instance_headers[] = {
  "Accept-Encoding: gzip",   "Accept: application/json",    "User-Agent: instar/0.1.0",
  "Accept-Version: ^1.29.3", "Authorization: Bearer token", NULL,
};
static const char *const page_headers[] = {
  "Accept-Encoding: gzip", "Accept: application/json", "User-Agent: instar/0.1.0",
  "X-Api-Version: 1.3.0",  "X-Auth-Token: token",      NULL,
};

const struct request request_instance = {
  "/instances/575ec8687ae143cd83dc4a97",
  "_actions=false&_links=true&_embedded=true",
  instance_headers,
};
const struct request request_page = {"/api/v1/instances", "limit=100", page_headers};

void transfer_check(CURLcode code) {
  if (code != CURLE_OK) fail("libcurl", curl_easy_strerror(code));
}

static void grow(struct transfer *transfer, size_t needed) {
  size_t capacity = transfer->capacity > 0 ? transfer->capacity : FIRST_CAPACITY;
  while (capacity < needed) capacity *= 2;
  transfer->body = realloc(transfer->body, capacity);
  if (transfer->body == NULL) fail("not enough memory", "");
  transfer->capacity = capacity;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
  struct transfer *transfer = context;
  size_t needed = transfer->length + size * count;
  if (needed > transfer->capacity) grow(transfer, needed);
  memcpy(transfer->body + transfer->length, bytes, size * count);
  transfer->length = needed;
  return size * count;
}

static void set_url(struct transfer *transfer, CURLUPart part, const char *text) {
  CURLUcode code = curl_url_set(transfer->url, part, text, 0);
  if (code != CURLUE_OK) fail("URL", curl_url_strerror(code));
}

/* A URL that is taken apart already costs libcurl less than its text. */
static void make_url(struct transfer *transfer, const struct request *request, const char *base) {
  transfer->url = curl_url();
  set_url(transfer, CURLUPART_URL, base);
  set_url(transfer, CURLUPART_PATH, request->path);
  set_url(transfer, CURLUPART_QUERY, request->query);
  transfer_check(curl_easy_setopt(transfer->easy, CURLOPT_CURLU, transfer->url));
}

/* CURLOPT_ACCEPT_ENCODING would set up decoders too; the servers of the measurements do not compress. */
static void make_headers(struct transfer *transfer, const char *const *lines) {
  for (; *lines != NULL; lines++) transfer->headers = curl_slist_append(transfer->headers, *lines);
  transfer_check(curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers));
}

/* Without NOSIGNAL libcurl sets SIGPIPE aside and back at every turn. */
static void set_options(struct transfer *transfer) {
  CURL *easy = transfer->easy;
  transfer_check(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
  transfer_check(curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L));
  transfer_check(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
  transfer_check(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body));
  transfer_check(curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer));
  transfer_check(curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer));
}

/* Where there can be no HTTP/2, looking or waiting for a connection to share costs time; where there can, not waiting
** opens connections that nobody needs. */
static void set_protocol(struct transfer *transfer, const struct options *options) {
  CURL *easy = transfer->easy;
  if (strncmp(options->base, "https:", 6) == 0) {
    transfer_check(curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L));
    if (options->ca != NULL) transfer_check(curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca));
  } else {
    transfer_check(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
  }
}

void transfer_open(struct transfer *transfer, const struct request *request, const struct options *options) {
  memset(transfer, 0, sizeof *transfer);
  transfer->easy = curl_easy_init();
  if (transfer->easy == NULL) fail("not enough memory", "");
  make_url(transfer, request, options->base);
  make_headers(transfer, request->headers);
  set_options(transfer);
  set_protocol(transfer, options);
}

void transfer_close(struct transfer *transfer) {
  curl_easy_cleanup(transfer->easy);
  curl_url_cleanup(transfer->url);
  curl_slist_free_all(transfer->headers);
  free(transfer->body);
}

void transfer_set_query(struct transfer *transfer, const char *query) {
  set_url(transfer, CURLUPART_QUERY, query);
}
