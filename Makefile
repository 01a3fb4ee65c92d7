# chudian: `make demo` walks one night on this machine; `make test` runs the suite. `make help` lists the rest.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
NIGHT ?= 2026-03-04
FIRST ?= 2025-10-06
SUBSCRIBERS ?= 10000
export AIRFLOW_PORT ?= 8080
export MLFLOW_PORT ?= 5000
export STANDALONE_PORT ?= 7077
export CHUDIAN_HOME ?= $(CURDIR)/var
export PYTHONDONTWRITEBYTECODE :=
export AIRFLOW_HOME ?= $(CHUDIAN_HOME)/airflow
BIN := .venv/bin
STAMP := .venv/.ready
refuse_used = if (exec 3<>/dev/tcp/127.0.0.1/$(1)) 2>/dev/null; then echo "port $(1) is in use: stop what listens there, or make $@ $(2)=another" >&2; exit 1; fi

.PHONY: help demo env test prove check lock doctor airflow mlflow standalone clean

help: ## Say what each command does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

env: $(STAMP) ## Make the environment from the lock file and stage the Delta jars (once)

$(STAMP): requirements.lock scripts/jars.xml scripts/setup_environment.sh setup.cfg
	@bash scripts/setup_environment.sh $(PYTHON)
	touch $@

demo: env ## Simulate a province, load its history, train, run the real nightly DAG, and say where the lists are
	@bash scripts/demo.sh $(SUBSCRIBERS) $(FIRST) $(NIGHT)

test: env ## Run the suite (15 minutes on 2 cores at most)
	$(BIN)/python -m pytest -m "not prove"

prove: env ## Run the long proofs: kills at each step of each stage, a standalone Spark, a lived week (60 minutes at most)
	$(BIN)/python -m pytest -m prove

check: env ## Format, lint, types, layers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy expectations features models scenarios jobs simulator benchmarks
	$(BIN)/lint-imports
	$(MAKE) test

doctor: ## Check Python, Java, environment, space, ports, settings, vault at once; needs none of them
	@for python in $(BIN)/python $(PYTHON); do if command -v $$python >/dev/null; then exec $$python -m jobs.doctor; fi; done
	bash scripts/setup_environment.sh $(PYTHON)

lock: ## Resolve requirements.in anew into requirements.lock
	$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet "$$(grep ^uv== requirements.in)"
	$(BIN)/uv pip compile --quiet --python-version 3.11 --no-header --no-annotate requirements.in -o requirements.lock

airflow: env ## Open the Airflow UI on this machine (loopback, AIRFLOW_PORT=8080)
	@$(call refuse_used,$(AIRFLOW_PORT),AIRFLOW_PORT)
	@bash scripts/airflow_ui.sh

standalone: env ## Start a standalone Spark master and worker on this machine (loopback, STANDALONE_PORT=7077); use by CHUDIAN_SPARK
	@$(call refuse_used,$(STANDALONE_PORT),STANDALONE_PORT)
	@bash scripts/standalone.sh $(STANDALONE_PORT)

mlflow: env ## Open the MLflow UI on this machine (loopback, MLFLOW_PORT=5000)
	@$(call refuse_used,$(MLFLOW_PORT),MLFLOW_PORT)
	$(BIN)/python -m jobs.runtime.mlflow_ui $(MLFLOW_PORT)

clean: ## Remove a demo's home: never one that holds an operator's key and extracts
	@[ -e "$(CHUDIAN_HOME)/demo" ] && head -c 16 "$(CHUDIAN_HOME)/vault/token.key" | grep -q '^chudian demo key' || { echo "$(CHUDIAN_HOME) is no demo's home; it holds what cannot be made again" >&2; exit 1; }
	rm -rf "$(CHUDIAN_HOME)"
