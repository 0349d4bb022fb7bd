/* SPDX-License-Identifier: MIT
** See describe.h. */
#include "binding/describe.h"

#include "binding/operation.h"

static void set_text(lua_State *L, const char *name, const char *text) {
  if (text == NULL) return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

static void set_texts(lua_State *L, const char *name, const char *const *texts) {
  int i;
  if (texts == NULL) return;
  lua_newtable(L);
  for (i = 0; texts[i] != NULL; i++) {
    lua_pushstring(L, texts[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, long value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, name);
}

static void push_parameter(lua_State *L, const struct instar_parameter *parameter) {
  static const char *const places[] = {"path", "query", "header", "body", "member", "form"};
  static const char *const types[] = {"string", "integer", "number", "boolean", "list", "object", "array", "any"};
  static const char *const encodings[] = {NULL, "brackets", "json"};
  lua_newtable(L);
  set_text(L, "name", parameter->name);
  set_text(L, "in", places[parameter->place]);
  set_text(L, "type", types[parameter->type]);
  set_text(L, "encoding", encodings[parameter->encoding]);
  set_text(L, "text", parameter->text);
  set_text(L, "sent_default", parameter->fallback);
  set_text(L, "default", parameter->server_default);
  set_texts(L, "values", parameter->values);
  lua_pushboolean(L, parameter->required);
  lua_setfield(L, -2, "required");
}

static void set_parameters(lua_State *L, const struct instar_service *service, const struct instar_operation *row) {
  const struct instar_parameter *parameter;
  unsigned i;
  lua_newtable(L);
  for (i = 0; (parameter = instar_operation_parameter(service, row, i)) != NULL; i++) {
    push_parameter(L, parameter);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, "parameters");
}

static void set_statuses(lua_State *L, const struct instar_operation *row) {
  unsigned i;
  lua_newtable(L);
  for (i = 0; i < row->status_count; i++) {
    lua_pushstring(L, row->statuses[i].text);
    lua_rawseti(L, -2, row->statuses[i].code);
  }
  lua_setfield(L, -2, "statuses");
}

static void set_paging(lua_State *L, const struct instar_paging *paging) {
  static const char *const styles[] = {"page", "offset", "cursor"};
  if (paging == NULL) return;
  lua_newtable(L);
  set_text(L, "style", styles[paging->style]);
  set_text(L, "items", paging->items);
  set_text(L, "size", paging->size);
  set_text(L, "position", paging->position);
  set_text(L, "total", paging->total);
  set_text(L, "next", paging->next);
  set_text(L, "more", paging->more);
  set_text(L, "identity", paging->identity);
  set_integer(L, "first", paging->first);
  set_integer(L, "default_size", paging->default_size);
  lua_setfield(L, -2, "paging");
}

static void set_waiting(lua_State *L, const struct instar_waiting *waiting) {
  if (waiting == NULL) return;
  lua_newtable(L);
  set_text(L, "status", waiting->status);
  set_texts(L, "failed", waiting->failed);
  set_texts(L, "states", waiting->states);
  lua_setfield(L, -2, "waiting");
}

void instar_describe_push(lua_State *L, const struct instar_service *service, const struct instar_operation *row) {
  static const char *const bodies[] = {"none", "json", "form"};
  static const char *const answers[] = {"json", "file", "other"};
  static const char *const auths[] = {"token", "basic", "none"};
  static const char *const repeats[] = {"safe", "unsafe"};
  luaL_checkstack(L, 8, "description");
  lua_newtable(L);
  set_text(L, "service", service->name);
  set_text(L, "resource", row->resource);
  set_text(L, "action", row->action);
  set_text(L, "method", row->method);
  set_text(L, "path", row->path);
  set_text(L, "text", row->text);
  set_text(L, "root", row->root);
  set_text(L, "body", bodies[row->body]);
  set_text(L, "answer", answers[row->answer]);
  set_text(L, "auth", auths[row->auth]);
  set_text(L, "repeat", repeats[row->repeat]);
  set_parameters(L, service, row);
  set_statuses(L, row);
  set_paging(L, row->paging);
  set_waiting(L, row->waiting);
}

static void set_login(lua_State *L, const struct instar_login *login) {
  if (login == NULL) return;
  lua_newtable(L);
  set_text(L, "operation", login->operation);
  set_texts(L, "required", login->required);
  set_texts(L, "optional", login->optional);
  set_text(L, "arguments", login->arguments);
  set_text(L, "token_header", login->token_header);
  set_text(L, "token_member", login->token_member);
  set_text(L, "expires_at", login->expires_at);
  set_text(L, "expires_on", login->expires_on);
  set_text(L, "expires_in", login->expires_in);
  set_text(L, "once", login->once);
  set_integer(L, "renew_before", login->renew_before);
  lua_setfield(L, -2, "login");
}

void instar_describe_push_service(lua_State *L, const struct instar_service *service) {
  unsigned i;
  luaL_checkstack(L, 8, "description");
  lua_newtable(L);
  set_text(L, "name", service->name);
  set_text(L, "title", service->title);
  set_text(L, "basic_user", service->basic_user);
  set_text(L, "basic_password", service->basic_password);
  lua_newtable(L);
  for (i = 0; i < service->variable_count; i++)
    set_text(L, service->variables[i].option, service->variables[i].variable);
  lua_setfield(L, -2, "variables");
  set_login(L, service->login);
}
