/* SPDX-License-Identifier: MIT
** The options of a transfer's libcurl handle. */
#ifndef INSTAR_SETUP_H
#define INSTAR_SETUP_H

#include "engine/transfer.h"

/* Sets every option on the transfer's handle; its callbacks write into the transfer. What libcurl said of the first
** option that it refused. */
CURLcode instar_setup_all(struct instar_transfer *transfer);

/* False when neither the service nor a proxy on the way is reached over TLS. */
bool instar_setup_may_use_tls(const struct instar_transfer *transfer);

/* Cuts a handle off from its transfer, which it may outlive. */
CURLcode instar_setup_detach(CURL *easy);

#endif
