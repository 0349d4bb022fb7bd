/* SPDX-License-Identifier: MIT
** See failure.h. */
#include "engine/failure.h"

#include <stdarg.h>
#include <stdio.h>

void instar_failure_set(struct instar_failure *failure, enum instar_kind kind, const char *format, ...) {
  va_list arguments;
  if (failure->kind != INSTAR_KIND_NONE) return;
  failure->kind = kind;
  va_start(arguments, format);
  vsnprintf(failure->text, sizeof failure->text, format, arguments);
  va_end(arguments);
}
