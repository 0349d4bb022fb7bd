/* SPDX-License-Identifier: MIT
** A transfer's libcurl handle: what is set on it, what it tells. */
#ifndef INSTAR_EASY_H
#define INSTAR_EASY_H

#include "engine/transfer.h"

/* Gives the transfer a handle, sets every option and adds it to the multi. False when it failed: the transfer's
** failure says why, its handle is still to be released. */
bool instar_easy_start(struct instar_transfer *transfer);

/* Takes the handle out of the multi and gives it back to the engine. A transfer that is looked up by name
** on a libcurl that would wait for the look-up leaves its handle to the engine instead. */
void instar_easy_release(struct instar_transfer *transfer);

/* Records why libcurl gave up, unless a cause is known already. */
void instar_easy_blame(struct instar_transfer *transfer, CURLcode result);

/* Writes what the transfer was at: "while connecting to example.com". */
void instar_easy_stage(const struct instar_transfer *transfer, char *text, size_t size);

bool instar_easy_is_connected(const struct instar_transfer *transfer);
enum instar_sent instar_easy_sent(const struct instar_transfer *transfer);

#endif
