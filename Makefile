# make quickstart   a virtual environment, the package, and the whole loop on real text
# make test         the tests
# make docs         the documentation, in site/
PYTHON ?= python3
PIP_OPTIONS ?=
# Python compiles what is imported as it is imported; of all 20,000 files beforehand, it takes a minute or two.
# Where it is told to keep nothing of that, as in many containers, each command would compile torch again.
PIP := --quiet --no-compile $(PIP_OPTIONS) -c constraints.txt
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin

.PHONY: quickstart test check docs

quickstart: .venv/installed
	$(BIN)/bayling run quickstart

test: .venv/developing
	$(BIN)/pytest

check: .venv/developing
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

docs: .venv/documenting
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install $(PIP) -e .
	touch $@

.venv/developing: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install $(PIP) -e ".[dev]"
	touch $@

.venv/documenting: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install $(PIP) -e ".[docs]"
	touch $@
