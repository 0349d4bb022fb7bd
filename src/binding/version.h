/* SPDX-License-Identifier: MIT
** The version of instar, as the module's _VERSION and in the User-Agent header. */
#ifndef INSTAR_VERSION_H
#define INSTAR_VERSION_H

#define INSTAR_VERSION "0.1.0"

#endif
