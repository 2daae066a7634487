# Python 3.11 or newer and make are all that a machine needs to have. Everything else is installed into .venv.

.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

# The first Python that is new enough; PYTHON=... names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes
ARGS ?=

.PHONY: help
help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Kierto needs Python 3.11 or newer. None was found; PYTHON=... names one." >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python has no venv (on Debian: apt install python3-venv)." >&2; exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what the service needs (a minute or two, once) ..."
	@$(INSTALL) --requirement requirements.txt
	@touch $@

$(VENV)/.tools: requirements-dev.txt | $(BIN)/python
	@echo "Installing what the service and its tests need (some minutes, once) ..."
	@$(INSTALL) --requirement requirements-dev.txt
	@touch $@

.PHONY: run
run: $(VENV)/.runtime ## the whole service with a demo city, until Ctrl-C (PORT=8000)
	@PORT="$(PORT)" HOST="$(HOST)" exec $(BIN)/python manage.py run

.PHONY: demo
demo: $(VENV)/.runtime ## fill an empty database with the demo city (ARGS="--items 10000")
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py seed_demo $(ARGS)

.PHONY: test
test: $(VENV)/.tools ## every test, on SQLite and, for the races, PostgreSQL (ARGS="-k slots")
	@$(BIN)/python -m tests $(ARGS)

.PHONY: faults
faults: $(VENV)/.tools ## a thousand reservations while every server under them is killed and frozen (ARGS="--seed 7")
	@$(BIN)/python -m tests.faults $(ARGS)

.PHONY: browser
browser: $(VENV)/.tools ## only the tests in Chromium, on the database of DATABASE_URL
	@$(BIN)/python -m pytest -n $${KIERTO_TEST_WORKERS:-2} -m browser $(ARGS)

.PHONY: thorough
thorough: $(VENV)/.tools ## the strict look at every page in the languages that make test leaves out
	@$(BIN)/python -m pytest -n $${KIERTO_TEST_WORKERS:-2} -m thorough $(ARGS)

.PHONY: bench
bench: $(VENV)/.tools ## speed and memory, as ratios against the machine's own floor
	@$(BIN)/python -m benchmarks $(ARGS)

# An example of a production environment, for the checks that Django makes of one.
PRODUCTION := DJANGO_SETTINGS_MODULE=recycling.settings.production ALLOWED_HOSTS=kierto.example \
	SITE_URL=https://kierto.example EMAIL_URL=smtp+tls://user:password@mail.kierto.example:587 \
	SECRET_KEY=an-example-of-a-key-that-is-long-enough-0123456789-abcdef

.PHONY: check
check: $(VENV)/.tools ## style, types, migrations, messages, templates and production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/djlint templates --quiet --lint
	$(BIN)/mypy recycling inventory reservations
	$(BIN)/python -m pytest -q -n $${KIERTO_TEST_WORKERS:-2} -m "not thorough" tests/project

.PHONY: messages
messages: $(VENV)/.tools ## collect what is to be translated, and compile what has been (needs GNU gettext)
	@$(BIN)/python manage.py makemessages --locale fi --locale sv --no-obsolete --no-wrap --add-location file \
		--ignore '.venv/*' --ignore 'tests/*' --ignore 'var/*'
	@$(BIN)/python manage.py compilemessages --locale fi --locale sv --ignore '.venv/*'

.PHONY: lock
lock: ## compile the locks from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --quiet \
		pyproject.toml --output-file requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras --quiet \
		pyproject.toml --group dev --output-file requirements-dev.txt
