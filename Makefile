# Every target makes its own virtual environment; nothing is installed outside this folder.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help serve test lint format docs bench fuzz lock clean
.DEFAULT_GOAL := help

help:
	@echo "make serve   run the server on http://127.0.0.1:8000 (ARGS='--port 9000' for more)"
	@echo "make test    lint, types, layers and every test"
	@echo "make lint    ruff, mypy, import-linter"
	@echo "make format  let ruff rewrite the sources"
	@echo "make docs    write the generated reference pages"
	@echo "make bench   measure against peers (ARGS='createcontact' for one table)"
	@echo "make fuzz    look for bytes that break the codec (ARGS='reader --seconds 600' for one target)"
	@echo "make lock    pin versions and hashes anew"

$(VENV)/run: requirements/run.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/run
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

serve: $(VENV)/run
	@$(BIN)/cardwright serve $(ARGS)

# More processes than two cores run: many tests wait, for a time-out or a server of theirs, and the others run meanwhile.
# The gate on coverage is for the whole: with ARGS='tests/vcard' there is none.
test: lint
ifdef ARGS
	$(BIN)/python -m pytest --numprocesses 4 --dist worksteal $(ARGS)
else
	$(BIN)/python -m pytest --numprocesses 4 --dist worksteal --cov --cov-report=json:.coverage.json
	$(BIN)/python tests/branches.py .coverage.json
endif

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
	$(BIN)/python tests/fuzz/vcard.py $(ARGS)

# Pins hold versions and hashes alone, no addresses: any index that serves the same files will do.
lock: $(VENV)/dev
	$(BIN)/python -m pip --quiet install uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  -c requirements/run.txt pyproject.toml --group dev -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist
