/* SPDX-License-Identifier: MIT
** See easy.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/easy.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/engine.h"
#include "engine/setup.h"
#include "engine/url.h"

#define FIRST_FINAL 200 /* statuses below are of interim answers */

bool instar_easy_start(struct instar_transfer *transfer) {
  struct instar_engine *engine = transfer->client->engine;
  CURLcode code = CURLE_OUT_OF_MEMORY;
  transfer->error_text[0] = '\0';
  transfer->socket = -1;
  transfer->looks_up = false;
  if (instar_setup_may_use_tls(transfer)) instar_engine_use_tls(engine);
  transfer->easy = instar_engine_take(engine);
  if (transfer->easy != NULL) code = instar_setup_all(transfer);
  if (code == CURLE_OK && instar_engine_add(engine, transfer->easy) != INSTAR_OK) code = CURLE_OUT_OF_MEMORY;
  if (code != CURLE_OK) instar_easy_blame(transfer, code);
  transfer->in_multi = transfer->works = code == CURLE_OK;
  return code == CURLE_OK;
}

static bool has_time(const struct instar_transfer *transfer, CURLINFO info) {
  curl_off_t time = 0;
  return transfer->easy != NULL && curl_easy_getinfo(transfer->easy, info, &time) == CURLE_OK && time > 0;
}

/* Parks a handle that libcurl cannot let go of at once. */
static bool park(struct instar_transfer *transfer) {
  struct instar_engine *engine = transfer->client->engine;
  return instar_setup_detach(transfer->easy) == CURLE_OK &&
         instar_engine_park(engine, transfer->easy, transfer->header_lines) == INSTAR_OK;
}

static void give_back(struct instar_transfer *transfer) {
  struct instar_engine *engine = transfer->client->engine;
  instar_engine_guard(engine); /* closing a TLS connection writes */
  if (transfer->in_multi) instar_engine_remove(engine, transfer->easy);
  instar_engine_give(engine, transfer->easy);
  instar_engine_unguard(engine);
  curl_slist_free_all(transfer->header_lines);
}

void instar_easy_release(struct instar_transfer *transfer) {
  bool may_block = transfer->works && !transfer->client->engine->quick_exit && transfer->looks_up &&
                   !has_time(transfer, CURLINFO_NAMELOOKUP_TIME_T);
  transfer->works = false;
  if (!may_block || !park(transfer)) give_back(transfer);
  curl_url_cleanup(transfer->url_parts);
  transfer->easy = NULL;
  transfer->header_lines = NULL;
  transfer->url_parts = NULL;
}

static enum instar_kind kind_of(CURLcode result, const char *text) {
  switch (result) {
    case CURLE_OUT_OF_MEMORY:
      return INSTAR_KIND_MEMORY;
    case CURLE_OPERATION_TIMEDOUT:
      return INSTAR_KIND_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return INSTAR_KIND_TLS;
    case CURLE_RECV_ERROR: /* with TLS 1.3 a server may refuse the client after the handshake */
      return strstr(text, " alert ") != NULL ? INSTAR_KIND_TLS : INSTAR_KIND_TRANSPORT;
    default:
      return INSTAR_KIND_TRANSPORT;
  }
}

/* libcurl's own caps on headers look like a lack of memory to older versions. */
static bool is_header_cap(const struct instar_transfer *transfer, CURLcode result) {
#if LIBCURL_VERSION_NUM >= 0x080600
  if (result == CURLE_TOO_LARGE) return true;
#endif
  return result == CURLE_OUT_OF_MEMORY && instar_easy_is_connected(transfer) && !transfer->response.headers_ended;
}

void instar_easy_blame(struct instar_transfer *transfer, CURLcode result) {
  bool shows_proxy = strstr(transfer->error_text, "roxy") != NULL && strpbrk(transfer->error_text, "@/") != NULL;
  bool usable = transfer->error_text[0] != '\0' && !shows_proxy; /* a proxy's URL may hold a password */
  const char *text = usable ? transfer->error_text : curl_easy_strerror(result);
  size_t length = strcspn(text, "\r\n");
  if (is_header_cap(transfer, result)) {
    instar_failure_set(&transfer->failure, INSTAR_KIND_LIMIT, "the answer's headers are too large");
  }
  instar_failure_set(&transfer->failure, kind_of(result, text), "%.*s", (int)length, text);
}

/* libcurl tells of a connection only when its handshake is over. */
static bool is_tcp_connected(const struct instar_transfer *transfer) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  return transfer->socket >= 0 && getpeername(transfer->socket, (struct sockaddr *)&address, &size) == 0;
}

void instar_easy_stage(const struct instar_transfer *transfer, char *text, size_t size) {
  const char *host;
  size_t length = instar_url_host(instar_buffer_string(&transfer->request.url), &host);
  const char *stage = "waiting for a connection to"; /* one that another call opens may be shared */
  if (transfer->easy == NULL) stage = "waiting for a free place to ask";
  else if (transfer->response.status >= FIRST_FINAL) stage = "receiving the answer of";
  else if (has_time(transfer, CURLINFO_PRETRANSFER_TIME_T)) stage = "waiting for the answer of";
  else if (is_tcp_connected(transfer)) stage = "in the TLS handshake with";
  else if (has_time(transfer, CURLINFO_NAMELOOKUP_TIME_T)) stage = "connecting to";
  else if (transfer->looks_up) stage = "looking up the name of";
  snprintf(text, size, "%s %.*s", stage, (int)(length < 128 ? length : 128), host);
}

bool instar_easy_is_connected(const struct instar_transfer *transfer) {
  return has_time(transfer, CURLINFO_PRETRANSFER_TIME_T);
}

enum instar_sent instar_easy_sent(const struct instar_transfer *transfer) {
  if (transfer->response.status >= FIRST_FINAL) return INSTAR_SENT_YES;
  return instar_easy_is_connected(transfer) ? INSTAR_SENT_MAYBE : INSTAR_SENT_NO;
}
