/* SPDX-License-Identifier: MIT
** The module instar.core: what `require "instar"` builds on. */
#ifndef INSTAR_CORE_H
#define INSTAR_CORE_H

#include "binding/compat.h"

#if defined(_WIN32)
#define INSTAR_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define INSTAR_EXPORT __attribute__((visibility("default")))
#else
#define INSTAR_EXPORT
#endif

INSTAR_EXPORT int luaopen_instar_core(lua_State *L);

#endif
