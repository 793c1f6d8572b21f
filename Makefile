# The whole build, without recursion. New files are found by wildcard: a folder
# under services/ with a main.c is a program, a tests/KIND/test_*.c is a test.
# BUILD= and VARIANT= choose where objects go, so that variants never mix.

SHELL = /bin/bash
.SHELLFLAGS = -euo pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.ONESHELL:
MAKEFLAGS += --no-builtin-rules $(if $(filter 0,$(MAKELEVEL)),--jobs=$(shell nproc))

VARIANT ?= release
BUILD ?= build
PREFIX ?= /usr/local
VERSION := 0.1.0
SECONDS ?= 60
SEED ?= 1
RUNS ?= 1000
TEST_TIMEOUT ?= 600

B := $(BUILD)/$(VARIANT)
GEN := $(BUILD)/gen/proto

# --- variants -----------------------------------------------------------------

ifeq ($(origin CC),default)
CC := gcc
endif
HARDEN := -fstack-protector-strong
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

ifeq ($(VARIANT),release)
OPTIMISE := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(HARDEN) -fPIE
LINK := -pie -Wl,-z,relro,-z,now
else ifeq ($(VARIANT),debug)
OPTIMISE := -O0 $(HARDEN)
else ifeq ($(VARIANT),asan)
OPTIMISE := -O1 $(SANITIZE)
LINK := $(SANITIZE)
else ifeq ($(VARIANT),cov)
OPTIMISE := -O0 --coverage
LINK := --coverage
else ifeq ($(VARIANT),planted)
# For the simulator alone: a program with mistakes in it must not be installed or started.
OPTIMISE := -O2 -DPPID_PLANTED
else ifeq ($(VARIANT),tsan)
# gcc, and with libraries that are instrumented too: scripts/checks/tsan makes them.
OPTIMISE := -O1 -fsanitize=thread -fno-omit-frame-pointer
LINK := -fsanitize=thread -L$(abspath $(BUILD)/tsan-libs/prefix/lib) -Wl,-rpath,$(abspath $(BUILD)/tsan-libs/prefix/lib)
else ifeq ($(VARIANT),fuzz)
CC := clang
OPTIMISE := -O1 -fsanitize=fuzzer-no-link $(SANITIZE)
LINK := $(SANITIZE)
else ifeq ($(VARIANT),fuzzcov)
CC := clang
OPTIMISE := -O1 -fprofile-instr-generate -fcoverage-mapping
LINK := -fprofile-instr-generate
else
$(error VARIANT=$(VARIANT) is unknown; it is release, debug, asan, tsan, cov or planted)
endif

# --- outside libraries --------------------------------------------------------

ifneq ($(filter-out clean help list-% check-layers check-top check-size,$(or $(MAKECMDGOALS),all)),)
MSGPACK := $(shell pkg-config --exists msgpack-c && echo msgpack-c || echo msgpack)
LIBRARIES := libzmq libczmq $(MSGPACK) lmdb libsodium libcurl
ifneq ($(shell pkg-config --exists $(LIBRARIES) && echo yes),yes)
$(error libraries are missing, run scripts/deps: $(shell pkg-config --print-errors --exists $(LIBRARIES) 2>&1))
endif
LIBRARY_CFLAGS := $(shell pkg-config --cflags $(LIBRARIES))
LIBRARY_LIBS := $(shell pkg-config --libs $(LIBRARIES)) -pthread
COMMIT := $(or $(shell git rev-parse --short=12 HEAD 2>/dev/null),unknown)
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef \
	-Wformat=2 -Wvla -Werror
INCLUDES := -Icommon -I$(BUILD)/gen -Iservices
DIALECT := -std=c17 -D_GNU_SOURCE
CFLAGS_ALL = $(DIALECT) $(OPTIMISE) -g $(WARNINGS) $(WARNINGS_LAYER) $(INCLUDES) $(INCLUDES_TESTS) \
	$(LIBRARY_CFLAGS) $(DEFINES) $(CFLAGS)
LINK_ALL = $(LINK) -Wl,--as-needed $(LDFLAGS)

# --- what there is ------------------------------------------------------------

