# The first Python that is recent enough; config/prepare.py says so when there is none.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(RECENT)' 2>/dev/null && echo $$p && break; done),python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint format messages bench faults migrate demo statements doctor

help: ## Show these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## Install what changed since the last time
	@$(PYTHON) -m config.prepare

setup-dev:
	@$(PYTHON) -m config.prepare dev

run: setup ## Start everything on http://localhost:8000
	@$(BIN)/volontiers run

test: setup-dev ## Run all tests
	@tests/install_system_packages.sh
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=

lint: setup-dev ## Check style, types, architecture and templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

format: setup-dev ## Put the code into its usual form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

messages: setup ## Gather the texts of the interface for translation
	@$(BIN)/python -m config.messages

bench: setup-dev ## Measure speed; SIZES="--people 2000 --most 10000" for a short run
	$(BIN)/python -m tests.bench $(SIZES)

bench-peers: setup-dev ## Measure our engine beside django-newsletter, fetched by pip
	$(BIN)/python -m tests.bench.peers $(PEOPLE)

faults: setup-dev ## Kill processes at random moments, many times over, and count
	$(BIN)/python -m tests.faults

migrate: setup ## Bring the database up to date
	@$(BIN)/volontiers migrate

demo: setup ## Load the demonstration shop
	@$(BIN)/volontiers demo load load

statements: setup-dev ## Show which statements of docs/statements.md the tests hold
	@$(BIN)/python -m tests.statements

doctor: setup ## Say what this installation lacks
	@$(BIN)/volontiers doctor
