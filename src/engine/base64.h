/* SPDX-License-Identifier: MIT
** Base64 with padding (RFC 4648), for HTTP Basic authentication. */
#ifndef INSTAR_BASE64_H
#define INSTAR_BASE64_H

#include "engine/buffer.h"

enum instar_code instar_base64_encode(struct instar_buffer *out, const char *bytes, size_t length);

#endif
