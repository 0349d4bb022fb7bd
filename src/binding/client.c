/* SPDX-License-Identifier: MIT
** See client.h. */
#include "binding/client.h"

#include <string.h>

#include "binding/misuse.h"
#include "binding/operation.h"
#include "binding/options.h"
#include "binding/state.h"
#include "binding/version.h"
#include "engine/clock.h"

static const struct instar_service *const services[] = {&instar_service_losant, &instar_service_kakaocloud,
                                                        &instar_service_acronis};

const struct instar_service *instar_client_service(lua_State *L, int index) {
  const char *name = luaL_checkstring(L, index);
  size_t i;
  for (i = 0; i < sizeof services / sizeof *services; i++) {
    if (strcmp(services[i]->name, name) == 0) return services[i];
  }
  luaL_error(L, "instar: unknown service '%s'", name);
  return NULL;
}

struct instar_client_box *instar_client_check(lua_State *L, int index) {
  return luaL_checkudata(L, index, INSTAR_CLIENT_CLASS);
}

const char *instar_client_root(const struct instar_client_box *box, const char *name) {
  size_t i;
  if (name == NULL) return box->base.url.data;
  for (i = 0; i < box->service->root_count; i++) {
    if (strcmp(box->service->roots[i].name, name) == 0) return box->roots[i].url.data;
  }
  return NULL;
}

static void close_box(struct instar_client_box *box) {
  size_t i;
  instar_client_close(&box->core);
  instar_headers_free(&box->headers);
  instar_buffer_free(&box->base.url);
  for (i = 0; i < INSTAR_MAX_ROOTS; i++) instar_buffer_free(&box->roots[i].url);
}

static void set_default_base(lua_State *L, struct instar_base *base, const char *url) {
  const char *reason;
  if (base->url.length == 0 && url != NULL) instar_state_check(L, instar_url_base(url, base, &reason));
}

static void check_base(lua_State *L, const struct instar_client_box *box, const struct instar_base *base,
                       const char *option) {
  if (base->url.length == 0 || base->https || base->loopback || box->allow_http) return;
  instar_misuse(
    L, "instar.%s: option '%s' must start with https:// (http:// is for loopback hosts, or with allow_http = true)",
    box->service->name, option);
}

static void finish_bases(lua_State *L, struct instar_client_box *box) {
  const struct instar_service *service = box->service;
  size_t i;
  set_default_base(L, &box->base, service->base_url);
  check_base(L, box, &box->base, "base_url");
  for (i = 0; i < service->root_count; i++) {
    set_default_base(L, &box->roots[i], service->roots[i].url);
    check_base(L, box, &box->roots[i], service->roots[i].option);
  }
}

static void add_header(lua_State *L, struct instar_client_box *box, const char *name, const char *value) {
  instar_state_check(L, instar_headers_add(&box->headers, name, strlen(name), value, strlen(value)));
}

/* The options come on top of these. */
static void set_defaults(lua_State *L, struct instar_client_box *box, int options) {
  struct instar_spans *spans = &box->spans;
  spans->timeout = 60 * INSTAR_SECOND;
  spans->connect = 10 * INSTAR_SECOND;
  spans->attempt = spans->idle = 30 * INSTAR_SECOND;
  spans->max_body = (size_t)64 * 1024 * 1024;
  spans->retries = 3;
  box->core.settings.max_in_flight = 32;
  add_header(L, box, "User-Agent", "instar/" INSTAR_VERSION);
  lua_getfield(L, options, "api_version");
  if (lua_isnil(L, -1) && box->service->version_header != NULL) {
    add_header(L, box, box->service->version_header, box->service->version);
  }
  lua_pop(L, 1);
}

/* Leaves the new environment on the stack and in the client. */
static void push_environment(lua_State *L, int client) {
  lua_newtable(L);
  lua_pushvalue(L, client);
  lua_setfield(L, -2, "client");
  lua_newtable(L);
  lua_setfield(L, -2, "resources");
  lua_pushvalue(L, -1);
  lua_setuservalue(L, client);
}

int instar_client_new(lua_State *L) {
  const struct instar_service *service = instar_client_service(L, 1);
  struct instar_client_box *box;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  box = lua_newuserdata(L, sizeof *box);
  memset(box, 0, sizeof *box);
  box->service = service;
  luaL_getmetatable(L, INSTAR_CLIENT_CLASS);
  lua_setmetatable(L, 3);
  push_environment(L, 3);
  set_defaults(L, box, 2);
  instar_options_client(L, 2, 4, box);
  finish_bases(L, box);
  instar_state_check(L, instar_client_open(&box->core, instar_state_engine(L)));
  lua_settop(L, 3);
  return 1;
}

static int m_close(lua_State *L) {
  close_box(instar_client_check(L, 1));
  return 0;
}

