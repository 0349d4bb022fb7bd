/* SPDX-License-Identifier: MIT
** See easy.h. */
#define _POSIX_C_SOURCE 200809L
#define CURL_DISABLE_DEPRECATION /* options of old libcurls are used on old libcurls */
#include "engine/easy.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/engine.h"
#include "engine/sigpipe.h"

#define FIRST_FINAL 200 /* statuses below are of interim answers */
#define AT_LEAST(major, minor) ((major) << 16 | (minor) << 8)

/* Setting options: the first failure is kept, the rest is passed over. */
struct setup {
  CURL *easy;
  CURLcode code;
};

static void set_long(struct setup *setup, CURLoption option, long value) {
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, option, value);
}

static void set_text(struct setup *setup, CURLoption option, const char *value) {
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, option, value);
}

static void set_pointer(struct setup *setup, CURLoption option, void *value) {
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, option, value);
}

/* libcurl's callbacks. They touch C memory only. */

static size_t on_header(char *line, size_t size, size_t count, void *context) {
  struct instar_transfer *transfer = context;
  bool taken = instar_response_header(&transfer->response, line, size * count, &transfer->failure);
  return taken ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
  struct instar_transfer *transfer = context;
  bool taken = instar_response_body(&transfer->response, bytes, size * count, &transfer->failure);
  return taken ? size * count : 0;
}

#if LIBCURL_VERSION_NUM >= 0x075000
/* libcurl sends again by itself when a kept connection dies before the answer: not what could be done twice, unless not
** a byte of it has left. */
static int on_before_send(void *context, char *remote, char *local, int remote_port, int local_port) {
  struct instar_transfer *transfer = context;
  long bytes = -1;
  (void)remote, (void)local, (void)remote_port, (void)local_port;
  transfer->sends++;
  if (transfer->sends == 1 || transfer->request.repeatable) return CURL_PREREQFUNC_OK;
  if (curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK && bytes == 0)
    return CURL_PREREQFUNC_OK;
  instar_failure_set(&transfer->failure, INSTAR_KIND_TRANSPORT,
                     "the connection was closed before an answer came; the request may have been carried out");
  return CURL_PREREQFUNC_ABORT;
}
#endif

/* For parked handles. */

static size_t on_unwanted(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)size, (void)count, (void)context;
  return 0;
}

static curl_socket_t on_open_nothing(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)context, (void)purpose, (void)address;
  return CURL_SOCKET_BAD;
}

/* What never differs. */
static void set_fixed(struct setup *setup, struct instar_transfer *transfer) {
  const struct instar_engine *engine = transfer->client->engine;
  set_long(setup, CURLOPT_NOSIGNAL, 1L);
  set_long(setup, CURLOPT_FOLLOWLOCATION, 0L);
  set_long(setup, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  set_long(setup, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  /* To share an HTTP/2 connection. Without TLS nobody knows before the first answer whether there is one to share. */
  set_long(setup, CURLOPT_PIPEWAIT, strncmp(instar_buffer_string(&transfer->request.url), "https:", 6) == 0 ? 1L : 0L);
  set_pointer(setup, CURLOPT_SHARE, engine->share);
  set_pointer(setup, CURLOPT_PRIVATE, transfer);
  set_pointer(setup, CURLOPT_ERRORBUFFER, transfer->error_text);
#if LIBCURL_VERSION_NUM >= 0x075500
  if (engine->version >= AT_LEAST(7, 85)) set_text(setup, CURLOPT_PROTOCOLS_STR, "http,https");
  else
#endif
    set_long(setup, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#if LIBCURL_VERSION_NUM >= 0x075700
  if (engine->version >= AT_LEAST(7, 87)) set_long(setup, CURLOPT_QUICK_EXIT, 1L);
#endif
}

/* Only to tell later how far it came. */
static int on_socket_made(void *context, curl_socket_t fd, curlsocktype purpose) {
  struct instar_transfer *transfer = context;
  if (purpose == CURLSOCKTYPE_IPCXN) transfer->socket = (int)fd;
  return CURL_SOCKOPT_OK;
}

/* From here on libcurl without QUICK_EXIT cannot let go of the handle before the name is looked up. */
static int on_look_up(void *resolver, void *reserved, void *context) {
  struct instar_transfer *transfer = context;
  (void)resolver, (void)reserved;
  transfer->looks_up = true;
  return 0;
}

static void set_callbacks(struct setup *setup, struct instar_transfer *transfer) {
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, CURLOPT_HEADERFUNCTION, on_header);
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, CURLOPT_WRITEFUNCTION, on_body);
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
  set_pointer(setup, CURLOPT_SOCKOPTDATA, transfer);
  if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, CURLOPT_RESOLVER_START_FUNCTION, on_look_up);
  set_pointer(setup, CURLOPT_RESOLVER_START_DATA, transfer);
  set_pointer(setup, CURLOPT_HEADERDATA, transfer);
  set_pointer(setup, CURLOPT_WRITEDATA, transfer);
}

