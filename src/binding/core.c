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
#include "binding/turn.h"
#include "binding/value.h"
#include "binding/version.h"

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

/* core.handle(class, table): a userdata of a class whose methods lie in Lua, with the table as its state. Lua 5.1 calls
** __gc for userdata alone. */
static int f_handle(lua_State *L) {
  static const char *const classes[] = {"instar.call", "instar.pager", NULL};
  const char *name = classes[luaL_checkoption(L, 1, NULL, classes)];
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_newuserdata(L, 1);
  luaL_getmetatable(L, name);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 2);
  lua_setuservalue(L, -2);
  return 1;
}

/* core.check(object, class): raises when it is none of that class, as when a method was called with a dot. */
static int f_check(lua_State *L) {
  const char *class_name = luaL_checkstring(L, 2);
  if (luaL_testudata(L, 1, class_name) != NULL) return 0;
  return instar_misuse(L, "%s: its methods are called with a colon, object:method(...)", class_name);
}

/* core.state(handle, class): its table. Raises as core.check does. */
static int f_state(lua_State *L) {
  f_check(L);
  lua_getuservalue(L, 1);
  return 1;
}

/* core.error(fields): an error object. */
static int f_error(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  luaL_getmetatable(L, INSTAR_ERROR_CLASS);
  lua_setmetatable(L, 1);
  return 1;
}

/* core.is_error(value) */
static int f_is_error(lua_State *L) {
  int is_error = 0;
  if (lua_istable(L, 1) && lua_getmetatable(L, 1)) {
    luaL_getmetatable(L, INSTAR_ERROR_CLASS);
    is_error = lua_rawequal(L, -1, -2);
  }
  lua_pushboolean(L, is_error);
  return 1;
}

/* Classes whose methods lie in Lua. */
static void register_handles(lua_State *L) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  instar_state_class(L, "instar.call", none, none);
  instar_state_class(L, "instar.pager", none, none);
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
                                       {"environment", f_environment},
                                       {"class", f_class},
                                       {"service", f_service},
                                       {"misuse", f_misuse},
                                       {"check", f_check},
                                       {"adopt", f_adopt},
                                       {"handle", f_handle},
                                       {"state", f_state},
                                       {"error", f_error},
                                       {"is_error", f_is_error},
                                       {NULL, NULL}};
  stay_loaded();
  instar_state_open(L);
  instar_client_register(L);
  instar_operation_register(L);
  instar_call_register(L);
  instar_error_register(L);
  register_handles(L);
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  instar_exchange_register(L);
  instar_turn_register(L);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, INSTAR_VERSION);
  lua_setfield(L, -2, "version");
  return 1;
}
