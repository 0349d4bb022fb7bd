# SPDX-License-Identifier: MIT
# make demo   the main job, against the sandbox        make lint      every linter
# make test   every spec on every Lua that is found    make generate  src/api and the rest from api/*.json
# Every variable can be set on the command line.

LUAS      ?= $(foreach v,5.1 5.2 5.3 5.4 jit,$(if $(wildcard $(INCLUDE_$(v))/lua.h),$(v)))
BUILD     ?= build
PREFIX    ?= /usr/local
CC        ?= cc
CFLAGS    ?= -O2 -g
WARNINGS  ?= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wundef
LDFLAGS   ?=
LIBFLAG   ?= -shared
LIBS      ?= -lcurl -lz -lpthread -ldl

LUA_5.1 ?= lua5.1
LUA_5.2 ?= lua5.2
LUA_5.3 ?= lua5.3
LUA_5.4 ?= lua5.4
LUA_jit ?= luajit
INCLUDE_5.1 ?= /usr/include/lua5.1
INCLUDE_5.2 ?= /usr/include/lua5.2
INCLUDE_5.3 ?= /usr/include/lua5.3
INCLUDE_5.4 ?= /usr/include/lua5.4
INCLUDE_jit ?= /usr/include/luajit-2.1

SOURCES := $(sort $(wildcard src/*/*.c))
HEADERS := $(wildcard src/*/*.h)
COMPILE  = $(CC) -std=c99 $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden -Isrc

all: $(LUAS:%=build-%)

# One folder a Lua: $(BUILD)/5.4/instar/core.so and the objects beside it.
define lua_rules
build-$(1): $(BUILD)/$(1)/instar/core.so
$(BUILD)/$(1)/instar/core.so: $(SOURCES:src/%.c=$(BUILD)/$(1)/%.o)
	@mkdir -p $$(@D)
	$(CC) $(LIBFLAG) $(CFLAGS) $(LDFLAGS) -o $$@ $$^ $(LIBS)
$(BUILD)/$(1)/%.o: src/%.c $(HEADERS)
	@mkdir -p $$(@D)
	$(COMPILE) -I$(INCLUDE_$(1)) -c -o $$@ $$<
endef
$(foreach v,5.1 5.2 5.3 5.4 jit,$(eval $(call lua_rules,$(v))))

.PHONY: all
