/* SPDX-License-Identifier: MIT
** Building URLs: escaped path segments and queries, checked base URLs. */
#ifndef INSTAR_URL_H
#define INSTAR_URL_H

#include "engine/buffer.h"

/* Appends `text` with everything but RFC 3986's unreserved bytes as %XX. */
enum instar_code instar_url_escape(struct instar_buffer *out, const char *text, size_t length);

/* Appends `name=value`, both escaped, behind `?` or `&`: the first pair of a URL starts its query. */
enum instar_code instar_url_pair(struct instar_buffer *url, const char *name, size_t name_length, const char *value,
                                 size_t value_length);

/* False for a segment that would change the path around it: empty, "." or "..", or with a NUL in it. */
bool instar_url_is_segment(const char *text, size_t length);

/* The length of "host:port" in an absolute URL as the engine puts them together; `*host` is where it starts. */
size_t instar_url_host(const char *url, const char **host);

struct instar_base {
  struct instar_buffer url; /* normalized: scheme://host[:port][/prefix], no slash at its end */
  bool https;
  bool loopback; /* localhost, 127.0.0.0/8 or ::1 */
};

/* Checks and normalizes a base URL into `base` (owned by the caller, initialized here, freed with
** instar_buffer_free(&base->url)). On INSTAR_INVALID `*reason` says what is wrong with it, in static text. */
enum instar_code instar_url_base(const char *text, struct instar_base *base, const char **reason);

#endif
