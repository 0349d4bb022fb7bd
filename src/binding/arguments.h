/* SPDX-License-Identifier: MIT
** What a caller gave an operation, checked against its row. */
#ifndef INSTAR_ARGUMENTS_H
#define INSTAR_ARGUMENTS_H

#include "binding/client.h"

/* Lives on the C stack while the Lua stack holds the values. */
struct instar_arguments {
  lua_State *L;
  const char *label; /* "losant instance.get", for messages; on the Lua stack */
  const struct instar_client_box *client;
  const struct instar_operation *row;
  const char *path; /* the row's, or one that is escaped already */
  int strings;      /* stack index of the first leading string */
  int string_count;
  int table;    /* stack index of the table of arguments, 0 without */
  int options;  /* stack index of the call's options, 0 without */
  bool generic; /* client:request, where extra_query is the argument query */
};

/* Sorts what lies on the stack from index `first` on: leading strings, arguments, options. Checks the arguments' names. */
void instar_arguments_read(struct instar_arguments *arguments, int first);

/* Pushes the value of a parameter, checked, and returns true; nothing and false when none was given.
** Raises when it is required, or of the wrong type. */
bool instar_arguments_push(struct instar_arguments *arguments, const struct instar_parameter *parameter);

/* Pushes a table given as an option (extra_query, extra_body) and returns true; nothing and false without. */
bool instar_arguments_push_extra(struct instar_arguments *arguments, const char *option);

/* While lua_next walks such a table: the key below the value on top of the stack. Raises unless it is a string. */
const char *instar_arguments_extra_name(struct instar_arguments *arguments, const char *option, size_t *length);

#endif