static int m_tostring(lua_State *L) {
  const struct instar_client_box *box = instar_client_check(L, 1);
  const char *url = instar_buffer_string(&box->base.url);
  if (box->core.closed) lua_pushliteral(L, "closed");
  else lua_pushstring(L, *url != '\0' ? url : "no base_url");
  lua_pushfstring(L, "instar.%s client (%s)", box->service->name, lua_tostring(L, -1));
  return 1;
}

static void set_count(lua_State *L, const char *name, uint64_t count) {
  lua_pushnumber(L, (lua_Number)count);
#if COMPAT_HAS_INTEGERS
  lua_pop(L, 1);
  lua_pushinteger(L, (lua_Integer)count);
#endif
  lua_setfield(L, -2, name);
}

/***
What the client has done so far.
@function client:stats
@treturn table `requests` sent, `retries` among them, connections `opened` and `reused`, `sent_bytes` and
  `received_bytes` on the wire as far as libcurl counts them, `seconds` spent in calls
*/
static int m_stats(lua_State *L) {
  const struct instar_stats *stats = &instar_client_check(L, 1)->core.stats;
  lua_newtable(L);
  set_count(L, "requests", stats->requests);
  set_count(L, "retries", stats->retries);
  set_count(L, "opened", stats->opened);
  set_count(L, "reused", stats->reused);
  set_count(L, "sent_bytes", stats->sent_bytes);
  set_count(L, "received_bytes", stats->received_bytes);
  lua_pushnumber(L, (lua_Number)stats->time / (lua_Number)INSTAR_SECOND);
  lua_setfield(L, -2, "seconds");
  return 1;
}

static const struct instar_operation *find_resource(const struct instar_service *service, const char *name) {
  size_t i;
  for (i = 0; i < service->operation_count; i++) {
    if (strcmp(service->operations[i].resource, name) == 0) return &service->operations[i];
  }
  return NULL;
}

static int refuse_resource(lua_State *L, const struct instar_service *service, const char *name) {
  struct instar_nearest nearest;
  size_t i;
  instar_nearest_start(&nearest, name);
  for (i = 0; i < service->operation_count; i++) instar_nearest_offer(&nearest, service->operations[i].resource);
  return instar_misuse(L, "%s has no resource '%s'%s", service->name, name, instar_nearest_push(L, &nearest));
}

/* Methods come first (upvalue 1), then resources, made on first use. */
static int m_index(lua_State *L) {
  struct instar_client_box *box = instar_client_check(L, 1);
  const char *name = luaL_checkstring(L, 2);
  const struct instar_operation *first;
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  if (!lua_isnil(L, -1)) return 1;
  lua_getuservalue(L, 1);
  lua_getfield(L, -1, "resources");
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) return 1;
  lua_pop(L, 1);
  first = find_resource(box->service, name);
  if (first == NULL) return refuse_resource(L, box->service, name);
  instar_resource_push(L, 4, box, first);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 5);
  return 1;
}

/***
The names of the client's resources.
@function client:resources
@treturn {string,...} sorted
*/
static int m_resources(lua_State *L) {
  const struct instar_service *service = instar_client_check(L, 1)->service;
  const char *last = "";
  int count = 0;
  size_t i;
  lua_newtable(L);
  for (i = 0; i < service->operation_count; i++) {
    const char *resource = service->operations[i].resource;
    if (strcmp(resource, last) == 0) continue;
    lua_pushstring(L, resource);
    lua_rawseti(L, -2, ++count);
    last = resource;
  }
  return 1;
}

/***
The names of the client's operations, such as "instance.get".
@function client:operations
@tparam[opt] string resource only those of this resource
@treturn {string,...} sorted
*/
static int m_operations(lua_State *L) {
  const struct instar_service *service = instar_client_check(L, 1)->service;
  const char *resource = luaL_optstring(L, 2, NULL);
  int count = 0;
  size_t i;
  if (resource != NULL && find_resource(service, resource) == NULL) return refuse_resource(L, service, resource);
  lua_newtable(L);
  for (i = 0; i < service->operation_count; i++) {
    const struct instar_operation *row = &service->operations[i];
    if (resource != NULL && strcmp(row->resource, resource) != 0) continue;
    lua_pushfstring(L, "%s.%s", row->resource, row->action);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

void instar_client_register(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__gc", m_close}, {"__close", m_close}, {"__tostring", m_tostring}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
    {"close", m_close}, {"stats", m_stats}, {"resources", m_resources}, {"operations", m_operations}, {NULL, NULL}};
  instar_state_class(L, INSTAR_CLIENT_CLASS, metamethods, methods);
  luaL_getmetatable(L, INSTAR_CLIENT_CLASS);
  lua_getfield(L, -1, "methods");
  lua_pushcclosure(L, m_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
