/* SPDX-License-Identifier: MIT
** Doubly linked lists whose links lie in their members. */
#ifndef INSTAR_LIST_H
#define INSTAR_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A list's head, and a member's place in a list. Out of any list: next is NULL. */
struct instar_link {
  struct instar_link *previous;
  struct instar_link *next;
};

static inline void instar_list_init(struct instar_link *head) {
  head->previous = head->next = head;
}

static inline bool instar_list_is_empty(const struct instar_link *head) {
  return head->next == head;
}

/* Takes a member out of its list; one that is in none stays as it is. */
static inline void instar_list_remove(struct instar_link *link) {
  if (link->next == NULL) return;
  link->previous->next = link->next;
  link->next->previous = link->previous;
  link->previous = link->next = NULL;
}

/* Puts a member that is in no list behind all others. */
static inline void instar_list_append(struct instar_link *head, struct instar_link *link) {
  link->previous = head->previous;
  link->next = head;
  head->previous->next = link;
  head->previous = link;
}

/* The struct that `link` is the member `field` of. */
#define INSTAR_LIST_ENTRY(link, type, field) ((type *)(void *)((char *)(link)-offsetof(type, field)))

#endif