# Narrowed by hand only, to test one layer while another is being changed:
# make BUILD=/tmp/b LAYERS="base wire" NAMES= test-wire
LAYERS ?= *
NAMES ?= *
MESSAGES := $(wildcard proto/*.msg)
GENERATED := $(if $(MESSAGES),$(GEN)/messages.h $(GEN)/messages.c)
VERSION_C := $(wildcard common/runtime/version.c)
COMMON_C := $(filter-out $(VERSION_C),$(wildcard $(LAYERS:%=common/%/*.c)))
MAIN_C := $(wildcard $(NAMES:%=services/%/main.c))
SERVICE_C := $(filter-out $(MAIN_C),$(wildcard $(NAMES:%=services/%/*.c)))
TEST_C := $(wildcard $(addprefix tests/,unit/test_*.c property/test_*.c crash/test_*.c sim/test_*.c))
FUZZ_C := $(wildcard tests/fuzz/fuzz_*.c)
BENCH_C := $(wildcard tests/bench/bench_*.c)
PRELOAD_C := $(wildcard tests/lib/preload_*.c)
PROG_C := $(wildcard tests/crash/prog_*.c)
HELPER_C := $(filter-out $(TEST_C) $(BENCH_C) $(PRELOAD_C),$(wildcard tests/lib/*.c tests/sim/*.c tests/bench/*.c))
HEADERS := $(wildcard common/*/*.h services/*/*.h tests/*/*.h)
PROJECT_C := $(VERSION_C) $(COMMON_C) $(SERVICE_C) $(MAIN_C)
OWN_C := $(PROJECT_C) $(HELPER_C) $(TEST_C) $(FUZZ_C) $(BENCH_C) $(PRELOAD_C) $(PROG_C) \
	$(wildcard tests/fuzz/replay.c)

objects = $(patsubst %.c,$(B)/%.o,$(1))

LIBPPID := $(B)/libppid.a
LIBSERVICES := $(B)/libservices.a
LIBTEST := $(B)/libtest.a
LIBPPID_O := $(call objects,$(COMMON_C)) $(if $(MESSAGES),$(B)/gen/proto/messages.o)
LIBSERVICES_O := $(call objects,$(SERVICE_C))
LIBTEST_O := $(call objects,$(HELPER_C))
VERSION_O := $(call objects,$(VERSION_C))
TEST_VERSION_O := $(VERSION_O:.o=_test.o)

# services/ctl is ppidctl, every other services/NAME is ppid-NAME.
program_of = $(B)/bin/$(if $(filter ctl,$(1)),ppidctl,ppid-$(1))
SERVICES := $(MAIN_C:services/%/main.c=%)
PROGRAMS := $(foreach s,$(SERVICES),$(call program_of,$(s)))

TESTS := $(TEST_C:%.c=$(B)/%)
REPLAYS := $(FUZZ_C:%.c=$(B)/%)
BENCHES := $(BENCH_C:%.c=$(B)/%)
PROGS := $(PROG_C:%.c=$(B)/%)
PRELOADS := $(PRELOAD_C:%.c=$(B)/%.so)
RESULTS := $(addsuffix .ok,$(TESTS) $(REPLAYS))

all: $(PROGRAMS) $(LIBPPID) $(LIBSERVICES)  ## every program and library (VARIANT=release, debug, asan, cov)

# --- generated sources --------------------------------------------------------

# Made beside and moved in place, so that nobody reads a half-written file.
$(GEN)/messages.h $(GEN)/messages.c $(GEN)/MESSAGES.md &: proto/gen.awk $(MESSAGES)
	@mkdir -p $(GEN)
	@new=$$(mktemp -d $(GEN)/new.XXXXXX)
	@trap 'rm -rf "$$new"' EXIT
	@echo "  gen     $(words $(MESSAGES)) .msg files"
	@awk -f proto/gen.awk -v out="$$new" $(MESSAGES)
	@mv -f "$$new"/messages.h "$$new"/messages.c "$$new"/MESSAGES.md $(GEN)/

# --- compile and link ---------------------------------------------------------

$(B)/common/base/%.o $(B)/common/wire/%.o: WARNINGS_LAYER := -Wconversion \
	$(if $(findstring clang,$(CC)),-Wno-string-conversion)
$(B)/tests/%: INCLUDES_TESTS := -Itests
$(B)/tests/%: DEFINES := -DTEST_DATA='"$(CURDIR)/tests/data"' -DTEST_BIN='"$(abspath $(B)/bin)"'

$(B)/%.o: %.c $(MAKEFILE_LIST) | $(GENERATED)
	@mkdir -p $(@D)
	@echo "  cc      $(VARIANT) $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

