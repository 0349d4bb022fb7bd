/* SPDX-License-Identifier: MIT
** Memory that runs out: the engine's allocations, and libcurl's, counted and made to fail. */
#ifndef INSTAR_TEST_MEMORY_H
#define INSTAR_TEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Initializes libcurl with functions of its own; before anything else of it is used. */
void memory_prepare(void);

/* Whose allocations count. */
enum memory_scope { MEMORY_ENGINE, MEMORY_ALL };

/* From now on the allocation of that number fails (1 is the next; 0: none), with `on` those after it too. */
void memory_fail_at(enum memory_scope scope, size_t number, bool on);

/* Ends failing; true when an allocation did fail. */
bool memory_end(void);

/* Blocks of the engine's that are not freed; and of libcurl's too. */
size_t memory_live(enum memory_scope scope);

#endif
