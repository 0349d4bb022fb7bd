/* SPDX-License-Identifier: MIT
** See url.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>

static bool is_unreserved(unsigned char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' ||
         byte == '.' || byte == '_' || byte == '~';
}

static size_t count_unreserved(const char *text, size_t length) {
  size_t count = 0;
  while (count < length && is_unreserved((unsigned char)text[count])) count++;
  return count;
}

static enum instar_code append_escaped(struct instar_buffer *out, unsigned char byte) {
  static const char digits[] = "0123456789ABCDEF";
  char escaped[3] = {'%', digits[byte >> 4], digits[byte & 15]};
  return instar_buffer_append(out, escaped, sizeof escaped);
}

enum instar_code instar_url_escape(struct instar_buffer *out, const char *text, size_t length) {
  size_t before = out->length;
  size_t at = 0;
  enum instar_code code = INSTAR_OK;
  while (at < length && code == INSTAR_OK) {
    size_t plain = count_unreserved(text + at, length - at);
    code = instar_buffer_append(out, text + at, plain);
    at += plain;
    if (code == INSTAR_OK && at < length) code = append_escaped(out, (unsigned char)text[at++]);
  }
  if (code != INSTAR_OK) instar_buffer_truncate(out, before);
  return code;
}

enum instar_code instar_url_pair(struct instar_buffer *url, const char *name, size_t name_length, const char *value,
                                 size_t value_length) {
  size_t before = url->length;
  char separator = strchr(instar_buffer_string(url), '?') == NULL ? '?' : '&';
  enum instar_code code = instar_buffer_byte(url, separator);
  if (code == INSTAR_OK) code = instar_url_escape(url, name, name_length);
  if (code == INSTAR_OK) code = instar_buffer_byte(url, '=');
  if (code == INSTAR_OK) code = instar_url_escape(url, value, value_length);
  if (code != INSTAR_OK) instar_buffer_truncate(url, before);
  return code;
}

bool instar_url_is_segment(const char *text, size_t length) {
  if (length == 0 || memchr(text, '\0', length) != NULL) return false;
  return strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static bool is_loopback(const char *host) {
  struct in_addr address;
  if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) return true;
  return inet_pton(AF_INET, host, &address) == 1 && strncmp(host, "127.", 4) == 0;
}

/* Copies one part of the URL into `out` with text around it; a part that is not there copies nothing. */
static enum instar_code copy_part(CURLU *url, CURLUPart part, const char *before, struct instar_buffer *out) {
  char *text = NULL;
  enum instar_code code;
  CURLUcode result = curl_url_get(url, part, &text, 0);
  if (result == CURLUE_OUT_OF_MEMORY) return INSTAR_NO_MEMORY;
  if (result != CURLUE_OK) return INSTAR_OK;
  code = instar_buffer_text(out, before);
  if (code == INSTAR_OK) code = instar_buffer_text(out, text);
  curl_free(text);
  return code;
}

static enum instar_code find_part(CURLU *url, CURLUPart part, bool *found) {
  char *text = NULL;
  CURLUcode result = curl_url_get(url, part, &text, 0);
  curl_free(text);
  *found = result == CURLUE_OK;
  return result == CURLUE_OUT_OF_MEMORY ? INSTAR_NO_MEMORY : INSTAR_OK;
}

/* Older libcurl lets them through. */
static bool has_blank_or_control(const char *text) {
  for (; *text != '\0'; text++) {
    if ((unsigned char)*text <= ' ' || *text == 127) return true;
  }
  return false;
}

/* INSTAR_INVALID when the URL has a part that a base URL must not have. */
static enum instar_code check_parts(CURLU *url, const char **reason) {
  static const struct {
    CURLUPart part;
    const char *reason;
  } unwanted[] = {{CURLUPART_USER, "must not hold a user name or password"},
                  {CURLUPART_PASSWORD, "must not hold a user name or password"},
                  {CURLUPART_QUERY, "must not have a query"},
                  {CURLUPART_FRAGMENT, "must not have a fragment"}};
  size_t i;
  for (i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
    bool found;
    enum instar_code code = find_part(url, unwanted[i].part, &found);
    if (code != INSTAR_OK) return code;
    if (found) {
      *reason = unwanted[i].reason;
      return INSTAR_INVALID;
    }
  }
  return INSTAR_OK;
}

/* Reads the text into `url`. */
static enum instar_code parse(CURLU *url, const char *text, const char **reason) {
  CURLUcode result = CURLUE_MALFORMED_INPUT;
  *reason = "is not a URL such as https://host/path";
  if (strstr(text, "://") != NULL && !has_blank_or_control(text)) {
    result = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
  }
  if (result == CURLUE_OUT_OF_MEMORY) return INSTAR_NO_MEMORY;
  return result == CURLUE_OK ? INSTAR_OK : INSTAR_INVALID;
}

static void cut_slashes(struct instar_buffer *out) {
  while (out->length > 0 && out->data[out->length - 1] == '/') instar_buffer_truncate(out, out->length - 1);
}

/* Scheme and host are looked at on their own, then the whole is put together from its checked parts. */
static enum instar_code assemble(CURLU *url, struct instar_base *base, const char **reason) {
  struct instar_buffer *out = &base->url;
  enum instar_code code = copy_part(url, CURLUPART_SCHEME, "", out);
  if (code != INSTAR_OK) return code;
  base->https = strcmp(instar_buffer_string(out), "https") == 0;
  if (!base->https && strcmp(instar_buffer_string(out), "http") != 0) {
    *reason = "must start with https://";
    return INSTAR_INVALID;
  }
  instar_buffer_clear(out);
  code = copy_part(url, CURLUPART_HOST, "", out);
  if (code != INSTAR_OK) return code;
  base->loopback = is_loopback(instar_buffer_string(out));
  instar_buffer_clear(out);
  code = instar_buffer_text(out, base->https ? "https" : "http");
  if (code == INSTAR_OK) code = copy_part(url, CURLUPART_HOST, "://", out);
  if (code == INSTAR_OK) code = copy_part(url, CURLUPART_PORT, ":", out);
  if (code == INSTAR_OK) code = copy_part(url, CURLUPART_PATH, "", out);
  if (code == INSTAR_OK) cut_slashes(out);
  return code;
}

enum instar_code instar_url_base(const char *text, struct instar_base *base, const char **reason) {
  CURLU *url = curl_url();
  enum instar_code code;
  memset(base, 0, sizeof *base);
  if (url == NULL) return INSTAR_NO_MEMORY;
  code = parse(url, text, reason);
  if (code == INSTAR_OK) code = check_parts(url, reason);
  if (code == INSTAR_OK) code = assemble(url, base, reason);
  curl_url_cleanup(url);
  if (code != INSTAR_OK) instar_buffer_free(&base->url);
  return code;
}

size_t instar_url_host(const char *url, const char **host) {
  const char *start = strstr(url, "://");
  *host = start == NULL ? url : start + 3;
  return strcspn(*host, "/?");
}