$(B)/gen/proto/messages.o: $(GEN)/messages.c $(GEN)/messages.h
	@mkdir -p $(@D)
	@echo "  cc      $(VARIANT) $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# Only this object knows the commit, and only programs link it: a commit makes
# neither the libraries nor the tests old.
$(B)/commit: force
	@mkdir -p $(@D)
	@echo "$(VERSION) $(COMMIT)" | cmp -s - $@ || echo "$(VERSION) $(COMMIT)" > $@
$(VERSION_O): DEFINES = -DPPID_VERSION='"$(VERSION)"' -DPPID_COMMIT='"$(COMMIT)"'
$(VERSION_O): $(B)/commit
$(TEST_VERSION_O): DEFINES = -DPPID_VERSION='"$(VERSION)"' -DPPID_COMMIT='"test"'
$(TEST_VERSION_O): $(VERSION_C) $(MAKEFILE_LIST) | $(GENERATED)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# A list that changes with the set of objects: a deleted file leaves the library.
$(B)/%.list: force
	@mkdir -p $(@D)
	@echo "$($(*F)_objects)" | cmp -s - $@ || echo "$($(*F)_objects)" > $@
libppid_objects = $(LIBPPID_O)
libservices_objects = $(LIBSERVICES_O)
libtest_objects = $(LIBTEST_O)
$(LIBPPID): $(LIBPPID_O)
$(LIBSERVICES): $(LIBSERVICES_O)
$(LIBTEST): $(LIBTEST_O)
# q, not r: two services may have a file of the same name.
$(LIBPPID) $(LIBSERVICES) $(LIBTEST): %.a: %.list
	@rm -f $@
	@ar qcs $@ $(filter %.o,$^)

define program
$(call program_of,$(1)): $(B)/services/$(1)/main.o $(LIBSERVICES) $(LIBPPID) $(VERSION_O)
	@mkdir -p $$(@D)
	@echo "  link    $(VARIANT) $$(@F)"
	@$$(CC) $$(OPTIMISE) $$(LINK_ALL) $$(filter %main.o,$$^) $(LIBSERVICES) $(VERSION_O) \
		$(LIBPPID) $$(LIBRARY_LIBS) -o $$@
endef
$(foreach s,$(SERVICES),$(eval $(call program,$(s))))

TEST_LIBS = $(LIBTEST) $(LIBSERVICES) $(TEST_VERSION_O) $(LIBPPID) $(LIBRARY_LIBS)
TEST_NEEDS := $(LIBTEST) $(LIBSERVICES) $(LIBPPID) $(TEST_VERSION_O)

# A hundred programs of much debug information each: gold, which binutils bring along, needs a fifth of the time.
TEST_LINK := $(if $(filter gcc,$(CC)),$(shell command -v ld.gold > /dev/null && echo -fuse-ld=gold))

$(TESTS) $(PROGS) $(BENCHES): %: %.o $(TEST_NEEDS)
	@echo "  link    $(VARIANT) $(@F)"
	@$(CC) $(OPTIMISE) $(LINK_ALL) $(TEST_LINK) $< $(TEST_LIBS) $(if $(filter bench_%,$(@F)),,-lcmocka) -lm -o $@

