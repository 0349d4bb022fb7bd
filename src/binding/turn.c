/* SPDX-License-Identifier: MIT
** See turn.h. These functions are for the files beside init.lua. */
#define _POSIX_C_SOURCE 200809L
#include "binding/turn.h"

#include <unistd.h>

#include "binding/call.h"
#include "binding/state.h"
#include "engine/clock.h"

/* core.now(): seconds of a clock that never goes back. */
static int f_now(lua_State *L) {
  lua_pushnumber(L, (lua_Number)instar_clock_now() / (lua_Number)INSTAR_SECOND);
  return 1;
}

static int64_t span_of(lua_Number seconds) {
  if (!(seconds > 0)) return 0;
  return seconds > 1e6 ? (int64_t)1000000 * INSTAR_SECOND : (int64_t)(seconds * (lua_Number)INSTAR_SECOND);
}

/* core.step(seconds): moves everything that is under way on, waiting at most that long for something to happen. */
static int f_step(lua_State *L) {
  instar_engine_step(instar_state_engine(L), span_of(luaL_checknumber(L, 1)));
  return 0;
}

/* core.push(): gets what has been started on its way. */
static int f_push(lua_State *L) {
  instar_engine_push(instar_state_engine(L));
  return 0;
}

/* core.watch(call): a key under which core.next_done will name it. */
static int f_watch(lua_State *L) {
  struct instar_transfer *transfer = instar_call_check(L, 1)->transfer;
  transfer->watched = true;
  lua_pushlightuserdata(L, transfer);
  return 1;
}

/* core.next_done(): the key of the next watched call that is done, nil when there is none. */
static int f_next_done(lua_State *L) {
  struct instar_transfer *transfer = instar_engine_next_done(instar_state_engine(L));
  if (transfer == NULL) return 0;
  lua_pushlightuserdata(L, transfer);
  return 1;
}

/* core.has_done(): true when core.next_done has a key to give. */
static int f_has_done(lua_State *L) {
  lua_pushboolean(L, instar_engine_has_done(instar_state_engine(L)));
  return 1;
}

/* core.due(): seconds until the engine wants to be called, nil when it does not; 0 when the time has come. */
static int f_due(lua_State *L) {
  int64_t due = instar_engine_due(instar_state_engine(L));
  int64_t now = instar_clock_now();
  if (due == INSTAR_NEVER) return 0;
  lua_pushnumber(L, due > now ? (lua_Number)(due - now) / (lua_Number)INSTAR_SECOND : 0);
  return 1;
}

static void push_events(lua_State *L, short events) {
  const char *text = "";
  if (events == POLLIN) text = "r";
  else if (events == POLLOUT) text = "w";
  else if (events != 0) text = "rw";
  lua_pushstring(L, text);
}

static void push_socket(lua_State *L, int fd, short events) {
  lua_newtable(L);
  lua_pushinteger(L, fd);
  lua_setfield(L, -2, "fd");
  push_events(L, events);
  lua_setfield(L, -2, "events");
}

/* core.sockets(): a list of {fd, events}, events "r", "w" or "rw". */
static int f_sockets(lua_State *L) {
  const struct instar_sockets *sockets = &instar_state_engine(L)->sockets;
  size_t i;
  lua_newtable(L);
  for (i = 0; i < sockets->count; i++) {
    push_socket(L, sockets->polls[i].fd, sockets->polls[i].events);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* core.is_busy(): true while sockets or a moment are waited for. */
static int f_is_busy(lua_State *L) {
  const struct instar_engine *engine = instar_state_engine(L);
  lua_pushboolean(L, engine->sockets.count > 0 || instar_engine_due(engine) != INSTAR_NEVER);
  return 1;
}

/* core.beacon(): a descriptor that is readable when a step is due, nil where the system has none. */
static int f_beacon(lua_State *L) {
  const struct instar_beacon *beacon = instar_sockets_beacon(&instar_state_engine(L)->sockets);
  if (beacon == NULL) return 0;
  lua_pushinteger(L, instar_beacon_descriptor(beacon));
  return 1;
}

/* core.arm(seconds): when the beacon lights up by itself; nil for never. */
static int f_arm(lua_State *L) {
  struct instar_beacon *beacon = instar_sockets_beacon(&instar_state_engine(L)->sockets);
  if (beacon != NULL) instar_beacon_arm(beacon, lua_isnoneornil(L, 1) ? -1 : span_of(luaL_checknumber(L, 1)));
  return 0;
}

/* core.is_terminal(descriptor) */
static int f_is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
  return 1;
}

/* core.yieldable(): true when the running coroutine may yield to whoever resumed it. */
static int f_yieldable(lua_State *L) {
  lua_pushboolean(L, compat_is_yieldable(L));
  return 1;
}

void instar_turn_register(lua_State *L) {
  static const luaL_Reg functions[] = {{"now", f_now},
                                       {"step", f_step},
                                       {"push", f_push},
                                       {"watch", f_watch},
                                       {"next_done", f_next_done},
                                       {"due", f_due},
                                       {"sockets", f_sockets},
                                       {"is_busy", f_is_busy},
                                       {"beacon", f_beacon},
                                       {"arm", f_arm},
                                       {"yieldable", f_yieldable},
                                       {"is_terminal", f_is_terminal},
                                       {"has_done", f_has_done},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
