/* SPDX-License-Identifier: MIT
** See arguments.h. */
#include "binding/arguments.h"

#include <string.h>

#include "binding/misuse.h"
#include "binding/operation.h"
#include "binding/options.h"
#include "binding/value.h"
#include "engine/url.h"

static bool is_leading(lua_State *L, int index) {
  return lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER;
}

static int count_path_parameters(const struct instar_arguments *arguments) {
  int count = 0;
  unsigned i;
  for (i = 0; i < arguments->row->parameter_count; i++) {
    if (arguments->row->parameters[i].place == INSTAR_PLACE_PATH) count++;
  }
  return count;
}

/* An index for a table at `index`, 0 for nothing; raises for anything else. */
static int check_table(struct instar_arguments *arguments, int index, const char *what) {
  lua_State *L = arguments->L;
  if (lua_isnoneornil(L, index)) return 0;
  if (!lua_istable(L, index)) {
    instar_misuse(L, "%s: %s must be a table (got %s)", arguments->label, what, luaL_typename(L, index));
  }
  return index;
}

static void check_leading_count(struct instar_arguments *arguments) {
  int wanted = count_path_parameters(arguments);
  if (arguments->string_count == 0 || arguments->string_count == wanted) return;
  instar_misuse(arguments->L, "%s: the path takes %d leading strings (got %d): %s", arguments->label, wanted,
                arguments->string_count, arguments->row->path);
}

/* `end` may be written `end_`, since it is a word of Lua's. */
static const char *spelled(const char *name) {
  return strcmp(name, "end_") == 0 ? "end" : name;
}

static const struct instar_parameter *find(const struct instar_arguments *arguments, const char *name) {
  const struct instar_parameter *parameter;
  unsigned i;
  for (i = 0; (parameter = instar_operation_parameter(arguments->client->service, arguments->row, i)) != NULL; i++) {
    if (strcmp(parameter->name, name) == 0) return parameter;
  }
  return NULL;
}

static void refuse_name(struct instar_arguments *arguments, const char *name) {
  lua_State *L = arguments->L;
  const struct instar_parameter *parameter;
  struct instar_nearest nearest;
  unsigned i;
  if (instar_options_is_call(name)) {
    instar_misuse(L, "%s: '%s' is an option and belongs in a second table, behind the arguments", arguments->label,
                  name);
  }
  instar_nearest_start(&nearest, name);
  for (i = 0; (parameter = instar_operation_parameter(arguments->client->service, arguments->row, i)) != NULL; i++) {
    instar_nearest_offer(&nearest, parameter->name);
  }
  instar_misuse(L, "%s: unknown argument '%s'%s", arguments->label, name, instar_nearest_push(L, &nearest));
}

static void check_names(struct instar_arguments *arguments) {
  lua_State *L = arguments->L;
  if (arguments->table == 0) return;
  lua_pushnil(L);
  while (lua_next(L, arguments->table) != 0) {
    const struct instar_parameter *parameter;
    const char *name = instar_value_name(L, -2);
    if (name == NULL) {
      instar_misuse(L, "%s: unknown argument: names are strings without a NUL (got a %s)", arguments->label,
                    luaL_typename(L, -2));
    }
    parameter = find(arguments, spelled(name));
    if (parameter == NULL) refuse_name(arguments, name);
    else if (parameter->place == INSTAR_PLACE_PATH && arguments->string_count > 0) {
      instar_misuse(L, "%s: argument '%s' is given twice: as a leading string and by name", arguments->label, name);
    }
    lua_pop(L, 1);
  }
}

void instar_arguments_read(struct instar_arguments *arguments, int first) {
  lua_State *L = arguments->L;
  int last = lua_gettop(L);
  int index = first;
  arguments->label = instar_operation_label(L, arguments->client->service, arguments->row);
  arguments->path = arguments->row->path;
  arguments->strings = first;
  while (index <= last && is_leading(L, index)) index++;
  arguments->string_count = index - first;
  check_leading_count(arguments);
  arguments->table = index <= last ? check_table(arguments, index, "the arguments") : 0;
  arguments->options = index + 1 <= last ? check_table(arguments, index + 1, "the options") : 0;
  if (last > index + 1) instar_misuse(L, "%s: too many arguments", arguments->label);
  check_names(arguments);
}

/* Pushes what was given, nil for nothing. */
static void push_given(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  lua_State *L = arguments->L;
  if (parameter->place == INSTAR_PLACE_PATH && arguments->string_count > 0) {
    int place = 0;
    const struct instar_parameter *other;
    for (other = arguments->row->parameters; other != parameter; other++) place += other->place == INSTAR_PLACE_PATH;
    lua_pushvalue(L, arguments->strings + place);
    return;
  }
  lua_pushnil(L);
  if (arguments->table == 0) return;
  lua_pop(L, 1);
  lua_pushstring(L, parameter->name);
  lua_rawget(L, arguments->table);
  if (!lua_isnil(L, -1) || strcmp(parameter->name, "end") != 0) return;
  lua_pop(L, 1);
  lua_pushliteral(L, "end_");
  lua_rawget(L, arguments->table);
}

/* True when an extra query has a parameter's name: it takes the place of what would be sent by default. */
static bool is_in_extra_query(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  lua_State *L = arguments->L;
  bool found = false;
  if (parameter->place != INSTAR_PLACE_QUERY || !instar_arguments_push_extra(arguments, "extra_query")) return false;
  lua_getfield(L, -1, parameter->name);
  found = !lua_isnil(L, -1);
  lua_pop(L, 2);
  return found;
}

