# SPDX-License-Identifier: MIT
# make            build/<lua>/instar/core.so            make demo       the main job, against the sandbox
# make test       every spec on every Lua that is here   make lint       every linter
# make generate   src/api and the rest from api/*.json   make asan       the specs with AddressSanitizer and UBSan
# make install    under DESTDIR and PREFIX               make valgrind   the specs under Valgrind
# make bench      measured against plain libcurl: bench/results, doc/performance.md (make bench ONLY=sequential: one row)
# Every variable can be set on the command line: make test LUAS="5.4 jit" SPECS=spec/url_spec.lua

LUAS      ?= $(foreach v,$(KNOWN),$(if $(wildcard $(INCLUDE_$(v))/lua.h),$(v)))
BUILD     ?= build
PREFIX    ?= /usr/local
CC        ?= cc
CFLAGS    ?= -O2 -g
WARNINGS  ?= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wundef
LDFLAGS   ?=
LIBFLAG   ?= -shared
LIBS      ?= -lcurl -lz -lpthread -ldl
LUAROCKS  ?= luarocks
TIMEOUT   ?= timeout 900
SPECS     ?= spec
UNDER     ?=
DEMO_LUA  ?= 5.4
TIDYFLAGS ?= -DCURL_DISABLE_TYPECHECK
CPPCHECK  ?= --enable=warning,style,performance,portability --suppress=redundantContinue --inline-suppr --std=c99 \
             -D__GNUC__ -DLIBCURL_VERSION_NUM=0x080000 --force
SANITIZE  ?= -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
VALGRIND  ?= valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
             --errors-for-leak-kinds=definite --num-callers=30

KNOWN   := 5.1 5.2 5.3 5.4 jit
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