# Preloaded into programs of the tests: without sanitizers, which want to be first.
$(PRELOADS): $(B)/%.so: %.c $(MAKEFILE_LIST) $(wildcard tests/lib/*.h)
	@mkdir -p $(@D)
	@echo "  cc      $(VARIANT) $<"
	@$(CC) $(DIALECT) -O1 -g -fPIC $(WARNINGS) -Itests -shared $< -o $@

# --- tests --------------------------------------------------------------------

export ASAN_OPTIONS ?= detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS ?= print_stacktrace=1

# Beside the log of a test: how long it took, and of the processor's time.
run_test = echo "  test    $(VARIANT) $(1)"; rm -f $@; TIMEFORMAT='%1R %1U %1S $(VARIANT) $(1)'; \
	if { time timeout --kill-after=5 $(TEST_TIMEOUT) $(2) > $(@:.ok=.log) 2>&1; } 2> $(@:.ok=.took); \
	then touch $@; \
	else rc=$$?; tail -n 40 $(@:.ok=.log); echo "  FAILED  $(VARIANT) $(1) (exit code $$rc)"; \
	echo "exit code $$rc" >> $(@:.ok=.log); exit 1; fi

$(addsuffix .ok,$(TESTS)): $(B)/tests/%.ok: $(B)/tests/% $(wildcard tests/data/*)
	@$(call run_test,$*,$(abspath $<))
# These start the real programs, and programs of their own.
$(addsuffix .ok,$(filter $(B)/tests/crash/%,$(TESTS))): $(PROGS) $(PRELOADS) | $(PROGRAMS)

test: $(RESULTS)  ## unit, property, crash and simulator tests, fuzz regressions; repeats only what changed
	@awk -f scripts/checks/totals.awk $(RESULTS:.ok=.log)
build-tests: $(TESTS) $(REPLAYS) $(PROGS) $(PRELOADS)  ## all programs that tests are made of
test-%: force  ## one test again: make test-NAME
	@$(if $(filter %/test_$*,$(TESTS)),,echo "no test is named $*"; exit 1)
	@$(MAKE) --no-print-directory $(filter %/test_$*,$(TESTS))
	@timeout --kill-after=5 $(TEST_TIMEOUT) $(abspath $(filter %/test_$*,$(TESTS)))
list-logs:
	@printf '%s\n' $(RESULTS:.ok=.log)

sim: $(filter $(B)/tests/sim/%,$(TESTS))  ## the simulator: make sim SEED=1 RUNS=1000
	@for t in $(abspath $^); do SIM_SEED=$(SEED) SIM_RUNS=$(RUNS) "$$t"; done

planted:  ## whether the simulator finds each planted mistake: make planted RUNS=1000
	@$(MAKE) --no-print-directory VARIANT=planted planted-run
planted-run: $(B)/tests/sim/test_simulator
	@SIM_PLANTED=1 SIM_SEED=$(SEED) SIM_RUNS=$(RUNS) "$(abspath $<)"

# --- fuzzers ------------------------------------------------------------------

# Without libFuzzer: every regression input once, in every variant.
ifneq ($(VARIANT),fuzz)
$(REPLAYS): %: %.o $(B)/tests/fuzz/replay.o $(TEST_NEEDS)
	@$(CC) $(OPTIMISE) $(LINK_ALL) $(TEST_LINK) $< $(B)/tests/fuzz/replay.o $(TEST_LIBS) -lm -o $@
else
$(REPLAYS): %: %.o $(TEST_NEEDS)
	@echo "  link    $(VARIANT) $(@F)"
	@$(CC) -fsanitize=fuzzer $(LINK_ALL) $< $(TEST_LIBS) -lm -o $@
endif
.SECONDEXPANSION:
$(addsuffix .ok,$(REPLAYS)): $(B)/tests/fuzz/fuzz_%.ok: $(B)/tests/fuzz/fuzz_% \
		$$(wildcard tests/fuzz/regression/$$*/*)
	@$(call run_test,fuzz/fuzz_$*,$(abspath $<) $(wildcard tests/fuzz/regression/$*))

FUZZ ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_C))
fuzz:  ## all fuzzers, corpus kept in build/fuzz/corpus: make fuzz SECONDS=60 [FUZZ=name]
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-run
fuzz-run: $(FUZZ:%=$(B)/tests/fuzz/fuzz_%)
	@for name in $(FUZZ); do scripts/checks/fuzz-one "$$name" $(abspath $(B)) $(SECONDS); done
fuzz-coverage:  ## line coverage of each fuzzer's targets over its corpus (comment line "fuzz-target:")
	@$(MAKE) --no-print-directory VARIANT=fuzzcov fuzz-coverage-run
fuzz-coverage-run: $(FUZZ:%=$(B)/tests/fuzz/fuzz_%)
	@for name in $(FUZZ); do scripts/checks/fuzz-coverage "$$name" $(abspath $(B) $(BUILD)/fuzz/corpus); done

container:  ## compose.yaml brought up with an engine of the test's own, as root: tests/container
	@python3 tests/container/test_containers.py

tsan:  ## data races: bus, actors, worker pool and two linked nodes, with instrumented libraries
	@BUILD=$(BUILD) scripts/checks/tsan

# --- benchmarks ---------------------------------------------------------------

bench: $(BENCHES) | $(PROGRAMS)  ## all benchmarks, one after the other; make bench-NAME for one; SMALL=1 for a look
	@for b in $(abspath $^); do "$$b"; done
bench-%: $(B)/tests/bench/bench_% | $(PROGRAMS)
	@$(abspath $<)

