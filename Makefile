# lapse: build, test, install. `make help` lists what there is.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
REPO    ?=
DEPS    ?= yes
CC      ?= cc

PKGS     := libgit2 sqlite3 libcjson smartcols libedit zlib
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2
HARDEN   ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2
OPT      ?= -O2 -g
WERROR   ?= $(if $(CI),-Werror)
GRAMMAR  := build/node_modules
CPPFLAGS += -D_POSIX_C_SOURCE=200809L -D_DARWIN_C_SOURCE -I. -I$(BUILD)/gen
CFLAGS   += -std=c11 $(OPT) $(WARN) $(WERROR) $(HARDEN) -fPIE
LDFLAGS  += -pie -Wl,-z,relro,-z,now
LDLIBS   += -lm -pthread

.PHONY: all debug scan test unit check-san check-web lint format deps deps-test deps-lint install uninstall man \
        clean help
all: $(BUILD)/lapse ## build the program: build/lapse

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
EMBED_store := $(filter-out scan/%,$(EMBED)) queries/list
EMBED_cmd   := $(sort $(wildcard cmd/html/*.sql)) cmd/html/page.html $(sort $(wildcard cmd/completion/lapse.*))

obj       = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
embed_obj = $(patsubst %,$(BUILD)/obj/gen/%.o,$(1))
lib       = $(foreach l,$(1),$(BUILD)/lib$(l).a)

GRAMMAR_OBJ_py  := $(addprefix $(BUILD)/obj/grammar/,core.o python_parser.o python_scanner.o)
GRAMMAR_OBJ_cmd := $(addprefix $(BUILD)/obj/grammar/,toml_parser.o toml_scanner.o)

$(BUILD)/lapse: $(call obj,cmd/main.c) $(call lib,$(LAYERS))
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs $(PKGS)) $(LDLIBS)

define archive
$(BUILD)/lib$(1).a: $(call obj,$(SRC_$(1))) $(call embed_obj,$(EMBED_$(1))) $(GRAMMAR_OBJ_$(1))
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call archive,$(l))))

$(BUILD)/obj/%.o: %.c | build/deps.done
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -isystem $(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/include \
		$$(pkg-config --cflags $(PKGS)) -MMD -MP -c -o $@ $<

# Others' code is compiled without our warnings.
GRAMMAR_CFLAGS := -std=c11 $(OPT) -O3 -DNDEBUG -fPIE -w -D_DEFAULT_SOURCE
$(BUILD)/obj/grammar/core.o: | build/deps.done
	@mkdir -p $(@D)
	@$(CC) $(GRAMMAR_CFLAGS) -I$(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/include \
		-I$(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/src \
		-c -o $@ $(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/src/lib.c
$(BUILD)/obj/grammar/python_%.o: | build/deps.done
	@mkdir -p $(@D)
	@$(CC) $(GRAMMAR_CFLAGS) -I$(GRAMMAR)/tree-sitter-python/src \
		-c -o $@ $(GRAMMAR)/tree-sitter-python/src/$*.c
TOML_GRAMMAR := $(GRAMMAR)/@tree-sitter-grammars/tree-sitter-toml
$(BUILD)/obj/grammar/toml_%.o: | build/deps.done
	@mkdir -p $(@D)
	@$(CC) $(GRAMMAR_CFLAGS) -I$(TOML_GRAMMAR)/src -c -o $@ $(TOML_GRAMMAR)/src/$*.c

# The array of store/embed.h; depends on the folder so that a removed query leaves it, too.
$(BUILD)/gen/queries/list.c: queries $(wildcard queries/*.sql)
	@mkdir -p $(@D)
	@{ echo '#include "store/embed.h"'; \
	for q in $(sort $(wildcard queries/*.sql)); do \
		echo "extern const char embed_$$(echo $$q | tr -c '[:alnum:]\n' _)[];"; done; \
	echo 'const struct embed_query embed_queries[] = {'; \
	for q in $(sort $(wildcard queries/*.sql)); do \
		echo "	{\"$$q\", embed_$$(echo $$q | tr -c '[:alnum:]\n' _)},"; done; \
	echo '	{0}};'; } > $@
# The page of `lapse html`, in one piece; see cmd/html/build.mjs.
$(BUILD)/gen/cmd/html/page.html: $(wildcard cmd/html/*.js cmd/html/*.css) cmd/html/page.html \
		cmd/html/build.mjs | build/deps.done
	@mkdir -p $(@D)
	@node cmd/html/build.mjs build/html > $@.new
	@mv $@.new $@
$(BUILD)/gen/cmd/html/page.html.c: $(BUILD)/gen/cmd/html/page.html scan/base/embed.awk
	@awk -f scan/base/embed.awk -v name='cmd/html/page.html' $< > $@
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

# ---- dependencies: what is missing is installed, and said first; DEPS=no only lists it ----
# $(call need,TEST,PACKAGE): the Debian package, when the test fails
need = $(if $(shell $(1) >/dev/null 2>&1 && echo yes),,$(2))
NEED_BUILD = $(strip $(call need,command -v $(CC),gcc libc6-dev) \
	$(call need,command -v pkg-config,pkg-config) \
	$(call need,command -v npm,npm) \
	$(call need,command -v git,git) \
	$(call need,pkg-config --exists libgit2,libgit2-dev) \
	$(call need,pkg-config --exists sqlite3,libsqlite3-dev) \
	$(call need,pkg-config --exists libcjson,libcjson-dev) \
	$(call need,pkg-config --exists smartcols,libsmartcols-dev) \
	$(call need,pkg-config --exists libedit,libedit-dev) \
	$(call need,pkg-config --exists zlib,zlib1g-dev))
NEED_TEST = $(strip $(call need,pkg-config --exists cmocka,libcmocka-dev) \
	$(call need,command -v sqlite3,sqlite3) $(call need,command -v zsh,zsh) \
	$(call need,command -v fish,fish) $(call need,command -v mandoc,mandoc))
# (The leak checker knows functions to leave out by name: it needs the symbolizer.)
NEED_SAN  = $(strip $(call need,command -v clang,clang) \
	$(call need,command -v llvm-symbolizer,llvm) \
	$(call need,clang -fsanitize=address -x c /dev/null -c -o /dev/null && \
		test -e "$$(clang -print-file-name=libclang_rt.asan-x86_64.a)" -o \
		-e "$$(clang -print-runtime-dir)/libclang_rt.asan.a",libclang-rt-14-dev))
NEED_WEB  = $(call need,command -v chromium,chromium)
NEED_LINT = $(strip $(call need,command -v clang-format,clang-format) \
	$(call need,command -v clang-tidy,clang-tidy) $(call need,command -v cppcheck,cppcheck))
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

# $(call install_deps,PACKAGES)
define install_deps
	@set -e; missing="$(1)"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$(DEPS)" = no ]; then echo "missing Debian packages: $$missing" >&2; exit 1; fi; \
	if ! command -v apt-get >/dev/null; then \
		echo "no apt-get here: install the equivalents of $$missing" >&2; exit 1; fi; \
	echo "installing Debian packages: $$missing"; \
	$(SUDO) apt-get update -qq; \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

deps: build/deps.done ## install what building needs (DEPS=no: only list it)
build/deps.done: scan/grammar/package.json scan/grammar/package-lock.json \
		cmd/html/package.json cmd/html/package-lock.json
	$(call install_deps,$(NEED_BUILD))
	@if [ "$(DEPS)" = no ] && [ ! -d $(GRAMMAR) -o ! -d build/html/node_modules ]; then \
		echo "missing npm packages: see scan/grammar/package.json, cmd/html/package.json" >&2; \
		exit 1; fi
	@mkdir -p build/html
	@cp scan/grammar/package.json scan/grammar/package-lock.json build/
	@cp cmd/html/package.json cmd/html/package-lock.json build/html/
	@[ "$(DEPS)" = no ] || { echo "installing npm packages into build/:" \
		"tree-sitter and its grammars of Python and TOML, uPlot"; \
		for folder in build build/html; do (cd $$folder && npm ci --ignore-scripts \
			--legacy-peer-deps --no-audit --no-fund --silent) || exit 1; done; }
	@touch $@
deps-test: build/deps-test.done
build/deps-test.done: build/deps.done
	$(call install_deps,$(NEED_TEST))
	@touch $@
deps-lint: build/deps-lint.done
build/deps-lint.done: build/deps-test.done
	$(call install_deps,$(NEED_SAN) $(NEED_LINT))
	@touch $@
build/deps-web.done: build/deps-test.done tests/web/package.json tests/web/package-lock.json
	$(call install_deps,$(NEED_WEB))
	@mkdir -p build/web
	@cp tests/web/package.json tests/web/package-lock.json build/web/
	@[ "$(DEPS)" = no ] || (cd build/web && npm ci --ignore-scripts --no-audit --no-fund --silent)
	@touch $@
build/deps-san.done: build/deps-test.done
	$(call install_deps,$(NEED_SAN))
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


unit: $(UNIT) ## only the unit tests
	@set -e; for t in $(UNIT); do $$t; done

# ---- what people call ----
scan: $(BUILD)/lapse ## scan REPO (default: a demonstration repository) and show the three reports
	@BUILD=$(BUILD) sh tests/demo/scan.sh "$(REPO)"

test: build/deps-test.done $(BUILD)/lapse $(UNIT) ## all tests
	@BUILD=$(BUILD) LAPSE=$(abspath $(BUILD)/lapse) sh tests/run.sh $(UNIT)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
check-san: build/deps-san.done ## all tests under AddressSanitizer and UBSan
	@$(MAKE) test BUILD=build/san CC=clang HARDEN= \
		OPT='-O1 -g $(SANITIZE) -DLAPSE_ARENA_MALLOC'

check-web: build/deps-web.done $(BUILD)/lapse ## the HTML page in a real browser
	@LAPSE=$(abspath $(BUILD)/lapse) sh tests/web/check.sh build/web

debug: ## build/debug/lapse, without optimisation
	@$(MAKE) BUILD=build/debug OPT='-O0 -g3' HARDEN=

OURS := $(shell git ls-files '*.c' '*.h' 2>/dev/null)
lint: build/deps-lint.done ## clang-format, headers on their own, cppcheck, clang-tidy
	@clang-format --dry-run -Werror $(OURS)
	@set -e; for h in $(filter-out tests/%,$(filter %.h,$(OURS))); do \
		$(CC) $(CPPFLAGS) -std=c11 $(WARN) -Werror $$(pkg-config --cflags $(PKGS)) \
			-isystem $(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/include \
			-fsyntax-only -x c $$h; done
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -I. \
		--enable=warning,performance,portability --suppressions-list=.cppcheck \
		$(filter-out tests/%,$(filter %.c,$(OURS)))
	@clang-tidy --quiet $(filter-out tests/%,$(filter %.c,$(OURS))) -- $(CPPFLAGS) -std=c11 \
		$$(pkg-config --cflags $(PKGS)) \
		-isystem $(GRAMMAR)/tree-sitter/vendor/tree-sitter/lib/include

format: ## let clang-format rewrite the sources
	@clang-format -i $(OURS)

# Where the shells look for completions.
SHARE_BASH = $(PREFIX)/share/bash-completion/completions/lapse
SHARE_ZSH  = $(PREFIX)/share/zsh/site-functions/_lapse
SHARE_FISH = $(PREFIX)/share/fish/vendor_completions.d/lapse.fish
SHARE_MAN  = $(PREFIX)/share/man

man: $(BUILD)/lapse ## manual pages, in build/man: made by the program of its own tables
	@rm -rf $(BUILD)/man && mkdir -p $(BUILD)/man/man1 $(BUILD)/man/man7
	@set -e; for page in $$($(BUILD)/lapse help --man); do \
		$(BUILD)/lapse help --man $$page > $(BUILD)/man/man$${page##*.}/$$page; done

install: $(BUILD)/lapse man ## install below DESTDIR/PREFIX
	install -D -m 755 $(BUILD)/lapse $(DESTDIR)$(PREFIX)/bin/lapse
	install -d $(addprefix $(DESTDIR)$(SHARE_MAN)/,man1 man7)
	install -m 644 $(BUILD)/man/man1/* $(DESTDIR)$(SHARE_MAN)/man1
	install -m 644 $(BUILD)/man/man7/* $(DESTDIR)$(SHARE_MAN)/man7
	install -D -m 644 cmd/completion/lapse.bash $(DESTDIR)$(SHARE_BASH)
	install -D -m 644 cmd/completion/lapse.zsh $(DESTDIR)$(SHARE_ZSH)
	install -D -m 644 cmd/completion/lapse.fish $(DESTDIR)$(SHARE_FISH)

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(SHARE_MAN)/,man1/lapse.1 man1/lapse-*.1 man7/lapse-*.7)
	rm -f $(addprefix $(DESTDIR),$(PREFIX)/bin/lapse $(SHARE_BASH) $(SHARE_ZSH) $(SHARE_FISH))

clean: ## remove build/
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

-include $(wildcard tests/*/rules.mk)
-include $(shell [ -d $(BUILD)/obj ] && find $(BUILD)/obj -name '*.d')
.SECONDARY:
