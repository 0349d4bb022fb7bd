/* SPDX-License-Identifier: MIT
** The limit: the work of the measurements done in C on libcurl, with lua-cjson in an embedded Lua, as plain and as fast
** as can be. What it took is what instar is held against.
**
** usage: limit WORK base=URL [count=N] [parallel=N] [prefetch=N] [ca=FILE] [mode=MODE]
**   get      gets of an instance, `parallel` at once          connect  each on a new connection; mode cached, shared,
**   pages    pages of a list in order, `prefetch` ahead                or default
**   start    one get */
#include <curl/curl.h>
#include <string.h>

#include "limit/fail.h"
#include "limit/work.h"

struct work {
  const char *name;
  void (*run)(const struct options *options, struct decoder *decoder);
};

static const struct work works[] = {
  {"get", work_get},
  {"pages", work_pages},
  {"connect", work_connect},
  {"start", work_start},
};

static const struct work *find_work(const char *name) {
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    if (strcmp(works[i].name, name) == 0) return &works[i];
  }
  fail("unknown work", name);
}

int main(int count, char **words) {
  struct options options;
  struct decoder decoder;
  const struct work *work;
  options_read(&options, count, words);
  work = find_work(options.work);
  transfer_check(curl_global_init(CURL_GLOBAL_DEFAULT));
  decoder_open(&decoder);
  work->run(&options, &decoder);
}
