# Every target makes its own virtual environment; nothing but the link of `make install` is outside this folder.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check
BINDIR ?= $(HOME)/.local/bin

# The sources are those of this folder, whatever a shell names that has another one at work.
unexport PYTHONPATH

.PHONY: help serve install test coverage lint format docs bench fuzz lock clean
.DEFAULT_GOAL := help

help:
	@echo "make serve   run the server on http://127.0.0.1:8000 (ARGS='--port 9000' for more, DATA=postgresql://… for the store)"
	@echo "make install put the command cardwright into $(BINDIR) (BINDIR=… for another folder)"
	@echo "make test    lint, types, layers, every test, and how much of the core they take (ARGS='tests/vcard' for some)"
	@echo "make coverage  the branches of the core that no test has taken, line by line"
	@echo "make lint    ruff, mypy, import-linter"
	@echo "make format  let ruff rewrite the sources"
	@echo "make docs    write the generated reference pages"
	@echo "make bench   measure against peers (ARGS='createcontact' for one table)"
	@echo "make fuzz    look for bytes that break what reads files (ARGS='reader --seconds 600' for one target)"
	@echo "make lock    pin versions and hashes anew"
	@echo ""
	@echo "Python 3.11 or newer is python3, or what PYTHON=… names: make serve PYTHON=python3.12"

# What says which Python it is: a stand-in may answer one of the two alone.
SAYS  = $(shell ($(PYTHON) --version) 2>&1 || :)
NEW   = $(shell ($(PYTHON) -c 'import sys; print(sys.version_info >= (3, 11))') 2>/dev/null || :)
OLD   = $(filter-out True,$(or $(NEW),unknown))$(filter 2.% $(foreach minor,0 1 2 3 4 5 6 7 8 9 10,3.$(minor) 3.$(minor).%),$(SAYS))
GOAL  = $(or $(firstword $(MAKECMDGOALS)),serve)
CHECK = $(if $(OLD),$(error Cardwright needs Python 3.11 or newer, and $(PYTHON) says: $(SAYS). Name another: make $(GOAL) PYTHON=python3.12))

# A virtual environment that does not work (its Python is gone, this folder was moved, something in it is missing)
# is made anew: then its stamp does not count. These load all that is installed for the server:
PARTS := cardwright.cli.serve, cardwright.cli.supervisor, PIL.Image, apsw, email_validator, falcon, h11, jinja2, phonenumbers, prometheus_client, rich.console, segno

ifneq ($(filter-out help clean,$(MAKECMDGOALS)),)
ifeq ($(origin PYTHON),command line)
$(CHECK)
endif
ifneq ($(shell ($(BIN)/python -I -c 'import $(PARTS); print(cardwright.__file__)') 2>/dev/null || :),$(CURDIR)/src/cardwright/__init__.py)
CLEAR := --clear
.PHONY: $(VENV)/run
endif
endif

$(VENV)/run: requirements/run.txt pyproject.toml
	$(CHECK)
	@if [ -n "$(CLEAR)" ] && [ -L $(VENV) ]; then \
	  echo "$(VENV) is a link to an environment that does not fit this folder, and stays: remove the link" >&2; exit 1; fi
	@echo "Making a virtual environment in $(VENV) with $(SAYS), and installing what Cardwright needs. The first time, that takes a minute."
	@$(PYTHON) -m venv $(CLEAR) $(VENV)
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@: > $@

$(VENV)/dev: requirements/dev.txt $(VENV)/run
	@echo "Installing what the checks and tests need."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@: > $@

# An address of PostgreSQL needs its driver. DATA counts on the command line alone: an environment may have one of others.
STORE = $(if $(findstring command,$(origin DATA)),$(DATA))
serve: $(VENV)/run $(if $(findstring ://,$(STORE)),$(VENV)/postgres)
	@echo "Starting the server: $(BIN)/cardwright serve $(ARGS)"
	@$(if $(STORE),CARDWRIGHT_DATA='$(STORE)') $(BIN)/cardwright serve $(ARGS)

$(VENV)/postgres: requirements/postgres.txt $(VENV)/run
	@echo "Installing the driver of PostgreSQL."
	@$(PIP) install --require-hashes -r requirements/postgres.txt
	@: > $@

$(VENV)/opentelemetry: requirements/opentelemetry.txt $(VENV)/run
	@echo "Installing what exports spans of requests."
	@$(PIP) install --require-hashes -r requirements/opentelemetry.txt
	@: > $@

# A link, so that an update of this folder is one of the command. Shell and Python alone: nothing else need be there.
install: $(VENV)/run
	@if [ -e "$(BINDIR)/cardwright" ] && [ ! -L "$(BINDIR)/cardwright" ]; then \
	  echo "$(BINDIR)/cardwright is a file of somebody else's, and stays: name another folder with BINDIR=…" >&2; exit 1; fi
	@$(BIN)/python -c 'import pathlib, sys; link = pathlib.Path(sys.argv[1]); link.parent.mkdir(parents=True, exist_ok=True); \
	  link.unlink(missing_ok=True); link.symlink_to(sys.argv[2])' "$(BINDIR)/cardwright" "$(CURDIR)/$(BIN)/cardwright"
	@echo "The command is $(BINDIR)/cardwright, for as long as this folder stands here."
	@case ":$$PATH:" in *":$(BINDIR):"*) ;; *) \
	  echo "$(BINDIR) is not on your PATH yet: export PATH=\"$(BINDIR):\$$PATH\"" ;; esac

# More processes than two cores run: many tests wait, for a time-out or a server of theirs, and the others run meanwhile.
# Those of the core take 97 of 100 branches of each of its packages; of some, ARGS names which, nothing is asked.
# Each process would compile every test anew where Python is told to keep no compiled files.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest
TESTS  = $(PYTEST) --numprocesses 4 --dist worksteal
test: $(VENV)/dev
ifdef ARGS
	@$(MAKE) --no-print-directory lint
	$(TESTS) $(ARGS)
else
	@# While one core checks the types, the other compiles the tests, once for all processes.
	@$(PYTEST) --collect-only --quiet > /dev/null 2>&1 & \
	  $(MAKE) --no-print-directory lint; said=$$?; wait; exit $$said
	$(TESTS) --cov --cov-report=json:.coverage.json
	$(BIN)/python tests/branches.py .coverage.json
endif

coverage: $(VENV)/dev
	$(TESTS) --cov --cov-report=term --cov-report=json:.coverage.json $(ARGS)
	$(BIN)/python tests/branches.py .coverage.json

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The reference pages that are generated from tables in the code.
docs: $(VENV)/dev
	$(BIN)/python docs/generate.py

bench: $(VENV)/dev
	$(BIN)/python bench/run.py $(ARGS)

fuzz: $(VENV)/dev
	$(BIN)/python tests/fuzz/run.py $(ARGS)

# Pins hold versions and hashes alone, no addresses: any index that serves the same files will do.
lock: $(VENV)/dev
	$(BIN)/python -m pip --quiet install uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  -c requirements/run.txt pyproject.toml requirements/build.in --extra postgres -o requirements/postgres.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  -c requirements/run.txt pyproject.toml requirements/build.in --extra opentelemetry -o requirements/opentelemetry.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  -c requirements/run.txt pyproject.toml --extra postgres --extra opentelemetry --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist
