/* SPDX-License-Identifier: MIT
** What the limit can do. Each work prints its line. */
#ifndef LIMIT_WORK_H
#define LIMIT_WORK_H

#include "limit/decoder.h"
#include "limit/options.h"

void work_get(const struct options *options, struct decoder *decoder);
void work_pages(const struct options *options, struct decoder *decoder);
void work_connect(const struct options *options, struct decoder *decoder);
void work_start(const struct options *options, struct decoder *decoder);

#endif
