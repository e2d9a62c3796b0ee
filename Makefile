# Enishi. `make demo` needs nothing but make and Python 3.11 or newer; uv is used when it is there.

# The first of these that is new enough. Name another: make demo PYTHON=/path/to/python3.12
PYTHON ?= $(firstword $(foreach name,python3 python3.11 python3.12 python3.13 python3.14,$(shell \
	$(name) -c 'import sys; print("$(name)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
UV ?= uv
VENV := .venv
IN := $(VENV)/bin
ARGS ?=

export UV_COMPILE_BYTECODE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo up test check bench reset python

help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

demo: $(VENV)/.run ## The whole house with a small world in it: http://localhost:8000 (ARGS=--once: play the story and stop)
	$(IN)/enishi demo $(ARGS)

up: $(VENV)/.run ## The whole house, empty
	$(IN)/enishi up $(ARGS)

test: $(VENV)/.dev ## Every test (ARGS=tests/payouts: only those)
	$(IN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(VENV)/.dev ## Style, types, layers, templates, catalogues
	$(IN)/ruff check .
	$(IN)/ruff format --check .
	$(IN)/mypy
	$(IN)/lint-imports
	$(IN)/djlint web/templates --lint --quiet
	$(IN)/python -m pytest -q tests/web/test_messages.py

bench: $(VENV)/.dev ## Every benchmark; they print figures and never fail on slowness
	@for script in $(wildcard benchmarks/*.py); do echo "== $$script"; $(IN)/python "$$script" || exit 1; done

reset: python ## Stop the house and throw its data away
	$(PYTHON) -m marketplace.core.engines.reset

# One environment, filled from the locks; a stamp that is older than its lock means that there is something to do.
$(VENV)/.run: requirements.lock pyproject.toml | $(IN)/python
	@if [ -e $(VENV)/.dev ]; then $(MAKE) --no-print-directory $(VENV)/.dev; else $(call install,requirements.lock); fi
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(IN)/python
	@$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.run

$(IN)/python:
	@$(MAKE) --no-print-directory python
	@if $(UV) --version >/dev/null 2>&1; then $(UV) venv --quiet --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv module does not work here (on Debian: apt install python3-venv)." >&2; exit 1; }; fi

define install
echo "Installing from $(1) …"; \
if $(UV) --version >/dev/null 2>&1; then \
	$(UV) pip sync --quiet --python $(IN)/python --require-hashes $(1) && \
	$(UV) pip install --quiet --python $(IN)/python --no-deps -e .; \
else \
	$(IN)/python -m pip install --quiet --require-hashes -r $(1) && \
	$(IN)/python -m pip install --quiet --no-deps -e .; \
fi
endef

python:
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Enishi needs Python 3.11 or newer; 'python3' here is $$(python3 --version 2>&1 || echo missing)." >&2; \
		echo "Install one, or name it: make demo PYTHON=/path/to/python3.11" >&2; exit 1; }
