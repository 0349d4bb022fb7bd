/* SPDX-License-Identifier: MIT
** How this program ends when something goes wrong. */
#ifndef LIMIT_FAIL_H
#define LIMIT_FAIL_H

/* Says what is wrong and of what (may be ""), and exits with 1. */
void fail(const char *what, const char *detail) __attribute__((noreturn));

#endif
