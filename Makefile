# Each target does all of its own set-up: Python >= 3.11 and make are enough.
# Another Python beside the first one:  make test PYTHON=python3.13 VENV=.venv-3.13
IS_FIT = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CANDIDATES = python3 python3.14 python3.13 python3.12 python3.11
PYTHON ?= $(shell for p in $(CANDIDATES); do $$p -c '$(IS_FIT)' 2>/dev/null && echo $$p && exit; done; echo python3)
VENV ?= .venv
LOCK ?= requirements.lock
BIN = $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(LOCK)
# An editable install follows the Python and SQL files by itself; these it has to be told of.
SET_UP_FROM = pyproject.toml $(LOCK) build_native.py $(wildcard src/labelduck/native/*.[ch])

.DEFAULT_GOAL := help
.PHONY: help demo test quick-test lint format bench clean

help:           ## list the targets
	@awk -F ':.*## *' '/^[a-z-]+:.*##/ {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.demo           ## import the sample data and show what labelduck finds in it
	$(BIN)/labelduck demo

test: $(VENV)/.test lint      ## every check and every test
	$(BIN)/pytest -n auto --dist loadgroup

quick-test: $(VENV)/.test     ## the tests that take seconds
	$(BIN)/pytest -n auto --dist loadgroup -m "not slow and not shared_data"

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
	rm -rf $(VENV) build dist src/labelduck/native/*.so

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit("labelduck needs Python 3.11 or newer, this is %s.%s; try make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv and ensurepip (Debian, Ubuntu: apt install python3-venv), or try make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.demo: $(SET_UP_FROM) | $(VENV)/.made
	$(PIP_INSTALL) --editable .
	@touch $@

# tidecv draws pictures with packages that its figures do not need: the test that compares with it does without them.
$(VENV)/.test: $(SET_UP_FROM) | $(VENV)/.made
	$(PIP_INSTALL) --editable '.[test]'
	$(PIP_INSTALL) --no-deps tidecv
	@touch $@
