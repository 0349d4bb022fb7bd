/* SPDX-License-Identifier: MIT
** Runs every test, or those whose names hold the first argument; prints "N passed, N failed". */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "memory.h"

static bool failed;

bool check_that(bool holds, const char *condition, const char *file, int line) {
  if (!holds) {
    failed = true;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  }
  return holds;
}

static const struct test *const suites[] = {buffer_tests,   url_tests,     headers_tests,  inflate_tests, timers_tests,
                                            response_tests, sigpipe_tests, transfer_tests, memory_tests,  lookup_tests};

int main(int count, char **words) {
  unsigned passed = 0, bad = 0;
  size_t i;
  memory_prepare();
  for (i = 0; i < COUNT_OF(suites); i++) {
    const struct test *test;
    for (test = suites[i]; test->name != NULL; test++) {
      if (count > 1 && strstr(test->name, words[1]) == NULL) continue;
      failed = false;
      test->run();
      if (failed) fprintf(stderr, "failed: %s\n", test->name);
      *(failed ? &bad : &passed) += 1;
    }
  }
  curl_global_cleanup();
  curl_global_cleanup(); /* for instar_engine_prepare */
  printf("%u passed, %u failed\n", passed, bad);
  return bad > 0;
}
