# SPDX-License-Identifier: MIT
# The programs of the measurements. The limit takes in all of its Lua, as the interpreter does: lua-cjson looks there.

LIBRARY_5.1 ?= -l:liblua5.1.a
LIBRARY_5.4 ?= -l:liblua5.4.a
LIBRARY_jit ?= -l:libluajit-5.1.a

BENCH          := $(BUILD)/bench
BENCH_HEADERS  := $(wildcard bench/*.h bench/limit/*.h)
LIMIT_SOURCES  := $(wildcard bench/limit/*.c) bench/usage.c
FIXTURE_MAKERS := bench/fixtures.lua $(wildcard bench/fixtures/*.lua)

bench-programs: $(BENCH)/relay $(BENCH)/launch $(BENCH)/fixtures $(BENCH_LUAS:%=bench-programs-%)

define bench_rules
bench-programs-$(1): $(BENCH)/$(1)/bench_clock.so $(BENCH)/$(1)/limit
$(BENCH)/$(1)/bench_clock.so: bench/clock.c bench/usage.c $(BENCH_HEADERS)
	@mkdir -p $$(@D)
	$(COMPILE) -Ibench -I$(INCLUDE_$(1)) -fPIC $(LIBFLAG) -o $$@ $$(filter %.c,$$^)
$(BENCH)/$(1)/limit: $(LIMIT_SOURCES) $(BENCH_HEADERS)
	@mkdir -p $$(@D)
	$(COMPILE) -Ibench -I$(INCLUDE_$(1)) -o $$@ $$(filter %.c,$$^) -lcurl \
	  -Wl,-E -Wl,--whole-archive $(LIBRARY_$(1)) -Wl,--no-whole-archive -lm -ldl
endef
$(foreach v,$(BENCH_LUAS),$(eval $(call bench_rules,$(v))))

$(BENCH)/relay: bench/servers/relay.c
	@mkdir -p $(@D)
	$(COMPILE) -o $@ $<

$(BENCH)/launch: bench/launch.c bench/usage.c $(BENCH_HEADERS)
	@mkdir -p $(@D)
	$(COMPILE) -o $@ $(filter %.c,$^)

$(BENCH)/fixtures: $(FIXTURE_MAKERS)
	@rm -rf $@ $@.new && mkdir -p $@.new/pages
	$(LUA_5.4) bench/fixtures.lua $@.new
	@mv $@.new $@ && touch $@

.PHONY: bench-programs $(BENCH_LUAS:%=bench-programs-%)
