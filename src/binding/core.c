/* SPDX-License-Identifier: MIT
** See core.h. Registers, no more. */
#define _GNU_SOURCE /* dladdr */
#include "binding/core.h"

#include <dlfcn.h>
#include <string.h>

#include "binding/call.h"
#include "binding/describe.h"
#include "binding/error.h"
#include "binding/exchange.h"
#include "binding/generic.h"
#include "binding/misuse.h"
#include "binding/operation.h"
#include "binding/state.h"
#include "binding/value.h"
#include "binding/version.h"
#include "engine/clock.h"

/* A name look-up that was given up may still run when the Lua state closes: libcurl must stay loaded. */
static void stay_loaded(void) {
  Dl_info info;
  int (*here)(lua_State *) = luaopen_instar_core;
  void *address;
  memcpy(&address, &here, sizeof address);
  if (dladdr(address, &info) == 0 || info.dli_fname == NULL) return;
#ifdef RTLD_NODELETE
  dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
#endif
}

/* core.step([seconds]): moves everything that is under way on, waiting at most that long (a second when not given). */
static int f_step(lua_State *L) {
  lua_Number seconds = luaL_optnumber(L, 1, 1);
  int64_t wait = seconds <= 0 ? 0 : (int64_t)(seconds * (lua_Number)INSTAR_SECOND);
  instar_engine_step(instar_state_engine(L), wait);
  return 0;
}

/* core.environment(x): the environment of the client that x (a client, operation or call) belongs to. */
static int f_environment(lua_State *L) {
  luaL_checktype(L, 1, LUA_TUSERDATA);
  lua_getuservalue(L, 1);
  return 1;
}

/* core.class(name): metatable and methods of a class, for the Lua layer to add to. */
static int f_class(lua_State *L) {
  luaL_getmetatable(L, luaL_checkstring(L, 1));
  luaL_checktype(L, -1, LUA_TTABLE);
  lua_getfield(L, -1, "methods");
  return 2;
}

/* core.service(name of a client): what the Lua layer needs to know of its service. */
static int f_service(lua_State *L) {
  instar_describe_push_service(L, instar_client_service(L, 1));
  return 1;
}

/* core.misuse(message): raises it with the position of the program's own code. */
static int f_misuse(lua_State *L) {
  return instar_misuse(L, "%s", luaL_checkstring(L, 1));
}

/* core.adopt(function): Lua files of the folder that this function's file lies in are ours. */
static int f_adopt(lua_State *L) {
  lua_Debug info;
  const char *slash;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_getinfo(L, ">S", &info);
  slash = strrchr(info.source, '/');
  if (slash == NULL) slash = strrchr(info.source, '\\');
  lua_pushlstring(L, info.source, slash == NULL ? strlen(info.source) : (size_t)(slash - info.source) + 1);
  instar_state_set(L, INSTAR_SLOT_SOURCE);
  return 0;
}

int luaopen_instar_core(lua_State *L) {
  static const luaL_Reg functions[] = {{"client", instar_client_new},
                                       {"begin", instar_call_begin},
                                       {"generic", instar_generic_begin},
                                       {"array", instar_value_array},
                                       {"step", f_step},
                                       {"environment", f_environment},
                                       {"class", f_class},
                                       {"service", f_service},
                                       {"misuse", f_misuse},
                                       {"adopt", f_adopt},
                                       {NULL, NULL}};
  stay_loaded();
  instar_state_open(L);
  instar_client_register(L);
  instar_operation_register(L);
  instar_call_register(L);
  instar_error_register(L);
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  instar_exchange_register(L);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, INSTAR_VERSION);
  lua_setfield(L, -2, "version");
  return 1;
}
