PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.figgen-ready
# What no resolver may see: their pins are dead, see CONTRIBUTING.md.
UNPINNED := craft-text-detector==0.4.3 gdown

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all test-fast check bench docs report mlflow clean tesseract

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) tesseract ## a virtual environment with the pinned packages, and Tesseract

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or call make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "Python's venv is missing; run: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[dev,chem,music,study]'
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt --no-deps $(UNPINNED)
	@touch $(STAMP)

tesseract:
	@command -v tesseract >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends tesseract-ocr; } \
		|| { echo "Tesseract is missing; run: sudo apt-get install tesseract-ocr"; exit 1; }

demo: setup ## train, generate and evaluate one combination: under five minutes on two cores
	$(BIN)/python -m figgen.train dataset=mlfigs loss=tpl layout=planned

test: setup ## every test, slow ones included
	$(BIN)/python -m pytest -q

test-all: test ## the same as test: nothing is left out of it

test-fast: setup ## the tests that take seconds
	$(BIN)/python -m pytest -q -m 'not slow'

check: setup ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup ## paired ratios: what the text losses cost
	$(BIN)/python -m benchmarks
	$(BIN)/python -m docs

docs: setup ## the tables of README.md and docs/, from the files that own their content
	$(BIN)/python -m docs

report: setup ## the table of a group of runs: make report GROUP=main
	$(BIN)/python -m figgen.report group=$(or $(GROUP),main)

mlflow: setup ## the MLflow UI on 127.0.0.1
	$(BIN)/mlflow ui --host 127.0.0.1 --port $(or $(PORT),5000) --backend-store-uri sqlite:///$(CURDIR)/outputs/mlflow.db

clean: ## remove caches (outputs/ stays)
	rm -rf .pytest_cache .mypy_cache .ruff_cache *.egg-info
	find . -name __pycache__ -not -path './.venv/*' -exec rm -rf {} +
