/* SPDX-License-Identifier: MIT
** See options.h. */
#include "limit/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "limit/fail.h"

enum type { TEXT, NUMBER };

struct row {
  const char *name;
  enum type type;
  size_t offset;
};

static const struct row rows[] = {
  {"base", TEXT, offsetof(struct options, base)},           {"ca", TEXT, offsetof(struct options, ca)},
  {"mode", TEXT, offsetof(struct options, mode)},           {"count", NUMBER, offsetof(struct options, count)},
  {"parallel", NUMBER, offsetof(struct options, parallel)}, {"prefetch", NUMBER, offsetof(struct options, prefetch)},
};

static const struct row *find(const char *word, size_t length) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (strlen(rows[i].name) == length && strncmp(rows[i].name, word, length) == 0) return &rows[i];
  }
  return NULL;
}

static long number(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (end == text || *end != '\0' || value < 0) fail("not a number", text);
  return value;
}

static void set(struct options *options, const char *word) {
  size_t length = strcspn(word, "=");
  const struct row *row = word[length] == '=' ? find(word, length) : NULL;
  if (row == NULL) fail("unknown argument", word);
  word += length + 1;
  if (row->type == NUMBER) *(long *)(void *)((char *)options + row->offset) = number(word);
  else *(const char **)(void *)((char *)options + row->offset) = word;
}

void options_read(struct options *options, int count, char **words) {
  memset(options, 0, sizeof *options);
  options->parallel = 1;
  options->mode = "cached";
  if (count < 2) fail("usage", "limit WORK name=value …");
  options->work = words[1];
  for (int i = 2; i < count; i++) set(options, words[i]);
  if (options->base == NULL) fail("base= is missing", "");
  if (options->parallel < 1) fail("parallel= is too small", "");
}