/* Pushes what is sent when nothing was given; nil for nothing. */
static void push_fallback(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  if (parameter->fallback == NULL || is_in_extra_query(arguments, parameter)) lua_pushnil(arguments->L);
  else lua_pushstring(arguments->L, parameter->fallback);
}

static void check_once(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  if (!is_in_extra_query(arguments, parameter)) return;
  instar_misuse(arguments->L, "%s: '%s' is given twice: as an argument and in extra_query", arguments->label,
                parameter->name);
}

static void refuse_type(struct instar_arguments *arguments, const struct instar_parameter *parameter,
                        const char *expected) {
  instar_misuse(arguments->L, "%s: argument '%s' must be %s (got %s)", arguments->label, parameter->name, expected,
                luaL_typename(arguments->L, -1));
}

static bool is_scalar(lua_State *L) {
  return is_leading(L, -1);
}

static bool is_whole(lua_State *L) {
  return instar_value_is_integer(L, -1);
}

static bool is_numeric(lua_State *L) {
  return lua_type(L, -1) == LUA_TNUMBER;
}

static bool is_boolean(lua_State *L) {
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  return lua_isboolean(L, -1) || strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static bool is_table(lua_State *L) {
  return lua_istable(L, -1);
}

static bool is_list(lua_State *L) {
  return is_scalar(L) || is_table(L);
}

static bool is_anything(lua_State *L) {
  (void)L;
  return true;
}

/* By enum instar_type. */
static const struct {
  bool (*accepts)(lua_State *L);
  const char *expected;
} type_checks[] = {
  {is_scalar, "a string or a number"},
  {is_whole, "a whole number, or a string of digits"},
  {is_numeric, "a number"},
  {is_boolean, "true or false"},
  {is_list, "a string or a list of strings"},
  {is_table, "a table"},
  {is_table, "a list"},
  {is_anything, "any value"},
};

static void check_type(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  lua_State *L = arguments->L;
  bool encoded = parameter->place == INSTAR_PLACE_QUERY && parameter->encoding != INSTAR_ENCODING_PLAIN;
  if (parameter->place == INSTAR_PLACE_BODY || (encoded && lua_istable(L, -1))) return;
  if (parameter->place == INSTAR_PLACE_MEMBER && instar_value_is_null(L, -1)) return;
  if (!type_checks[parameter->type].accepts(L))
    refuse_type(arguments, parameter, type_checks[parameter->type].expected);
}

static void check_segment(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  struct instar_text text;
  if (!instar_value_text(arguments->L, -1, &text)) refuse_type(arguments, parameter, "a finite number");
  if (instar_url_is_segment(text.bytes, text.length)) return;
  instar_misuse(arguments->L, "%s: argument '%s' must not be empty, '.', '..' or hold a NUL", arguments->label,
                parameter->name);
}

static bool is_empty_table(lua_State *L) {
  size_t count = 0;
  const char *reason;
  if (!lua_istable(L, -1)) return false;
  return instar_value_table(L, -1, &count, &reason) <= INSTAR_TABLE_ARRAY && count == 0;
}

/* instar.null leaves a query, a header and a whole body out; in a body it is a value. So does a list without items. */
static bool is_left_out(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  if (lua_isnil(arguments->L, -1)) return true;
  if (parameter->type == INSTAR_TYPE_LIST && is_empty_table(arguments->L)) return true;
  return instar_value_is_null(arguments->L, -1) && parameter->place != INSTAR_PLACE_MEMBER &&
         parameter->place != INSTAR_PLACE_PATH;
}

bool instar_arguments_push(struct instar_arguments *arguments, const struct instar_parameter *parameter) {
  lua_State *L = arguments->L;
  luaL_checkstack(L, 8, "arguments");
  push_given(arguments, parameter);
  if (lua_isnil(L, -1) && parameter->required && parameter->fallback == NULL) {
    instar_misuse(L, "%s: argument '%s' is missing", arguments->label, parameter->name);
  }
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    push_fallback(arguments, parameter);
  } else {
    check_once(arguments, parameter);
  }
  if (is_left_out(arguments, parameter)) {
    lua_pop(L, 1);
    return false;
  }
  check_type(arguments, parameter);
  if (parameter->place == INSTAR_PLACE_PATH) check_segment(arguments, parameter);
  return true;
}

/* "option 'extra_query'", or "argument 'query'" where it is one. */
static const char *push_extra_label(struct instar_arguments *arguments, const char *option) {
  if (!arguments->generic) return lua_pushfstring(arguments->L, "option '%s'", option);
  lua_pushfstring(arguments->L, "argument '%s'", strchr(option, '_') + 1);
  return lua_tostring(arguments->L, -1);
}

const char *instar_arguments_extra_name(struct instar_arguments *arguments, const char *option, size_t *length) {
  lua_State *L = arguments->L;
  if (lua_type(L, -2) == LUA_TSTRING) return lua_tolstring(L, -2, length);
  instar_misuse(L, "%s: %s must have names (got a %s)", arguments->label, push_extra_label(arguments, option),
                luaL_typename(L, -3));
  return NULL;
}

bool instar_arguments_push_extra(struct instar_arguments *arguments, const char *option) {
  lua_State *L = arguments->L;
  if (arguments->options == 0) return false;
  lua_getfield(L, arguments->options, option);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  if (!lua_istable(L, -1)) {
    const char *got = luaL_typename(L, -1);
    instar_misuse(L, "%s: %s must be a table (got %s)", arguments->label, push_extra_label(arguments, option), got);
  }
  return true;
}
