/* SPDX-License-Identifier: MIT
** See operation.h. */
#include "binding/operation.h"

#include <string.h>

#include "binding/describe.h"
#include "binding/misuse.h"
#include "binding/state.h"

/* Its user value is a table: the client's environment at 1, its operations by action. */
struct resource_box {
  struct instar_client_box *client;
  const struct instar_operation *first;
};

void instar_resource_push(lua_State *L, int environment, struct instar_client_box *client,
                          const struct instar_operation *first) {
  struct resource_box *box = lua_newuserdata(L, sizeof *box);
  box->client = client;
  box->first = first;
  luaL_getmetatable(L, INSTAR_RESOURCE_CLASS);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  lua_pushvalue(L, environment);
  lua_rawseti(L, -2, 1);
  lua_setuservalue(L, -2);
}

static void push_operation(lua_State *L, int environment, struct instar_client_box *client,
                           const struct instar_operation *row) {
  struct instar_operation_box *box = lua_newuserdata(L, sizeof *box);
  box->client = client;
  box->row = row;
  luaL_getmetatable(L, INSTAR_OPERATION_CLASS);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, environment);
  lua_setuservalue(L, -2);
}

struct instar_operation_box *instar_operation_check(lua_State *L, int index) {
  return luaL_checkudata(L, index, INSTAR_OPERATION_CLASS);
}

const char *instar_operation_label(lua_State *L, const struct instar_service *service,
                                   const struct instar_operation *row) {
  const char *dot = *row->resource == '\0' ? "" : ".";
  return lua_pushfstring(L, "%s %s%s%s", service->name, row->resource, dot, row->action);
}

const struct instar_parameter *instar_operation_parameter(const struct instar_service *service,
                                                          const struct instar_operation *row, unsigned place) {
  if (place < service->common_count) return &service->common[place];
  place -= service->common_count;
  return place < row->parameter_count ? &row->parameters[place] : NULL;
}

/* Rows of one resource stand together. */
static bool is_of_resource(const struct resource_box *box, const struct instar_operation *row) {
  const struct instar_service *service = box->client->service;
  return row < service->operations + service->operation_count && strcmp(row->resource, box->first->resource) == 0;
}

static int refuse_action(lua_State *L, const struct resource_box *box, const char *name) {
  const struct instar_operation *row;
  struct instar_nearest nearest;
  instar_nearest_start(&nearest, name);
  for (row = box->first; is_of_resource(box, row); row++) instar_nearest_offer(&nearest, row->action);
  return instar_misuse(L, "%s %s has no operation '%s'%s", box->client->service->name, box->first->resource, name,
                       instar_nearest_push(L, &nearest));
}

static int m_resource_index(lua_State *L) {
  const struct resource_box *box = luaL_checkudata(L, 1, INSTAR_RESOURCE_CLASS);
  const char *name = luaL_checkstring(L, 2);
  const struct instar_operation *row = box->first;
  lua_settop(L, 2);
  lua_getuservalue(L, 1);
  lua_pushvalue(L, 2);
  lua_rawget(L, 3);
  if (!lua_isnil(L, -1)) return 1;
  while (is_of_resource(box, row) && strcmp(row->action, name) != 0) row++;
  if (!is_of_resource(box, row)) return refuse_action(L, box, name);
  lua_rawgeti(L, 3, 1);
  push_operation(L, 5, box->client, row);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, -2);
  lua_rawset(L, 3);
  return 1;
}

static int m_resource_tostring(lua_State *L) {
  const struct resource_box *box = luaL_checkudata(L, 1, INSTAR_RESOURCE_CLASS);
  lua_pushfstring(L, "%s %s", box->client->service->name, box->first->resource);
  return 1;
}

static int m_operation_tostring(lua_State *L) {
  const struct instar_operation_box *box = instar_operation_check(L, 1);
  const char *label = instar_operation_label(L, box->client->service, box->row);
  lua_pushfstring(L, "%s: %s %s", label, box->row->method, box->row->path);
  return 1;
}

/***
What an operation takes and answers.
@function operation:describe
@treturn table `service`, `resource`, `action`, `method`, `path`, `text`, `auth`, `repeat`, `body`, `answer`,
  `parameters` (each with `name`, `in`, `type`, `required`, `values`, `default`, `text`), `statuses`, `paging`, `waiting`
*/
static int m_operation_describe(lua_State *L) {
  const struct instar_operation_box *box = instar_operation_check(L, 1);
  instar_describe_push(L, box->client->service, box->row);
  return 1;
}

void instar_operation_register(lua_State *L) {
  static const luaL_Reg resource_metamethods[] = {
    {"__index", m_resource_index}, {"__tostring", m_resource_tostring}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__tostring", m_operation_tostring}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"describe", m_operation_describe}, {NULL, NULL}};
  instar_state_class(L, INSTAR_RESOURCE_CLASS, resource_metamethods, NULL);
  instar_state_class(L, INSTAR_OPERATION_CLASS, metamethods, methods);
}
