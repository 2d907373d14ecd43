# Thin: every target is one or two commands, which README.md shows without make.
# Each builds .venv from requirements.txt first if it is missing or stale.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
  then echo $$p; break; fi; done)
PY := .venv/bin/python
JOBS ?= 2
PORT ?= 8000
export TF_CPP_MIN_LOG_LEVEL ?= 3
export PIP_QUIET ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1
# notebooks run in their own folders: a relative path would mean another place there
ifdef LABKIT_DATA
export LABKIT_DATA := $(shell cd -- "$$LABKIT_DATA" >/dev/null 2>&1 && pwd || printf %s "$$LABKIT_DATA")
endif

.venv/.locked: requirements.txt
	@[ -n "$(PYTHON)" ] || { echo "No Python 3.11, 3.12 or 3.13 found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(PY) -m pip install --require-hashes -r requirements.txt
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	$(PY) -m pip install --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help setup book serve refresh test test-all lint demo bench lock clean
help: ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.installed ## install the locked packages and labkit into .venv

book: setup ## build the book, with the workshops to download, into _build/html
	$(PY) -m labkit.grading.release --output _build/release
	$(PY) book/_ext/build.py
	@echo "The book is built: open _build/html/index.html, or run 'make serve'."

serve: book ## build the book and serve it at http://localhost:8000 (PORT=8001 for another port)
	$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

refresh: setup ## execute the chapters whose text, labkit code or lock changed
	$(PY) book/_ext/refresh.py

test: setup ## run every test but the slow ones
	$(PY) -m pytest -n $(JOBS) --dist loadgroup -m "not slow"
	LABKIT_QUICK=1 $(PY) -m pytest -n $(JOBS) --dist loadfile --nbval-lax book

test-all: setup ## run every test, the slow ones and long cells too
	$(PY) -m pytest -n $(JOBS) --dist loadgroup
	$(PY) -m pytest -n $(JOBS) --dist loadfile --nbval-lax book

lint: setup ## check style and format of code and notebooks, and that no chapter is stale
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) book/_ext/refresh.py --check

demo: setup ## play a class of twelve through nbgrader and print the grades
	$(PY) -m labkit.grading.demo --output _build/demo

bench: setup ## run the benchmarks (ratios on the screen, JSON in benchmarks/results)
	@for b in benchmarks/*.py; do echo "== $$b"; $(PY) $$b; done

lock: setup ## compile requirements.txt anew from pyproject.toml
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-annotate \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml --output-file requirements.txt

clean: ## remove everything built (the environment .venv stays; 'rm -rf .venv' removes it)
	rm -rf _build benchmarks/results .pytest_cache .ruff_cache .hypothesis dist
	find labkit tests book benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
