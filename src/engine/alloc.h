/* SPDX-License-Identifier: MIT
** The one set of memory functions of the engine; tests replace it to make allocations fail. */
#ifndef INSTAR_ALLOC_H
#define INSTAR_ALLOC_H

#include <stddef.h>

/* As realloc: NULL block allocates, NULL result leaves the block as it was. Size is never 0. */
typedef void *(*instar_reallocate)(void *block, size_t size);
typedef void (*instar_release)(void *block);

/* Sets the functions for the whole process; NULL, NULL goes back to realloc and free.
** Only while nothing of the engine is allocated. */
void instar_alloc_set(instar_reallocate reallocate, instar_release release);

void *instar_alloc(size_t size); /* zeroed; NULL when there is no memory; caller frees */
void *instar_realloc(void *block, size_t size);
char *instar_strdup(const char *text); /* caller frees */
void instar_free(void *block);         /* NULL does nothing */

#endif