ROCKSPEC := instar-scm-1.rockspec
SOURCES  := $(sort $(wildcard src/*/*.c))
HEADERS  := $(wildcard src/*/*.h)
MODULES  := $(shell find lua -name '*.lua')
WRITTEN   = $(filter-out src/api/%.c,$(SOURCES)) $(HEADERS)
COMPILE   = $(CC) -std=c99 $(WARNINGS) $(CFLAGS) -Isrc

abi   = $(1:jit=5.1)
title = $(if $(filter jit,$(1)),LuaJIT,Lua $(1)) ($(LUA_$(1)), $(INCLUDE_$(1)))
# $(call setup,JOBS,LUAS)   $(call specs,NAME,MODULES,LIBRARY,COMMAND)
setup = CC='$(CC)' .ci/setup $(1) $(foreach v,$(2),$(v):$(LUA_$(v)):$(INCLUDE_$(v)))
specs = .ci/specs $(BUILD)/results/$(1) $(2) $(3) $(TIMEOUT) $(UNDER) $(4)
busted = .ci/busted.lua -o plainTerminal $(SPECS)
# Two jobs at a time unless make was told how many; what a job says stays in one piece.
again = $(MAKE) --no-print-directory --keep-going --output-sync=target $(if $(findstring jobserver,$(MAKEFLAGS)),,-j2)
# The Luas that are picked, or all there may be after the set-up; those of them that can run specs.
WANTED = $(if $(filter file,$(origin LUAS)),$(KNOWN),$(LUAS))
TESTED = $(foreach v,$(LUAS),$(if $(shell command -v $(LUA_$(v))),$(v)))

all: $(or $(LUAS:%=build-%),no-lua)
no-lua:
	@$(call setup,--check build,$(KNOWN))

# One folder a Lua: $(BUILD)/5.4 for instar/core.so with the objects beside it, $(BUILD)/rocks/5.4 for luarocks' tree.
define lua_rules
build-$(1): $(BUILD)/$(1)/instar/core.so
$(BUILD)/$(1)/instar/core.so: $(SOURCES:src/%.c=$(BUILD)/$(1)/%.o)
	@mkdir -p $$(@D)
	$(CC) $(LIBFLAG) $(CFLAGS) $(LDFLAGS) -o $$@ $$^ $(LIBS)
$(BUILD)/$(1)/%.o: src/%.c $(HEADERS) | $(BUILD)/$(1)/ready
	@mkdir -p $$(@D)
	$(COMPILE) -fPIC -fvisibility=hidden -I$(INCLUDE_$(1)) -c -o $$@ $$<
$(BUILD)/$(1)/ready:
	@$(call setup,--check build,$(1))
	@mkdir -p $$(@D) && touch $$@

$(BUILD)/rocks/$(1)/ready: $(ROCKSPEC) $(SOURCES) $(HEADERS) $(MODULES)
	@rm -rf $$(@D) && mkdir -p $$(@D)/source && cp -R $(ROCKSPEC) src lua $$(@D)/source
	@cd $$(@D)/source && $(LUAROCKS) --lua-version=$(abi) --tree='$(abspath $(BUILD))/rocks/$(1)' \
	  make --deps-mode=none $(ROCKSPEC) LUA_INCDIR=$(INCLUDE_$(1)) >../log 2>&1 || { tail -n 25 ../log; exit 1; }
	@touch $$@
test-$(1): $(BUILD)/rocks/$(1)/ready
	@echo "== $(title)"
	@$(call specs,$(1),$$(<D)/share/lua/$(abi),$$(<D)/lib/lua/$(abi),$(LUA_$(1)) $(busted))

asan-$(1): build-$(1)
	@echo "== $(title) with AddressSanitizer and UBSan"
	@CC='$(CC)' .ci/sanitized $(LUA_$(1)) $(BUILD)/$(1)/lua
	@$(call specs,$(1),lua,$(BUILD)/$(1),$(BUILD)/$(1)/lua $(busted))
valgrind-$(1): build-$(1)
	@echo "== $(title) under Valgrind"
	@$(call specs,$(1),lua,$(BUILD)/$(1),$(LUA_$(1)) $(busted))

install-$(1): build-$(1)
	mkdir -p $(DESTDIR)$(PREFIX)/share/lua/$(abi) $(DESTDIR)$(PREFIX)/lib/lua/$(abi)/instar
	cp -R lua/instar $(DESTDIR)$(PREFIX)/share/lua/$(abi)
	cp $(BUILD)/$(1)/instar/core.so $(DESTDIR)$(PREFIX)/lib/lua/$(abi)/instar
endef
$(foreach v,$(KNOWN),$(eval $(call lua_rules,$(v))))

# LuaJIT looks where Lua 5.1 does, and takes its modules.
install: $(patsubst %,install-%,$(if $(filter 5.1,$(LUAS)),$(filter-out jit,$(LUAS)),$(LUAS)))

demo:
	@$(call setup,demo,$(DEMO_LUA))
	@$(again) --silent build-$(DEMO_LUA)
	@LUA_PATH='lua/?.lua;lua/?/init.lua;;' LUA_CPATH='$(BUILD)/$(DEMO_LUA)/?.so;;' .ci/demo $(LUA_$(DEMO_LUA))

test:
	@$(call setup,test,$(WANTED))
	@rm -rf $(BUILD)/results
	@$(again) test-all || true
	@$(again) test-total
test-all: $(TESTED:%=test-%)
test-total:
	@for lua in $(filter-out $(TESTED),$(WANTED)); do echo "$$lua: not found"; done
	@.ci/total $(BUILD)/results $(TESTED)

# The engine's own tests, without Lua: spec/c_spec.lua runs them as they are, here they may be given flags.
$(BUILD)/c/tests: $(wildcard spec/c/*.[ch]) $(filter src/engine/%,$(SOURCES) $(HEADERS))
	@$(call setup,--check build) && mkdir -p $(@D)
	@$(COMPILE) $(LDFLAGS) -o $@ $(filter %.c,$^) $(LIBS)
test-c: $(BUILD)/c/tests
	@echo "== the engine, in C"
	@$(call specs,c,lua,$(BUILD),$<)

# On the oldest and the newest Lua; the folders are apart, so that the objects of each keep their flags.
asan:     INSIDE = CFLAGS='$(SANITIZE)'
valgrind: INSIDE = UNDER='$(VALGRIND)'
asan valgrind:
	@$(call setup,memory,5.1 5.4)
	@rm -rf $(BUILD)/$@/results
	@$(again) --silent BUILD=$(BUILD)/$@ $(INSIDE) test-c $@-5.1 $@-5.4 || true
	@.ci/total $(BUILD)/$@/results c 5.1 5.4

lint:
	@$(call setup,build lint,$(DEMO_LUA))
	@$(again) lint-lua lint-rock lint-shell lint-format lint-cppcheck lint-tidy
lint-lua:
	@luacheck --quiet .
lint-rock:
	@$(LUAROCKS) lint $(ROCKSPEC)
lint-shell:
	@shellcheck $(filter-out %.lua %.supp,$(wildcard .ci/*)) $(wildcard bench/*.sh bench/*/*.sh)
lint-format:
	@clang-format --dry-run -Werror $(WRITTEN) $(wildcard spec/c/* bench/*.[ch] bench/*/*.[ch])
lint-cppcheck:
	@cppcheck --quiet --error-exitcode=1 $(CPPCHECK) -Isrc -Ibench src bench
# $(call tidy,FLAGS): the programs of bench have a thread each.
tidy = mkdir -p $(@D) && clang-tidy --quiet $(1) $< -- $(TIDYFLAGS) -std=c99 $(WARNINGS) -Isrc -Ibench \
  -I$(INCLUDE_$(DEMO_LUA)) 2>$@.log || { cat $@.log; exit 1; }
lint-tidy: $(patsubst src/%.c,$(BUILD)/tidy/%,$(filter %.c,$(WRITTEN))) \
  $(patsubst %.c,$(BUILD)/tidy/%,$(wildcard bench/*.c bench/*/*.c))
$(BUILD)/tidy/bench/%: bench/%.c $(wildcard bench/*.h bench/*/*.h) .clang-tidy
	@$(call tidy,--header-filter=bench/ --checks=-concurrency-mt-unsafe)
	@touch $@
$(BUILD)/tidy/%: src/%.c $(HEADERS) .clang-tidy
	@$(call tidy)
	@touch $@

# All is built first, two jobs at a time; nothing runs beside the measuring. Who asks for a Lua that is not measured is
# told so.
ONLY   ?=
ROUNDS ?=
BENCH_LUAS := $(filter 5.4 5.1 jit,$(TESTED))
NOT_MEASURED := $(if $(filter file,$(origin LUAS)),,$(filter 5.2 5.3,$(LUAS)))
-include bench/bench.mk
bench:
	@bench/alone.sh $(BUILD)/bench/lock $(MAKE) --no-print-directory bench-alone
bench-alone:
	@$(call setup,bench,$(filter 5.4 5.1 jit,$(WANTED)))
	@$(again) --silent bench-built
	@$(MAKE) --no-print-directory bench-measured
bench-built: $(BENCH_LUAS:%=build-%) bench-programs
bench-measured:
	@LUA_PATH='./?.lua;;' $(LUA_5.4) bench/run.lua ONLY='$(ONLY)' ROUNDS='$(ROUNDS)' BUILD='$(BUILD)' \
	  $(foreach v,$(BENCH_LUAS) $(NOT_MEASURED),$(v)='$(LUA_$(v))')
bench-document:
	@LUA_PATH='./?.lua;;' $(LUA_5.4) bench/document.lua

generate:
	@$(call setup,demo,$(DEMO_LUA))
	@$(LUA_$(DEMO_LUA)) api/generate.lua
check-generated:
	@$(call setup,demo,$(DEMO_LUA))
	@rm -rf $(BUILD)/generated && $(LUA_$(DEMO_LUA)) api/generate.lua $(BUILD)/generated
	@cd $(BUILD)/generated && for file in $$(find . -type f); do diff -u '$(CURDIR)'/$$file $$file || exit 1; done

clean:
	rm -rf $(BUILD)

.PHONY: all no-lua install demo test test-c test-all test-total asan valgrind generate check-generated clean \
  bench bench-alone bench-built bench-measured bench-document \
  lint lint-lua lint-rock lint-shell lint-format lint-cppcheck lint-tidy \
  $(foreach v,$(KNOWN),build-$(v) test-$(v) asan-$(v) valgrind-$(v) install-$(v))
