# Every command sets up what it needs first. `make` alone lists them.
.PHONY: sbom help setup run test unit check train format clean
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: ## bring uv and the packages of uv.lock into this folder
	@scripts/setup.sh

run: setup ## set up and start everything, with a demonstration prison
	@exec .venv/bin/signpost run

train: setup ## make the encoder, the danger screen and the assistant anew where out of date
	@.venv/bin/signpost train

test: setup ## set up and run every test
	@scripts/setup.sh tests
	@.venv/bin/signpost train
	@$(PYTHON) -m pytest -m alone
	@$(PYTHON) -m pytest -m "not alone" --numprocesses logical --dist loadfile

unit: setup ## run the tests that need no server and no model, in seconds
	@$(PYTHON) -m pytest tests/unit

check: setup ## format, lint, types, imports, content, Rasa's own validation
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/signpost check-content
	@$(PYTHON) -m pytest tests/tree
	@RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore PYTHONPATH=. \
		$(PYTHON) -m rasa data validate --fail-on-warnings --quiet \
		--config config.yml --domain domain.yml --data data/nlu data/rules data/stories

sbom: setup ## write the software bill of materials, from uv.lock, to var/sbom.cdx.json
	@.uv/bin/uv export --quiet --frozen --no-dev --format cyclonedx1.5 --output-file var/sbom.cdx.json >/dev/null
	@echo "var/sbom.cdx.json: $$(grep -c '"purl"' var/sbom.cdx.json) packages; their hashes are in uv.lock"

format: setup ## format the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

clean: ## remove what was made: environment, models, database
	rm -rf .venv .uv var
