/* SPDX-License-Identifier: MIT
** The tests of src/engine: rows of name and function, checks that count. */
#ifndef INSTAR_TEST_HARNESS_H
#define INSTAR_TEST_HARNESS_H

#include <stdbool.h>

struct test {
  const char *name;
  void (*run)(void);
};

/* A list ends with a row of NULLs. */
extern const struct test buffer_tests[];
extern const struct test url_tests[];
extern const struct test headers_tests[];
extern const struct test inflate_tests[];
extern const struct test timers_tests[];
extern const struct test response_tests[];
extern const struct test sigpipe_tests[];
extern const struct test transfer_tests[];
extern const struct test memory_tests[];
extern const struct test lookup_tests[];

/* Fails the test under way, which goes on. Gives what it was told. */
bool check_that(bool holds, const char *condition, const char *file, int line);

#define CHECK(condition) check_that((condition) ? true : false, #condition, __FILE__, __LINE__)

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#endif
