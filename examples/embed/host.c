/* SPDX-License-Identifier: MIT
** A program with a poll(2) loop of its own that embeds Lua 5.4 and drives instar's calls beside its own work. It links
** nothing of instar: host.lua loads it through require.
**
**   cc -o host examples/embed/host.c $(pkg-config --cflags --libs lua5.4) -lm
**   ./host examples/embed/host.lua ROOT      ROOT is what examples/sandbox.lua prints */
#define _POSIX_C_SOURCE 200809L
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define MOST_FDS 256

enum { FDS = 1, TIMEOUT, STEP, REPORT }; /* where host.lua's functions lie on the stack */

/* Fills in what instar waits for; leaves the stack as it was. */
static nfds_t list_fds(lua_State *L, struct pollfd *polls, nfds_t most) {
  nfds_t count = 0;
  lua_pushvalue(L, FDS);
  lua_call(L, 0, 1);
  for (lua_Integer i = 1; count < most && lua_rawgeti(L, -1, i) == LUA_TTABLE; i++) {
    lua_getfield(L, -1, "fd");
    lua_getfield(L, -2, "events");
    const char *events = luaL_checkstring(L, -1);
    polls[count].fd = (int)luaL_checkinteger(L, -2);
    polls[count].events = 0;
    for (; *events != '\0'; events++) polls[count].events |= *events == 'r' ? POLLIN : POLLOUT;
    count++;
    lua_pop(L, 3);
  }
  lua_settop(L, REPORT);
  return count;
}

/* Milliseconds for poll(2), rounded up; -1 when nothing is under way. */
static int milliseconds(lua_State *L) {
  int result = -1;
  lua_pushvalue(L, TIMEOUT);
  lua_call(L, 0, 1);
  if (!lua_isnil(L, -1)) result = (int)ceil(fmin(luaL_checknumber(L, -1), 1e6) * 1000);
  lua_pop(L, 1);
  return result;
}

static int is_over(lua_State *L) {
  int over;
  lua_pushvalue(L, REPORT);
  lua_call(L, 0, 1);
  over = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return over;
}

/* The host's own work hangs on the first descriptor, here a pipe that the program writes to itself. */
static int work(int pipe_out, int pipe_in, int *done) {
  char byte;
  if (read(pipe_out, &byte, 1) != 1) return 0;
  ++*done;
  return write(pipe_in, &byte, 1) == 1;
}

static int run(lua_State *L) {
  struct pollfd polls[MOST_FDS];
  int own[2];
  int done = 0;
  if (luaL_loadfile(L, luaL_checkstring(L, 1)) != LUA_OK) return lua_error(L);
  lua_insert(L, 1);
  lua_remove(L, 2);
  lua_call(L, 1, 4);
  if (pipe(own) != 0 || write(own[1], "x", 1) != 1) return luaL_error(L, "no pipe");
  while (!is_over(L)) {
    polls[0].fd = own[0];
    polls[0].events = POLLIN;
    if (poll(polls, 1 + list_fds(L, polls + 1, MOST_FDS - 1), milliseconds(L)) < 0) return luaL_error(L, "poll failed");
    if ((polls[0].revents & POLLIN) != 0 && !work(own[0], own[1], &done)) return luaL_error(L, "the pipe is broken");
    lua_pushvalue(L, STEP);
    lua_call(L, 0, 0);
  }
  printf("the host worked meanwhile: %s\n", done > 0 ? "yes" : "no");
  return 0;
}

int main(int count, char **arguments) {
  lua_State *L = luaL_newstate();
  int status;
  if (L == NULL || count != 3) {
    fprintf(stderr, "usage: %s examples/embed/host.lua ROOT\n", arguments[0]);
    return 2;
  }
  luaL_openlibs(L);
  lua_pushcfunction(L, run);
  lua_pushstring(L, arguments[1]);
  lua_pushstring(L, arguments[2]);
  status = lua_pcall(L, 2, 0, 0);
  if (status != LUA_OK) fprintf(stderr, "%s\n", lua_tostring(L, -1));
  lua_close(L);
  return status == LUA_OK ? 0 : 1;
}
