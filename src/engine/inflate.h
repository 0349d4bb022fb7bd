/* SPDX-License-Identifier: MIT
** Decompression of gzip and zlib bodies as they arrive. */
#ifndef INSTAR_INFLATE_H
#define INSTAR_INFLATE_H

#include "engine/buffer.h"

struct instar_inflate; /* owned by whoever created it */

/* NULL when there is no memory. */
struct instar_inflate *instar_inflate_create(void);
void instar_inflate_free(struct instar_inflate *inflate); /* NULL does nothing */

/* Appends what `bytes` inflate to. INSTAR_INVALID: not gzip or zlib data, or damaged;
** INSTAR_TOO_LARGE: the cap of `out` is reached. */
enum instar_code instar_inflate_feed(struct instar_inflate *inflate, const void *bytes, size_t length,
                                     struct instar_buffer *out);

/* True when all that was fed was whole (nothing fed at all is whole too). */
bool instar_inflate_complete(const struct instar_inflate *inflate);

#endif
