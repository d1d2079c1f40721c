# From a fresh clone: `make run` starts the demo, `make test` runs everything. Needs Python 3.11 or newer and make.

PYTHON ?= python3
PORT ?= 8000
BACKEND ?= embedded
ARGS ?=
JOBS ?= 5

PY := .venv/bin/python
# Runs a command with a key file and a data directory of its own, so that no check touches ./var.
ASIDE := $(PY) -m tests.support.environment

.PHONY: help run test bench bench-production check messages pictures lock clean

help:
	@echo "make run       the demo at http://127.0.0.1:8000 (PORT=8123 make run moves it)"
	@echo "make test      all tests (ARGS=\"tests/e2e/test_story_chat.py -x\" hands words to pytest, JOBS=0 one after another)"
	@echo "make bench     speed and memory (BACKEND=production: PostgreSQL, Redis, two processes)"
	@echo "make bench-production  500 chats through nginx while each part fails (ARGS=\"'nginx killed'\" for some; half an hour)"
	@echo "make check     ruff, mypy, architecture, templates, settings, migrations, translations"
	@echo "make messages  brings the translations up to date (needs gettext)"
	@echo "make pictures  takes the handbook's pictures anew (needs Chromium)"
	@echo "make lock      renews requirements.lock and requirements-dev.lock"
	@echo "make clean     removes .venv, caches and compiled translations, never ./var"

run: .venv/runtime
	@$(PY) -m deploy.messages compile >/dev/null
	PORT=$(PORT) $(PY) -m counselling demo --port $(PORT)

test: .venv/dev
	@sh tests/support/machine.sh
	$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: .venv/dev
	@BACKEND=$(BACKEND) $(PY) -m tests.bench

bench-production: .venv/dev
	@sh tests/support/machine.sh
	@$(PY) -m tests.bench.production $(ARGS)

check: .venv/dev
	@sh tests/support/machine.sh
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(ASIDE) .venv/bin/mypy
	$(PY) -m pytest -q tests/test_architecture.py tests/test_settings_documented.py tests/test_templates.py tests/test_texts.py
	@mkdir -p .pytest_cache
	$(PY) -m coverage run -m pytest -q tests/vault
	$(PY) -m coverage report
	$(ASIDE) --sample $(PY) -m django check --deploy --fail-level WARNING
	$(ASIDE) $(PY) -m django makemigrations --check --dry-run
	$(PY) -m deploy.messages check

messages: .venv/dev
	$(PY) -m deploy.messages merge
	@$(PY) -m deploy.messages compile

# Look at each of them before you commit them.
pictures: .venv/dev
	@sh tests/support/machine.sh
	PICTURES=1 $(PY) -m pytest -q -n 0 tests/e2e/test_handbook_pictures.py

# The newest versions within pyproject.toml's bounds, for every Python from 3.11 on. uv only computes; pip installs.
lock: .venv/dev
	$(PY) -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
		pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
		--extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find locale -name '*.mo' -delete

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@ .venv/runtime
