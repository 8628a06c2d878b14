# lapse: build, test, install. `make help` lists what there is.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
REPO    ?=
DEPS    ?= yes
CC      ?= cc

PKGS     := libgit2 sqlite3 libcjson smartcols
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2
HARDEN   := -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2
OPT      ?= -O2 -g
WERROR   ?= $(if $(CI),-Werror)
GRAMMAR  := $(BUILD)/node_modules
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -D_DARWIN_C_SOURCE -I. -I$(BUILD)/gen
CFLAGS   += -std=c11 $(OPT) $(WARN) $(WERROR) $(HARDEN)
LDFLAGS  += -pie -Wl,-z,relro,-z,now
LDLIBS   += -lm -pthread

# ---- sources: one archive for each layer, in link order ----
LAYERS     := cmd store scan rules py base
SRC_base   := $(wildcard scan/base/*.c)
SRC_py     := $(wildcard scan/py/*.c)
SRC_rules  := $(wildcard scan/rules/*.c)
SRC_scan   := $(wildcard scan/*.c)
SRC_store  := $(wildcard store/*.c)
SRC_cmd    := $(filter-out cmd/main.c,$(wildcard cmd/*.c cmd/html/*.c))
# Files embedded into the program: .sql as text (scan/base/embed.awk), .tsv as sorted tables
# (scan/base/table.awk).
EMBED      := $(sort $(wildcard scan/py/data/*.tsv scan/rules/data/*.tsv queries/*.sql) schema.sql)
EMBED_py    := $(filter scan/py/%,$(EMBED))
EMBED_rules := $(filter scan/rules/%,$(EMBED))
EMBED_store := $(filter-out scan/%,$(EMBED))

obj       = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
embed_obj = $(patsubst %,$(BUILD)/obj/gen/%.o,$(1))
lib       = $(foreach l,$(1),$(BUILD)/lib$(l).a)

GRAMMAR_OBJ := $(addprefix $(BUILD)/obj/grammar/,core.o python_parser.o python_scanner.o)

.PHONY: all debug scan test unit check-san lint format deps install uninstall clean help
all: $(BUILD)/lapse

$(BUILD)/lapse: $(call obj,cmd/main.c) $(call lib,$(LAYERS))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS)) $(LDLIBS)

define archive
$(BUILD)/lib$(1).a: $(call obj,$(SRC_$(1))) $(call embed_obj,$(EMBED_$(1))) $(if $(filter py,$(1)),$(GRAMMAR_OBJ))
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call archive,$(l))))

$(BUILD)/obj/%.o: %.c | $(BUILD)/deps.done
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -isystem $(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/include \
		$$(pkg-config --cflags $(PKGS)) -MMD -MP -c -o $@ $<

# Others' code is compiled without our warnings.
GRAMMAR_CFLAGS := -std=c11 $(OPT) -fPIE -w -D_DEFAULT_SOURCE
$(BUILD)/obj/grammar/core.o: | $(BUILD)/deps.done
	@mkdir -p $(@D)
	@$(CC) $(GRAMMAR_CFLAGS) -I$(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/include \
		-I$(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/src \
		-c -o $@ $(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/src/lib.c
$(BUILD)/obj/grammar/python_%.o: | $(BUILD)/deps.done
	@mkdir -p $(@D)
	@$(CC) $(GRAMMAR_CFLAGS) -I$(GRAMMAR)/tree-sitter-python/src \
		-c -o $@ $(GRAMMAR)/tree-sitter-python/src/$*.c

$(BUILD)/gen/%.c: % scan/base/embed.awk
	@mkdir -p $(@D)
	@awk -f scan/base/embed.awk -v name='$*' $< > $@
$(BUILD)/gen/%.tsv.c: %.tsv scan/base/table.awk
	@mkdir -p $(@D)
	@LC_ALL=C awk -f scan/base/table.awk -v name='$*.tsv' $< > $@.new
	@mv $@.new $@
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 $(OPT) -fPIE -I. -c -o $@ $<

$(BUILD)/deps.done: scan/grammar/package.json scan/grammar/package-lock.json
	@mkdir -p $(BUILD)
	@cp scan/grammar/package.json scan/grammar/package-lock.json $(BUILD)/
	@cd $(BUILD) && npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --silent
	@touch $@

# ---- unit tests: tests/unit/LAYER_name.c links that layer and those below it ----
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*_*.c))
below_base  := base
below_py    := py base
below_rules := rules py base
below_scan  := scan rules py base
below_store := store base
below_cmd   := $(LAYERS)
.SECONDEXPANSION:
$(UNIT): $(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $$(call lib,$$(below_$$(word 1,$$(subst _, ,$$*))))
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $$(pkg-config --libs $(PKGS)) $(LDLIBS)

unit: $(UNIT)
	@set -e; for t in $(UNIT); do $$t; done

clean:
	rm -rf $(BUILD)

-include $(shell [ -d $(BUILD)/obj ] && find $(BUILD)/obj -name '*.d')
.SECONDARY:
