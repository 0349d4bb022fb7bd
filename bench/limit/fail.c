/* SPDX-License-Identifier: MIT
** See fail.h. */
#include "limit/fail.h"

#include <stdio.h>
#include <stdlib.h>

void fail(const char *what, const char *detail) {
  fprintf(stderr, "limit: %s%s%s\n", what, *detail != '\0' ? ": " : "", detail);
  exit(EXIT_FAILURE);
}
