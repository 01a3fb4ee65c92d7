# chudian: `make demo` runs one night on this machine, `make test` runs the tests, `make help` lists all commands.
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
export JUPYTER_PORT ?= 8888
export CHUDIAN_HOME ?= $(CURDIR)/var
export PYTHONDONTWRITEBYTECODE :=
export AIRFLOW_HOME ?= $(CHUDIAN_HOME)/airflow
BIN := .venv/bin
STAMP := .venv/.ready
refuse_used = if (exec 3<>/dev/tcp/127.0.0.1/$(1)) 2>/dev/null; then echo "port $(1) is in use: stop what listens there, or make $@ $(2)=another" >&2; exit 1; fi

.PHONY: help demo env test test-fast prove check lock doctor airflow mlflow notebooks standalone clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

env: $(STAMP) ## Make the environment from the lock file and fetch the Delta jars (once)

$(STAMP): requirements.lock scripts/jars.xml scripts/setup_environment.sh setup.cfg
	@bash scripts/setup_environment.sh $(PYTHON)
	touch $@

demo: env ## Simulate a province, load its history, train the models, run the nightly DAG and show the lists
	@bash scripts/demo.sh $(SUBSCRIBERS) $(FIRST) $(NIGHT)

test-fast: env ## Run the tests without a night, Airflow or a second Java (about two minutes)
	$(BIN)/python -m pytest -m "not prove and not night and not apart"

test: env ## Run the tests (30 minutes on 2 cores)
	$(BIN)/python -m pytest -m "not prove"

prove: env ## Run the long proofs: a kill at every step, a standalone Spark, a whole week (at most 60 minutes)
	$(BIN)/python -m pytest -m prove

check: env ## Check format, lint, types and layers, then run the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy expectations features models scenarios jobs simulator benchmarks
	$(BIN)/lint-imports
	$(MAKE) test

doctor: ## Check Python, Java, environment, disk space, settings, vault and ports, even before make env
	@for python in $(BIN)/python $(PYTHON); do if command -v $$python >/dev/null; then exec $$python -m jobs.doctor; fi; done
	bash scripts/setup_environment.sh $(PYTHON)

lock: ## Resolve both requirements.in into their requirements.lock again
	$(PYTHON) -m venv .venv && $(BIN)/pip install --quiet "$$(grep ^uv== requirements.in)"
	$(BIN)/uv pip compile --quiet --python-version 3.11 --no-header --no-annotate requirements.in -o requirements.lock
	$(BIN)/uv pip compile --quiet --python-version 3.11 --no-header --no-annotate -c requirements.lock notebooks/requirements.in -o notebooks/requirements.lock

airflow: env ## Open the Airflow UI, for this machine only (AIRFLOW_PORT=8080)
	@$(call refuse_used,$(AIRFLOW_PORT),AIRFLOW_PORT)
	@bash scripts/airflow_ui.sh

standalone: env ## Start a standalone Spark, for this machine only (STANDALONE_PORT=7077); set CHUDIAN_SPARK to use it
	@$(call refuse_used,$(STANDALONE_PORT),STANDALONE_PORT)
	@bash scripts/standalone.sh $(STANDALONE_PORT)

mlflow: env ## Open the MLflow UI, for this machine only (MLFLOW_PORT=5000)
	@$(call refuse_used,$(MLFLOW_PORT),MLFLOW_PORT)
	$(BIN)/python -m jobs.runtime.mlflow_ui $(MLFLOW_PORT)

notebooks: env ## Open the notebooks in JupyterLab, for this machine only (JUPYTER_PORT=8888)
	@$(call refuse_used,$(JUPYTER_PORT),JUPYTER_PORT)
	@bash scripts/notebooks.sh $(JUPYTER_PORT)

clean: ## Delete a demo's home; a home with an operator's key is refused
	@[ -e "$(CHUDIAN_HOME)/demo" ] && head -c 16 "$(CHUDIAN_HOME)/vault/token.key" | grep -q '^chudian demo key' || { echo "$(CHUDIAN_HOME) is not a demo's home: its content could not be made again" >&2; exit 1; }
	rm -rf "$(CHUDIAN_HOME)"
