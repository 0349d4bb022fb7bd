/* SPDX-License-Identifier: MIT
** See setup.h. */
#define CURL_DISABLE_DEPRECATION /* options of old libcurls are used on old libcurls */
#include "engine/setup.h"

#include <string.h>

#include "engine/engine.h"
#include "engine/url.h"

#define MAX_URL 8000000 /* longer texts libcurl does not take */

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

/* A macro, so that libcurl's header sees the function's type. */
#define SET_CALLBACK(setup, option, function) \
  do { \
    if ((setup)->code == CURLE_OK) (setup)->code = curl_easy_setopt((setup)->easy, option, function); \
  } while (0)

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

static bool is_https(const struct instar_request *request) {
  return strncmp(instar_buffer_string(&request->url), "https:", 6) == 0;
}

/* What never differs. */
static void set_fixed(struct setup *setup, struct instar_transfer *transfer) {
  const struct instar_engine *engine = transfer->client->engine;
  set_long(setup, CURLOPT_NOSIGNAL, 1L);
  set_long(setup, CURLOPT_FOLLOWLOCATION, 0L);
  set_long(setup, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  set_long(setup, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  /* To share an HTTP/2 connection. Without TLS nobody knows before the first answer whether there is one to share. */
  set_long(setup, CURLOPT_PIPEWAIT, is_https(&transfer->request) ? 1L : 0L);
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
  SET_CALLBACK(setup, CURLOPT_HEADERFUNCTION, on_header);
  SET_CALLBACK(setup, CURLOPT_WRITEFUNCTION, on_body);
  SET_CALLBACK(setup, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
  set_pointer(setup, CURLOPT_SOCKOPTDATA, transfer);
  SET_CALLBACK(setup, CURLOPT_RESOLVER_START_FUNCTION, on_look_up);
  set_pointer(setup, CURLOPT_RESOLVER_START_DATA, transfer);
  set_pointer(setup, CURLOPT_HEADERDATA, transfer);
  set_pointer(setup, CURLOPT_WRITEDATA, transfer);
}

/* Without the prereq callback only a connection of its own keeps libcurl from sending again. */
static void set_resend(struct setup *setup, struct instar_transfer *transfer) {
#if LIBCURL_VERSION_NUM >= 0x075000
  if (transfer->client->engine->version >= AT_LEAST(7, 80)) {
    SET_CALLBACK(setup, CURLOPT_PREREQFUNCTION, on_before_send);
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

/* What libcurl sends as it does a POST: with a body, if an empty one, and with headers that it thinks belong to it. */
static bool is_posted(const struct instar_request *request) {
  const char *method = request->method;
  return request->has_body || strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || strcmp(method, "PATCH") == 0;
}

/* A text libcurl takes apart and, in 7.88 at least, puts together once more; of a URL in parts it makes a copy. What
** cannot be taken apart is left to it, which says why. */
static void set_url(struct setup *setup, struct instar_transfer *transfer) {
  const char *text = instar_buffer_string(&transfer->request.url);
  if (transfer->request.url.length > MAX_URL) {
    instar_failure_set(&transfer->failure, INSTAR_KIND_LIMIT, "the URL is longer than %d bytes", MAX_URL);
    setup->code = CURLE_BAD_FUNCTION_ARGUMENT;
    return;
  }
  set_text(setup, CURLOPT_URL, text);
  transfer->url_parts = curl_url();
  if (transfer->url_parts == NULL) return;
  if (curl_url_set(transfer->url_parts, CURLUPART_URL, text, 0) != CURLUE_OK) return;
  set_pointer(setup, CURLOPT_CURLU, transfer->url_parts);
}

static void set_method(struct setup *setup, const struct instar_request *request) {
  const char *method = request->method;
  if (strcmp(method, "HEAD") == 0) { /* whatever it carries, its answer has no body to wait for */
    set_long(setup, CURLOPT_NOBODY, 1L);
  } else if (is_posted(request)) {
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

static bool is_blank(const char *value) {
  return value[strspn(value, " \t")] == '\0';
}

/* Adds "Name: value"; "Name;" is how libcurl wants an empty value, "Name:" takes one of its own out. */
static bool add_line(struct instar_transfer *transfer, struct instar_buffer *line, const struct instar_header *header) {
  struct curl_slist *longer;
  bool ok = instar_buffer_text(line, header->name) == INSTAR_OK;
  if (header->value == NULL) ok = ok && instar_buffer_text(line, ":") == INSTAR_OK;
  else if (is_blank(header->value)) ok = ok && instar_buffer_text(line, ";") == INSTAR_OK;
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
  bool posts = is_posted(&transfer->request);
  bool ok = add_line(transfer, line, &gzip);
  if (ok && posts) ok = add_line(transfer, line, &no_expect);
  if (ok && posts && !transfer->request.has_body) ok = add_line(transfer, line, &no_type);
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

/* No proxy of the environment's stands between this machine and itself, least of all for a token in plain text. */
static bool is_to_loopback(const struct instar_request *request) {
  const char *host;
  size_t length = instar_url_host(instar_buffer_string(&request->url), &host);
  return strncmp(host, "127.", 4) == 0 || strncmp(host, "[::1]", 5) == 0 ||
         (length >= 9 && strncmp(host, "localhost", 9) == 0 && (length == 9 || host[9] == ':'));
}

static void set_proxy(struct setup *setup, const struct instar_transfer *transfer) {
  const char *proxy = transfer->client->settings.proxy;
  if (proxy == NULL && is_to_loopback(&transfer->request)) proxy = "";
  if (proxy != NULL) set_text(setup, CURLOPT_PROXY, proxy);
}

CURLcode instar_setup_all(struct instar_transfer *transfer) {
  struct setup setup;
  setup.easy = transfer->easy;
  setup.code = CURLE_OK;
  set_fixed(&setup, transfer);
  set_callbacks(&setup, transfer);
  set_resend(&setup, transfer);
  set_trust(&setup, transfer);
  set_url(&setup, transfer);
  set_method(&setup, &transfer->request);
  set_headers(&setup, transfer);
  set_long(&setup, CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds(transfer));
  set_proxy(&setup, transfer);
  return setup.code;
}

bool instar_setup_may_use_tls(const struct instar_transfer *transfer) {
  const char *proxy = transfer->client->settings.proxy;
  if (is_https(&transfer->request)) return true;
  if (proxy != NULL) return *proxy != '\0';
  return !is_to_loopback(&transfer->request); /* there may be a proxy in the environment */
}

/* For parked handles. */

static size_t on_unwanted(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)size, (void)count, (void)context;
  return 0;
}

static curl_socket_t on_open_nothing(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)context, (void)purpose, (void)address;
  return CURL_SOCKET_BAD;
}

CURLcode instar_setup_detach(CURL *easy) {
  struct setup setup;
  setup.easy = easy;
  setup.code = CURLE_OK;
  set_pointer(&setup, CURLOPT_PRIVATE, NULL);
  set_pointer(&setup, CURLOPT_CURLU, NULL);
  set_pointer(&setup, CURLOPT_ERRORBUFFER, NULL);
  set_pointer(&setup, CURLOPT_POSTFIELDS, NULL);
  set_long(&setup, CURLOPT_CONNECTTIMEOUT_MS, 0x7fffffffL);
  SET_CALLBACK(&setup, CURLOPT_HEADERFUNCTION, on_unwanted);
  SET_CALLBACK(&setup, CURLOPT_WRITEFUNCTION, on_unwanted);
  SET_CALLBACK(&setup, CURLOPT_OPENSOCKETFUNCTION, on_open_nothing);
  SET_CALLBACK(&setup, CURLOPT_SOCKOPTFUNCTION, NULL);
  SET_CALLBACK(&setup, CURLOPT_RESOLVER_START_FUNCTION, NULL);
#if LIBCURL_VERSION_NUM >= 0x075000
  SET_CALLBACK(&setup, CURLOPT_PREREQFUNCTION, NULL);
#endif
  return setup.code;
}
