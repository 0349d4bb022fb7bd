/* SPDX-License-Identifier: MIT
** Answers into Lua tables, with lua-cjson in a Lua of its own. */
#ifndef LIMIT_DECODER_H
#define LIMIT_DECODER_H

#include <lua.h>

#include "limit/transfer.h"

struct decoder {
  lua_State *L;
};

/* The sums that prove that answers were decoded. */
struct tally {
  long items, names; /* names: their lengths */
};

/* Starts a Lua, with its collector as the interpreter has it. Never closed. */
void decoder_open(struct decoder *decoder);

/* Decodes the body, counts its `name`, and drops it. */
void decoder_take_instance(struct decoder *decoder, const struct transfer *transfer, struct tally *tally);

/* Decodes the body, counts `name` of all of its `instances`, and drops it. */
void decoder_take_page(struct decoder *decoder, const struct transfer *transfer, struct tally *tally);

#endif
