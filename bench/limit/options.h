/* SPDX-License-Identifier: MIT
** The command line: WORK name=value … */
#ifndef LIMIT_OPTIONS_H
#define LIMIT_OPTIONS_H

struct options {
  const char *work;
  const char *base; /* the server's address */
  const char *ca;   /* file of certificate authorities, or NULL */
  const char *mode; /* of `connect` */
  long count, parallel, prefetch;
};

/* What the words say; all texts are borrowed from them. Fails on what it does not know. */
void options_read(struct options *options, int count, char **words);

#endif
