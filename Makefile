# Needs Python >= 3.11 with pip, and make. Everything it makes is in .venv and out.
# To use another interpreter: make test PYTHON=/path/to/python

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
CANDIDATES := python3.13 python3.12 python3.11 python3.14 python3 python
JOBS ?= 2
# Each process gets half of the files, and takes from the other when it is done: dealt out in turn,
# both would make the same fixtures (a site, a server, a browser).
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

# A name on the path may be a shim that does not run, so each candidate is tried.
SUITABLE := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in $(CANDIDATES); do \
	if $$name -c '$(SUITABLE)' >/dev/null 2>&1; then echo $$name; break; fi; done)

# Some builds of llvmlite put another exp into compiled code: the bits must not depend on that.
export NUMBA_DISABLE_INTEL_SVML := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo experiments experiment test check nightly lint engine docs pages notebooks \
	bench release clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1: \2/p' Makefile

demo: $(VENV)/installed ## simulate the partnerships of the English NHS and write a report to out/demo
	rm -rf out/demo
	$(BIN)/python experiments/E00_stp/run.py --out out/demo
	@echo
	@echo "Done. The report and its tables are in out/demo:"
	@find out/demo -name '*.html' -o -name '*.md' | sort | sed 's/^/  /'

experiments: $(VENV)/installed-discovery ## run every experiment in full (tens of minutes) into out/experiments
	rm -rf out/experiments
	$(BIN)/python experiments/run.py --all --out out/experiments

experiment: $(VENV)/installed-discovery ## run one in full: make experiment NAME=E03
	@if [ -z "$(NAME)" ]; then echo "Name one: make experiment NAME=E03" >&2; \
		$(BIN)/python experiments/run.py; exit 2; fi
	rm -rf "out/experiments/$(NAME)"
	$(BIN)/python experiments/run.py $(NAME) --out "out/experiments/$(NAME)"
	$(BIN)/python experiments/index.py out/experiments

test: $(VENV)/installed-dev ## check style and types, then run the quick tests (under five minutes)
	$(MAKE) --jobs 2 lint engine
	$(PYTEST) -p no:randomly

check: $(VENV)/installed-dev engine ## test pages, notebooks, experiments and browsers as well
	$(PYTEST) -p no:randomly -m "check and not nightly"

nightly: $(VENV)/installed-dev engine ## run the slowest tests, in a random order, which is printed
	$(PYTEST) -m nightly

lint: $(VENV)/installed-dev ## check style and types alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Compiled before the tests: else each of their processes would do it.
engine: $(VENV)/installed-dev ## compile the engine, if that has not been done
	$(BIN)/python -c 'from trustsim.engines.compiling import compile_kernel as c; c(lambda: None)'

docs: $(VENV)/installed-docs ## build the documentation as a site that needs no network
	rm -rf out/docs
	$(BIN)/python -m sphinx -q -W --keep-going -c docs -d out/docs-read . out/docs
	@echo "Done. Open out/docs/index.html in a browser."

pages: $(VENV)/installed-dev ## write every generated number in README and docs again
	$(BIN)/python docs/generate.py

notebooks: $(VENV)/installed-dev ## run every notebook in full and store what it shows
	nice $(BIN)/python notebooks/execute.py

bench: $(VENV)/installed-dev ## measure speed
	$(BIN)/python -m tests.benchmarks.engines

release: $(VENV)/installed-dev ## build wheel and sdist, install each in an empty place and try it
	$(BIN)/python -m tests.release

clean: ## remove .venv, out and caches
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed once, and again when the requirements have changed. Editable: the checkout is what runs.
$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/installed-discovery: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[discovery]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[docs]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(BIN)/pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/installed $(VENV)/installed-discovery $(VENV)/installed-docs

# Some systems ship Python without ensurepip: there, the pip that exists fills the new environment.
$(BIN)/pip:
	@if [ -z "$(PYTHON)" ]; then \
		echo "No Python 3.11 or newer runs here. Install one, or name it: make PYTHON=/path/to/python" >&2; \
		exit 1; fi
	@if ! $(PYTHON) -c '$(SUITABLE)'; then \
		echo "$(PYTHON) is not Python 3.11 or newer, or does not run." >&2; exit 1; fi
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { \
		$(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
