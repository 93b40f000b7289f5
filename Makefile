# Everything that a newcomer, a contributor and CI call. Nothing here needs root, Node.js, Redis or PostgreSQL.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint bench pictures assets lock pango browser clean

RUNTIME := .venv/.installed-runtime
TEST := .venv/.installed-test
ASSETS := accelerator/static/vendor/.complete
TEST_ASSETS := node_modules/.installed-test
PYTHON_IN_VENV := .venv/bin/python

help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) $(ASSETS) pango ## Run the whole program with a demonstration accelerator
	@FUNADE_DEMO=1 exec $(PYTHON_IN_VENV) -m flask --app wsgi demo

test: $(TEST) $(TEST_ASSETS) $(ASSETS) pango browser ## Run every check and every test
	@bin/checks all

lint: $(TEST) ## Run the checks of style, types, imports and templates
	@bin/checks lint

bench: $(TEST) $(ASSETS) ## Measure speed and quality; prints the tables
	@$(PYTHON_IN_VENV) -m tests.benchmarks

pictures: $(TEST) $(TEST_ASSETS) $(ASSETS) browser ## Take the pictures of docs/users from the demonstration
	@$(PYTHON_IN_VENV) bin/pictures.py

assets: $(ASSETS) ## Install the front-end files

lock: $(TEST) ## Renew the locks for pip and npm from uv.lock and package.json
	@bin/lock

clean: ## Remove what was installed; data in instance/ stay
	rm -rf .venv node_modules accelerator/static/vendor .mypy_cache .ruff_cache .import_linter_cache .coverage*

pango: $(RUNTIME) ## Fetch what PDF needs, where the system lacks it
	@$(PYTHON_IN_VENV) bin/pango.py

browser: $(TEST) ## Find a browser for the journeys and pictures, or fetch one
	@bin/browser

$(RUNTIME): uv.lock bin/requirements.txt bin/install
	@bin/install runtime

$(TEST): uv.lock bin/requirements-test.txt bin/install
	@bin/install test

$(ASSETS): package-lock.json bin/assets $(RUNTIME)
	@bin/assets

$(TEST_ASSETS): package-lock.json bin/assets $(RUNTIME)
	@bin/assets test
