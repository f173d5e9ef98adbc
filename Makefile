# Kith: `make run` and `make test` are all that a fresh Debian 12 or Ubuntu with a Swift toolchain
# needs; what Debian packages are missing, they install, and say so.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift

# Where the linker finds the C++ library that the cryptography needs as a file to link in: like
# everything but libc, it would cost each start a tenth of a millisecond to load. So would libm, which is not
# linked unless it is needed (Sources/CMachine/mathematics.c).
STATIC := .build/static
STATIC_CXX = $$($$(command -v clang cc | head -n 1) -print-file-name=libstdc++.a)
RELEASE := mkdir -p $(STATIC) && ln -sf "$(STATIC_CXX)" $(STATIC)/libstdc++.a && \
  echo 'INPUT(AS_NEEDED(libm.so.6))' >$(STATIC)/libm.so && \
  $(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath \
    -Xlinker -L$(abspath $(STATIC))
KITH := .build/release/kith
# The libraries that the build links; libcurl's headers bring the library itself with them.
BUILD_PACKAGES := libncurses-dev libcurl4-openssl-dev zlib1g-dev libzstd-dev libyaml-dev tzdata \
  ca-certificates
# A real terminal, a real mail server with its certificates, and a second reader of our files.
TEST_PACKAGES := tmux exim4-daemon-light openssl python3
ACCEPT := ../shared/accept/accept.py
# The parts of it that this version has the commands for.
ACCEPT_PARTS := import language analyses
ACCEPT_PYTHON := .build/accept-venv/bin/python3
# The engines that speed is compared with.
PEERS := $(wildcard ../shared/bench/requirements.txt)
PEERS_PYTHON := .build/bench-venv/bin/python3
BENCH_OPTIONS ?= --memory
# Real logs, and a Python that reads Arrow: where they are, a few tests more are run.
SHARED_DATA := $(abspath $(wildcard ../shared/data))
TEST_SETTINGS := $(if $(SHARED_DATA),KITH_SHARED_DATA=$(SHARED_DATA)) \
  $(if $(wildcard $(ACCEPT_PYTHON)),KITH_PYTHON=$(abspath $(ACCEPT_PYTHON)))

# Installs what is missing of the packages $(1). Asks nothing, downloads nothing where all is there.
define packages
	@command -v dpkg-query >/dev/null || { echo "not a Debian: please see to $(1)"; exit 0; }; \
	missing=; for package in $(1); do \
	  [ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] \
	    || missing="$$missing $$package"; done; \
	[ -n "$$missing" ] || exit 0; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	command -v $${sudo:-true} >/dev/null \
	  || { echo "missing packages; as root: apt-get install$$missing" >&2; exit 1; }; \
	echo "installing missing packages:$$missing"; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	  apt-get install -y -qq --no-install-recommends $$missing
endef

.PHONY: help run test check lint format bench fuzz accept release install uninstall clean

help: ## lists these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
	  printf '  make %-10s %s\n' "$$name" "$$text"; done

run: release ## builds Kith and opens a sample store; without a terminal, prints its stages
	$(KITH) demo

test: ## builds everything and runs all tests
	$(call packages,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(TEST_SETTINGS) $(SWIFT) test

# Warnings are errors in every target of ours (Package.swift), so building the tests checks them.
check: lint test ## the format, the warnings and the tests

lint: ## reports what is not in the tree's format
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests

format: ## puts all Swift files into the tree's format
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

# BENCH_OPTIONS='--events 1000000,10000000' and more: kith-bench --help lists them.
bench: release $(if $(PEERS),$(PEERS_PYTHON)) ## measures Kith and its peers on the same log
	$(RELEASE) --product kith-bench
	.build/release/kith-bench $(BENCH_OPTIONS)

$(PEERS_PYTHON): $(PEERS)
	$(call packages,python3 python3-venv)
	python3 -m venv .build/bench-venv
	$@ -m pip install --quiet -r $(PEERS) || { rm -r .build/bench-venv; exit 1; }

fuzz: ## compares the engine with its row-by-row twin, a hundred thousand times
	$(call packages,$(BUILD_PACKAGES))
	$(RELEASE) --product kith-fuzz
	@if .build/release/kith-fuzz canary --rounds 60 >.build/fuzz-canary.txt; then \
	  cat .build/fuzz-canary.txt; echo "a planted fault was not found" >&2; exit 1; \
	else [ $$? = 1 ] || { cat .build/fuzz-canary.txt; exit 1; }; fi
	.build/release/kith-fuzz

ifneq ($(wildcard $(ACCEPT)),)
accept: release $(ACCEPT_PYTHON) ## holds the release build against the logs of ../shared, where it is
	for part in $(ACCEPT_PARTS); do KITH=$(KITH) $(ACCEPT_PYTHON) $(ACCEPT) $$part || exit 1; done
else
accept:
	@echo "no $(ACCEPT): nothing to hold the build against"
endif

$(ACCEPT_PYTHON):
	$(call packages,python3 python3-venv)
	python3 -m venv .build/accept-venv
	$@ -m pip install --quiet pyarrow || { rm -r .build/accept-venv; exit 1; }

release: ## builds the program as it is installed
	$(call packages,$(BUILD_PACKAGES))
	$(RELEASE) --product kith

# Builds only where nothing is built yet, so that `sudo make install` after `make release` leaves no
# file of root's in the tree.
$(KITH):
	$(MAKE) release

install: $(KITH) ## copies the release build, themes, manual and completions beneath PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/kith/Themes \
	  $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -s -m 755 $(KITH) $(DESTDIR)$(PREFIX)/bin/kith
	install -m 644 Themes/*.yaml $(DESTDIR)$(PREFIX)/share/kith/Themes
	$(KITH) man >$(DESTDIR)$(PREFIX)/share/man/man1/kith.1
	$(KITH) completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kith
	$(KITH) completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kith
	$(KITH) completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kith.fish

uninstall: ## takes away what install copied
	rm -f $(DESTDIR)$(PREFIX)/bin/kith $(DESTDIR)$(PREFIX)/share/man/man1/kith.1 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kith \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kith \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kith.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/kith

clean: ## removes everything that was built
	rm -rf .build
