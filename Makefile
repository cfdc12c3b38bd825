# Everything that one does in this repository, by name. `make help` lists it.

SPARK ?= 3.5.7 4.3.0
SPARK_ALL ?= 3.4.4 3.5.7 4.0.5 4.3.0
SPARK_MORE ?= 3.4.1 3.5.2 4.1.1 4.2.0
FUZZ_SECONDS ?= 600

comma := ,
space := $(subst ,, )
list = $(subst $(space),$(comma),$(strip $(1)))

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-releases test-charts test-chart test-image test-compose test-pods dist images bench fuzz lint advisories setup

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install a JDK, Python, the Sparks, an object store and Hadoop's s3a: that the tests run with
	cargo xtask java
	cargo xtask spark $(SPARK)
	cargo xtask moto
	cargo xtask s3a

demo: ## a Spark job on a cluster with two Workers, from an empty machine
	cargo xtask demo

test: setup ## all tests, with real Spark: most of those with one of two versions
	cargo xtask charts
	cargo build --package cli --profile fast
	cargo run --quiet --package sim --profile fast -- --seeds 0..10000
	@export HEARTH_SPARK_VERSIONS=$(call list,$(SPARK)); \
	if cargo nextest --version > /dev/null 2>&1; then \
	  cargo test --workspace --doc && cargo nextest run --workspace --no-fail-fast; \
	else \
	  cargo test --workspace --no-fail-fast; \
	fi

test-all: ## all tests, each with every release line of Spark; containers; limits of memory with both versions of control groups
	HEARTH_CONFORMANCE_MATRIX=full $(MAKE) test SPARK="$(SPARK_ALL)"
	cargo xtask cgroup2
	$(MAKE) test-image test-compose test-pods

test-releases: ## pi and a job with two shuffles on the releases SPARK_MORE="..."
	$(MAKE) setup SPARK="$(SPARK_MORE)"
	cargo build --package cli --profile fast
	HEARTH_SPARK_VERSIONS=$(call list,$(SPARK_MORE)) \
	  cargo test --package conformance --test client_mode pi_and_a_job_with_two_shuffles_run

test-charts: ## the chart, rendered by Helm 3.10 and Helm 4: schemas, policies, refusals, what is kept in charts/golden
	cargo xtask charts

test-chart: ## the chart on a real cluster: install, helm test, deaths of pods, scaling, upgrade, uninstall; needs KUBECONFIG
	cargo xtask cluster

test-image: ## the images, as containers on a network: jobs, S3, deaths of the Master's and a Worker's; as root, on Debian
	cargo xtask image

test-compose: ## the stack of compose/, with a notebook that runs jobs on it; as root, on Debian
	cargo xtask compose

test-pods: ## the chart's pods as containers, where no cluster is to be had; as root, on Debian
	cargo xtask pods

dist: ## the files of a release, in dist/: a portable program, checksums, a bill of materials
	cargo xtask dist

images: ## the images of docker/spark/Dockerfile, without an engine: what they take is printed
	cargo xtask images

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
