# The one place for commands; CI calls only make. `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
FILTER := $(TARGET_DIR)/wasm32-wasip1/release/lifecycle_hooks.wasm
LEH := $(TARGET_DIR)/release/leh
PYTHON := .venv/bin/python

-include .venv/toolchain.mk
export RQUICKJS_SYS_NO_WASI_SDK := 1
export CC_wasm32_wasip1 := $(CURDIR)/tools/wasi-cc
export AR_wasm32_wasip1 := $(CURDIR)/tools/wasi-ar
export CFLAGS_wasm32_wasip1 := -include $(CURDIR)/tools/quickjs-wasi.h

.PHONY: help setup build filter leh
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# The stamp costs nothing when it is newer than what it was made from.
setup: .venv/ready ## the toolchain, inside the checkout
.venv/ready: tools/setup.sh tools/requirements.txt integration-tests/requirements.txt rust-toolchain.toml
	@echo "setup: Envoy, a C compiler for WASI and the Rust target, into .venv"
	@tools/setup.sh