# --- checks -------------------------------------------------------------------

check: check-fast check-headers check-compose tidy cppcheck  ## layers, released numbers, top level, format, headers, cppcheck, clang-tidy
check-fast: check-layers check-released check-docs check-top check-size check-format  ## the checks that take a second
check-layers:
	@awk -f scripts/checks/layers.awk $(OWN_C) $(HEADERS)
check-released:
	@$(if $(MESSAGES),awk -f scripts/checks/released.awk proto/released.txt $(MESSAGES))
list-released:  ## today's codes and field numbers, in the form of proto/released.txt
	@awk -f scripts/checks/released.awk -v list=1 $(MESSAGES)
check-docs: $(if $(MESSAGES),$(GEN)/MESSAGES.md)
	@$(if $(MESSAGES),cmp -s $< proto/MESSAGES.md || { echo "proto/MESSAGES.md is not current: run make docs"; exit 1; })
check-top:
	@scripts/checks/top-level
check-size:
	@awk -f scripts/checks/size.awk $(OWN_C) $(HEADERS)
check-format:
	@scripts/checks/format $(OWN_C) $(HEADERS)
# Where docker-compose is; the container test reads the file in any case.
check-compose:
	@! command -v docker-compose > /dev/null || { docker-compose --file compose.yaml config --quiet && \
		PPID_NODE=x PPID_UNIT=x PPID_UNIT_NAME=x docker-compose --file scripts/container/node.yaml config --quiet; }
# A header compiles alone.
check-headers: $(GENERATED)
	@printf '%s\n' $(filter common/% services/%,$(HEADERS)) | xargs -r -P2 -I{} \
		$(CC) $(DIALECT) $(WARNINGS) $(INCLUDES) $(LIBRARY_CFLAGS) -fsyntax-only -include {} -x c /dev/null
format:  ## writes the house form into all C files: make format [FILES="a.c b.h"]
	@clang-format -i $(or $(FILES),$(OWN_C) $(HEADERS))

# One stamp a file; the object stands for the headers it includes.
TIDY := $(patsubst %.c,$(B)/tidy/%.ok,$(PROJECT_C))
tidy: $(TIDY)
$(TIDY): $(B)/tidy/%.ok: %.c $(B)/%.o .clang-tidy
	@mkdir -p $(@D)
	@echo "  tidy    $<"
	@clang-tidy --quiet --warnings-as-errors='*' $< -- $(DIALECT) $(INCLUDES) \
		-DPPID_VERSION='""' -DPPID_COMMIT='""' 2> $(@:.ok=.log) || { grep -v 'warnings generated' $(@:.ok=.log); exit 1; }
	@touch $@
cppcheck: $(GENERATED)
	@mkdir -p $(BUILD)/cppcheck
	@$(if $(PROJECT_C),cppcheck --quiet -j2 --cppcheck-build-dir=$(BUILD)/cppcheck --std=c11 \
		--enable=warning --enable=performance --enable=portability --inline-suppr --error-exitcode=1 \
		--suppressions-list=scripts/checks/cppcheck.txt --library=posix -D_GNU_SOURCE \
		'-DPPID_VERSION=""' '-DPPID_COMMIT=""' $(INCLUDES) $(PROJECT_C))

# --- the rest -----------------------------------------------------------------

docs: $(if $(MESSAGES),$(GEN)/MESSAGES.md)  ## proto/MESSAGES.md, and prints the map of the code
	@$(if $(MESSAGES),cmp -s $< proto/MESSAGES.md || cp $< proto/MESSAGES.md)
	@for h in $(HEADERS); do sed -n '1s|^/\* \(.*[^ */]\).*|\1|p' "$$h"; done

install: all  ## into DESTDIR and PREFIX (default /usr/local)
	@install -d $(DESTDIR)$(PREFIX)/bin
	@$(if $(PROGRAMS),install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin/)

clean:  ## removes build/
	@rm -rf $(BUILD)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

force:
.PHONY: all test build-tests sim planted planted-run fuzz fuzz-run fuzz-coverage fuzz-coverage-run container tsan bench check check-fast check-layers \
	check-released check-docs check-top check-size check-format check-headers check-compose format tidy cppcheck docs install clean \
	help force list-logs list-released

-include $(patsubst %.o,%.d,$(call objects,$(OWN_C)) $(TEST_VERSION_O) $(B)/gen/proto/messages.o)
