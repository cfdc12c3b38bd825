# Everything that one does in this repository, by name. `make help` lists it.

SPARK ?= 3.5.7 4.3.0
SPARK_ALL ?= 3.4.4 3.5.7 4.0.5 4.3.0
FUZZ_SECONDS ?= 600

comma := ,
space := $(subst ,, )
list = $(subst $(space),$(comma),$(strip $(1)))

.DEFAULT_GOAL := help
.PHONY: help demo test test-all bench fuzz lint advisories setup

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install Java, Python and the Sparks that the tests run with
	cargo xtask java
	cargo xtask spark $(SPARK)

demo: ## a Spark job on a cluster with two Workers, from an empty machine
	cargo xtask demo

test: setup ## all tests, with real Spark
	cargo build --package cli --profile fast
	@export HEARTH_SPARK_VERSIONS=$(call list,$(SPARK)); \
	if cargo nextest --version > /dev/null 2>&1; then \
	  cargo test --workspace --doc && cargo nextest run --workspace --no-fail-fast; \
	else \
	  cargo test --workspace --no-fail-fast; \
	fi

test-all: ## all tests, with every family and release line of Spark
	$(MAKE) test SPARK="$(SPARK_ALL)"

bench: ## Hearth beside the JVM daemons: memory, start, messages per CPU-second
	cargo xtask java
	cargo xtask spark 3.5.7
	cargo build --package cli --profile release
	cargo run --quiet --package bench --profile fast

fuzz: ## each fuzz target for FUZZ_SECONDS, seeded with the captured frames
	@cargo fuzz --version > /dev/null 2>&1 || cargo install --locked cargo-fuzz
	@set -e; cd fuzz; for target in $$(cargo fuzz list); do \
	  echo "== $$target"; mkdir -p corpus/$$target; \
	  cargo fuzz run -s none $$target corpus/$$target ../fixtures -- \
	    -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -rss_limit_mb=1024; \
	done

lint: ## formatting, lints, licences and duplicate dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	@cargo deny --version > /dev/null 2>&1 || cargo install --locked cargo-deny
	cargo deny check bans licenses sources

advisories: ## known weaknesses of dependencies (fetches the advisory database)
	cargo deny check advisories