/* Without the prereq callback only a connection of its own keeps libcurl from sending again. */
static void set_resend(struct setup *setup, struct instar_transfer *transfer) {
#if LIBCURL_VERSION_NUM >= 0x075000
  if (transfer->client->engine->version >= AT_LEAST(7, 80)) {
    if (setup->code == CURLE_OK) setup->code = curl_easy_setopt(setup->easy, CURLOPT_PREREQFUNCTION, on_before_send);
    set_pointer(setup, CURLOPT_PREREQDATA, transfer);
    return;
  }
#endif
  if (!transfer->request.repeatable) set_long(setup, CURLOPT_FRESH_CONNECT, 1L);
}

/* A CA file or path of the caller's replaces what libcurl trusts by itself. Without a CA path libcurl can keep what it
** read of the CA file. */
static void set_trust(struct setup *setup, const struct instar_transfer *transfer) {
  const struct instar_settings *settings = &transfer->client->settings;
  bool own = settings->ca_file != NULL || settings->ca_path != NULL;
  set_long(setup, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  set_long(setup, CURLOPT_SSL_VERIFYPEER, settings->no_verify ? 0L : 1L);
  set_long(setup, CURLOPT_SSL_VERIFYHOST, settings->no_verify ? 0L : 2L);
  if (own) set_text(setup, CURLOPT_CAINFO, settings->ca_file);
  if (own || transfer->client->engine->default_ca_file) set_text(setup, CURLOPT_CAPATH, settings->ca_path);
  if (settings->certificate != NULL) set_text(setup, CURLOPT_SSLCERT, settings->certificate);
  if (settings->key != NULL) set_text(setup, CURLOPT_SSLKEY, settings->key);
}

static void set_method(struct setup *setup, const struct instar_request *request) {
  const char *method = request->method;
  bool posts = strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0;
  set_text(setup, CURLOPT_URL, instar_buffer_string(&request->url));
  if (strcmp(method, "HEAD") == 0) { /* whatever it carries, its answer has no body to wait for */
    set_long(setup, CURLOPT_NOBODY, 1L);
  } else if (posts || request->has_body) {
    set_long(setup, CURLOPT_POST, 1L);
    if (setup->code == CURLE_OK) {
      setup->code = curl_easy_setopt(setup->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
    }
    set_text(setup, CURLOPT_POSTFIELDS, instar_buffer_string(&request->body));
  } else {
    set_long(setup, CURLOPT_HTTPGET, 1L);
  }
  set_text(setup, CURLOPT_CUSTOMREQUEST, method);
}

/* Adds "Name: value"; "Name;" is how libcurl wants an empty value, "Name:" takes one of its own out. */
static bool add_line(struct instar_transfer *transfer, struct instar_buffer *line, const struct instar_header *header) {
  struct curl_slist *longer;
  bool ok = instar_buffer_text(line, header->name) == INSTAR_OK;
  if (header->value == NULL) ok = ok && instar_buffer_text(line, ":") == INSTAR_OK;
  else if (*header->value == '\0') ok = ok && instar_buffer_text(line, ";") == INSTAR_OK;
  else ok = ok && instar_buffer_text(line, ": ") == INSTAR_OK && instar_buffer_text(line, header->value) == INSTAR_OK;
  longer = ok ? curl_slist_append(transfer->header_lines, instar_buffer_string(line)) : NULL;
  instar_buffer_clear(line);
  if (longer == NULL) return false;
  transfer->header_lines = longer;
  return true;
}

static bool add_lines(struct instar_transfer *transfer, struct instar_buffer *line) {
  static const struct instar_header no_expect = {"Expect", NULL};
  static const struct instar_header no_type = {"Content-Type", NULL};
  static const struct instar_header gzip = {"Accept-Encoding", "gzip"};
  struct instar_header header;
  size_t at = 0;
  bool ok = add_line(transfer, line, &no_expect) && add_line(transfer, line, &gzip);
  if (ok && !transfer->request.has_body) ok = add_line(transfer, line, &no_type);
  while (ok && instar_headers_next(&transfer->request.headers, &at, &header)) ok = add_line(transfer, line, &header);
  return ok;
}

static void set_headers(struct setup *setup, struct instar_transfer *transfer) {
  struct instar_buffer line;
  instar_buffer_init(&line, 0);
  if (!add_lines(transfer, &line) && setup->code == CURLE_OK) setup->code = CURLE_OUT_OF_MEMORY;
  instar_buffer_free(&line);
  set_pointer(setup, CURLOPT_HTTPHEADER, transfer->header_lines);
}

/* The engine's own timers end attempts; libcurl needs to know the span for connecting, to divide it among addresses.
** A second more keeps it from being first. */
static long connect_milliseconds(const struct instar_transfer *transfer) {
  int64_t span = transfer->limits.connect / 1000;
  return span > 0x7fffffff - 1000 ? 0x7fffffffL : (long)span + 1000L;
}

/* "host:port" of a URL that the engine put together. */
static int host_length(const char *url, const char **host) {
  const char *start = strstr(url, "://");
  *host = start == NULL ? url : start + 3;
  return (int)strcspn(*host, "/?");
}

/* No proxy of the environment's stands between this machine and itself, least of all for a token in plain text. */
static bool is_to_loopback(const struct instar_request *request) {
  const char *host;
  int length = host_length(instar_buffer_string(&request->url), &host);
  return strncmp(host, "127.", 4) == 0 || strncmp(host, "[::1]", 5) == 0 ||
         (length >= 9 && strncmp(host, "localhost", 9) == 0 && (length == 9 || host[9] == ':'));
}

static void set_proxy(struct setup *setup, const struct instar_transfer *transfer) {
  const char *proxy = transfer->client->settings.proxy;
  if (proxy == NULL && is_to_loopback(&transfer->request)) proxy = "";
  if (proxy != NULL) set_text(setup, CURLOPT_PROXY, proxy);
}

static CURLcode set_all(struct instar_transfer *transfer) {
  struct setup setup;
  setup.easy = transfer->easy;
  setup.code = CURLE_OK;
  set_fixed(&setup, transfer);
  set_callbacks(&setup, transfer);
  set_resend(&setup, transfer);
  set_trust(&setup, transfer);
  set_method(&setup, &transfer->request);
  set_headers(&setup, transfer);
  set_long(&setup, CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds(transfer));
  set_proxy(&setup, transfer);
  return setup.code;
}

bool instar_easy_start(struct instar_transfer *transfer) {
  struct instar_engine *engine = transfer->client->engine;
  CURLcode code = CURLE_OUT_OF_MEMORY;
  transfer->error_text[0] = '\0';
  transfer->socket = -1;
  transfer->looks_up = false;
  transfer->easy = instar_engine_take(engine);
  if (transfer->easy != NULL) code = set_all(transfer);
  if (code == CURLE_OK && instar_engine_add(engine, transfer->easy) != INSTAR_OK) code = CURLE_OUT_OF_MEMORY;
  if (code != CURLE_OK) instar_easy_blame(transfer, code);
  transfer->in_multi = transfer->works = code == CURLE_OK;
  return code == CURLE_OK;
}

static bool has_time(const struct instar_transfer *transfer, CURLINFO info) {
  curl_off_t time = 0;
  return transfer->easy != NULL && curl_easy_getinfo(transfer->easy, info, &time) == CURLE_OK && time > 0;
}

/* Nothing of the transfer's may be reached from a handle that outlives it. */
static void detach(CURL *easy) {
  curl_easy_setopt(easy, CURLOPT_PRIVATE, NULL);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_unwanted);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_unwanted);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, NULL);
  curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, NULL);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_nothing);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 0x7fffffffL);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
