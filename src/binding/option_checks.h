/* SPDX-License-Identifier: MIT
** What each kind of option takes: checks of one value, which put it where the option's row says. */
#ifndef INSTAR_OPTION_CHECKS_H
#define INSTAR_OPTION_CHECKS_H

#include "binding/client.h"

struct instar_option_check;

struct instar_option {
  const char *name;
  void (*take)(struct instar_option_check *check);
  size_t offset; /* in the struct at check->base, of the type that `take` says below */
};

/* What a check works on. The value is at `index`. */
struct instar_option_check {
  lua_State *L;
  const char *owner; /* "instar.losant", "losant instance.get" */
  const struct instar_option *option;
  int index;
  int environment;               /* where Lua's values go; 0: nowhere */
  char *base;                    /* the struct that the row's offset counts from */
  struct instar_client_box *box; /* NULL for a call */
  struct instar_headers *headers;
  const struct instar_service *service;
};

/* Raises that the option must be what `expected` says. */
void instar_option_refuse(struct instar_option_check *check, const char *expected);

/* Each raises for a value it does not take. */
void instar_take_span(struct instar_option_check *check);       /* int64_t: seconds become microseconds */
void instar_take_retries(struct instar_option_check *check);    /* unsigned */
void instar_take_places(struct instar_option_check *check);     /* unsigned, from 1 */
void instar_take_bytes(struct instar_option_check *check);      /* size_t */
void instar_take_flag(struct instar_option_check *check);       /* bool */
void instar_take_path(struct instar_option_check *check);       /* char *, a copy */
void instar_take_proxy(struct instar_option_check *check);      /* char *, a copy; false becomes "" */
void instar_take_base(struct instar_option_check *check);       /* struct instar_base */
void instar_take_headers(struct instar_option_check *check);    /* into check->headers */
void instar_take_user_agent(struct instar_option_check *check); /* into check->headers */
void instar_take_version(struct instar_option_check *check);    /* into check->headers */
void instar_take_function(struct instar_option_check *check);   /* these three into the environment */
void instar_take_nothing(struct instar_option_check *check);    /* a function that somebody else reads */
void instar_take_token(struct instar_option_check *check);
void instar_take_secret(struct instar_option_check *check);

#endif
