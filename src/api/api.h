/* SPDX-License-Identifier: MIT
** Operations as const data: what generated rows in this folder look like. */
#ifndef INSTAR_API_H
#define INSTAR_API_H

#include <stddef.h>

/* Where a parameter goes. BODY is the whole body under one name, MEMBER a member of
** the body's top-level object, FORM a field of a form-encoded body. */
enum instar_place {
  INSTAR_PLACE_PATH,
  INSTAR_PLACE_QUERY,
  INSTAR_PLACE_HEADER,
  INSTAR_PLACE_BODY,
  INSTAR_PLACE_MEMBER,
  INSTAR_PLACE_FORM
};

enum instar_type {
  INSTAR_TYPE_STRING,
  INSTAR_TYPE_INTEGER,
  INSTAR_TYPE_NUMBER,
  INSTAR_TYPE_BOOLEAN,
  INSTAR_TYPE_LIST, /* sent as one comma-joined string; a string or an array of strings */
  INSTAR_TYPE_OBJECT,
  INSTAR_TYPE_ARRAY,
  INSTAR_TYPE_ANY
};

/* How a query parameter that holds a table is written. */
enum instar_encoding {
  INSTAR_ENCODING_PLAIN,    /* tables are refused (but for LIST) */
  INSTAR_ENCODING_BRACKETS, /* name[0][key]=value */
  INSTAR_ENCODING_JSON      /* the value as JSON text */
};

struct instar_parameter {
  const char *name;           /* as the service spells it */
  const char *text;           /* one line for people */
  const char *fallback;       /* sent when the caller gives nothing; NULL: nothing is sent */
  const char *server_default; /* what the service assumes when nothing is sent, or NULL */
  const char *const *values;  /* documented values, NULL-terminated, or NULL */
  unsigned char place;        /* enum instar_place */
  unsigned char type;         /* enum instar_type */
  unsigned char encoding;     /* enum instar_encoding */
  unsigned char required;
};

/* Which members of a JSON body are arrays. Only nodes that are arrays or lead to one are listed;
** the children of an array node describe its items, a child "[]" stands for items that are arrays. A node is found by its name in the table above it. */
struct instar_shape {
  const char *name;
  const struct instar_shape *children;
  unsigned char child_count;
  unsigned char array;
};

enum instar_body { INSTAR_BODY_NONE, INSTAR_BODY_JSON, INSTAR_BODY_FORM };

/* JSON: documented JSON. FILE: bytes, whatever they look like. OTHER: the contract promises no JSON. */
enum instar_answer { INSTAR_ANSWER_JSON, INSTAR_ANSWER_FILE, INSTAR_ANSWER_OTHER };

enum instar_auth { INSTAR_AUTH_TOKEN, INSTAR_AUTH_BASIC, INSTAR_AUTH_NONE };

enum instar_repeat { INSTAR_REPEAT_SAFE, INSTAR_REPEAT_UNSAFE };

enum instar_paging_style { INSTAR_PAGING_PAGE, INSTAR_PAGING_OFFSET, INSTAR_PAGING_CURSOR };

/* How a list is walked. Unused members are NULL; dotted names lead into the answer. */
struct instar_paging {
  unsigned char style;  /* enum instar_paging_style */
  const char *items;    /* where the items are */
  const char *size;     /* parameter: page size */
  const char *position; /* parameter: page number, offset or cursor */
  const char *total;    /* where the total is */
  const char *next;     /* cursor: where the next cursor is */
  const char *more;     /* cursor: where a boolean says whether more follows */
  const char *identity; /* cursor made from the last item: which member */
  long first;           /* first page number or offset */
  long default_size;
};

/* How a read operation is watched. */
struct instar_waiting {
  const char *status;        /* where the status is; "items[].status" looks at every item */
  const char *const *failed; /* states that end the wait with an error */
  const char *const *states; /* documented states */
};

/* An answer that the service documents. */
struct instar_status {
  int code;
  const char *text;
};

struct instar_operation {
  const char *resource;
  const char *action;
  const char *method;
  const char *path;                          /* "/instances/{instanceId}" */
  const char *text;                          /* one line for people */
  const char *root;                          /* name in service->roots; NULL: base_url */
  const struct instar_parameter *parameters; /* own ones; the service's common ones come on top */
  const struct instar_shape *arrays;         /* by argument name, or NULL */
  const struct instar_paging *paging;        /* or NULL */
  const struct instar_waiting *waiting;      /* or NULL */
  const struct instar_status *statuses;      /* documented answers, successes first */
  unsigned char parameter_count;
  unsigned char array_count;
  unsigned char status_count;
  unsigned char body;   /* enum instar_body */
  unsigned char answer; /* enum instar_answer */
  unsigned char auth;   /* enum instar_auth */
  unsigned char repeat; /* enum instar_repeat */
};

/* A client option that holds a base URL beside base_url. */
struct instar_root {
  const char *name;
  const char *option;
  const char *url;
};

/* A client option that may come from the environment. */
struct instar_variable {
  const char *option;
  const char *variable;
};

/* How a client with credentials gets its token. */
struct instar_login {
  const char *operation;       /* "token.issue" */
  const char *const *required; /* credential options, all needed */
  const char *const *optional; /* credential options that may come too */
  const char *arguments;       /* JSON; a string "$name" stands for the option, absent when unset */
  const char *token_header;    /* where the token is: a header, in lower case … */
  const char *token_member;    /* … or a dotted member of the body */
  const char *expires_at;      /* dotted member: RFC 3339 time, or NULL */
  const char *expires_on;      /* dotted member: seconds since the epoch, or NULL */
  const char *expires_in;      /* dotted member: seconds from now, or NULL */
  const char *once;            /* credential option that makes a login unrepeatable (a one-time code), or NULL */
  long renew_before;           /* seconds before the end */
};

struct instar_service {
  const char *name;
  const char *title;
  const char *base_url;       /* NULL: the caller must give one */
  const char *version_header; /* or NULL */
  const char *version;
  const char *auth_header; /* "Authorization" */
  const char *auth_prefix; /* "Bearer " */
  const char *basic_user;  /* options of INSTAR_AUTH_BASIC, or NULL */
  const char *basic_password;
  const struct instar_login *login;
  const struct instar_root *roots;
  const struct instar_variable *variables;
  const struct instar_parameter *common; /* parameters of every operation */
  const char *const *error_code;         /* dotted members to try, in order */
  const char *const *error_message;
  const struct instar_operation *operations; /* sorted by resource, then action */
  unsigned char root_count;
  unsigned char variable_count;
  unsigned char common_count;
  unsigned short operation_count;
};

extern const struct instar_service instar_service_losant;
extern const struct instar_service instar_service_kakaocloud;
extern const struct instar_service instar_service_acronis;

#endif
