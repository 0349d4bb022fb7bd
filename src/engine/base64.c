/* SPDX-License-Identifier: MIT
** See base64.h. */
#include "engine/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One to three bytes become four characters. */
static enum instar_code encode_group(struct instar_buffer *out, const unsigned char *bytes, size_t count) {
  unsigned long bits = (unsigned long)bytes[0] << 16;
  char group[4];
  if (count > 1) bits |= (unsigned long)bytes[1] << 8;
  if (count > 2) bits |= bytes[2];
  group[0] = alphabet[bits >> 18];
  group[1] = alphabet[(bits >> 12) & 63];
  group[2] = '=';
  group[3] = '=';
  if (count > 1) group[2] = alphabet[(bits >> 6) & 63];
  if (count > 2) group[3] = alphabet[bits & 63];
  return instar_buffer_append(out, group, sizeof group);
}

enum instar_code instar_base64_encode(struct instar_buffer *out, const char *bytes, size_t length) {
  size_t i;
  for (i = 0; i < length; i += 3) {
    size_t count = length - i < 3 ? length - i : 3;
    enum instar_code code = encode_group(out, (const unsigned char *)bytes + i, count);
    if (code != INSTAR_OK) return code;
  }
  return INSTAR_OK;
}
