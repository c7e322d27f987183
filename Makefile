# Each target does all of its own set-up: Python >= 3.11 and make are enough.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test quick-test lint format bench clean

help:           ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: $(VENV)/.demo           ## import the sample data and show what labelduck finds in it
	$(BIN)/labelduck demo

test: $(VENV)/.test lint      ## every check and every test
	$(BIN)/pytest -n auto

quick-test: $(VENV)/.test     ## the tests that take seconds
	$(BIN)/pytest -n auto -m "not slow and not shared_data"

lint: $(VENV)/.test           ## style, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test         ## put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench:          ## measure labelduck beside its peers; takes about half an hour
	$(PYTHON) benchmarks/evaluate.py

clean:          ## remove the environment and what was built
	rm -rf $(VENV) dist src/labelduck/native/*.so

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("labelduck needs Python 3.11 or newer; try make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable .
	@touch $@

$(VENV)/.test: pyproject.toml requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[test]'
	@touch $@