#if LIBCURL_VERSION_NUM >= 0x075000
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, NULL);
#endif
}

void instar_easy_release(struct instar_transfer *transfer) {
  struct instar_engine *engine = transfer->client->engine;
  bool may_block =
    transfer->works && !engine->quick_exit && transfer->looks_up && !has_time(transfer, CURLINFO_NAMELOOKUP_TIME_T);
  struct instar_sigpipe guard;
  transfer->works = false;
  if (may_block) {
    detach(transfer->easy);
    if (instar_engine_park(engine, transfer->easy, transfer->header_lines) == INSTAR_OK) {
      transfer->easy = NULL;
      transfer->header_lines = NULL;
      return;
    }
  }
  instar_sigpipe_block(&guard); /* closing a TLS connection writes */
  if (transfer->in_multi) instar_engine_remove(engine, transfer->easy);
  instar_engine_give(engine, transfer->easy);
  instar_sigpipe_restore(&guard);
  curl_slist_free_all(transfer->header_lines);
  transfer->easy = NULL;
  transfer->header_lines = NULL;
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
  bool shows_proxy = strstr(transfer->error_text, "roxy") != NULL && strstr(transfer->error_text, "://") != NULL;
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
  int length = host_length(instar_buffer_string(&transfer->request.url), &host);
  const char *stage = "looking up the name of";
  if (transfer->easy == NULL) stage = "waiting for a free place to ask";
  else if (transfer->response.status >= FIRST_FINAL) stage = "receiving the answer of";
  else if (has_time(transfer, CURLINFO_PRETRANSFER_TIME_T)) stage = "waiting for the answer of";
  else if (is_tcp_connected(transfer)) stage = "in the TLS handshake with";
  else if (has_time(transfer, CURLINFO_NAMELOOKUP_TIME_T)) stage = "connecting to";
  snprintf(text, size, "%s %.*s", stage, length < 128 ? length : 128, host);
}

bool instar_easy_is_connected(const struct instar_transfer *transfer) {
  return has_time(transfer, CURLINFO_PRETRANSFER_TIME_T);
}

enum instar_sent instar_easy_sent(const struct instar_transfer *transfer) {
  if (transfer->response.status >= FIRST_FINAL) return INSTAR_SENT_YES;
  return instar_easy_is_connected(transfer) ? INSTAR_SENT_MAYBE : INSTAR_SENT_NO;
}
