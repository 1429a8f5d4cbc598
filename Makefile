# Two commands: `make demo` opens the house, `make test` proves it.
# What is more than a line lives in tools/.

PYTHON ?=
VENV   ?= .venv
PORT   ?= 8000
SCALE  ?= 10
SEED   ?= 1
ONLY   ?=
PY      = $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test lint assets messages bench venv venv-test clean

help:
	@echo "make demo               open the house with people in it (PORT=8000, SCALE=10: one in ten; SCALE=1: everybody)"
	@echo "make test               the whole suite: linters, SQLite, PostgreSQL, browser"
	@echo "make lint               linters and house rules alone"
	@echo "make bench [ONLY=id]    print every measured figure beside its peer"
	@echo "make assets | messages  front-end files | compile the English catalogue"
	@echo "make clean              remove what runs leave behind (demo databases, assets, caches)"

venv:
	@python=$$(sh tools/find_python.sh $(PYTHON)) && "$$python" tools/bootstrap.py --venv $(VENV) runtime

venv-test:
	@python=$$(sh tools/find_python.sh $(PYTHON)) && "$$python" tools/bootstrap.py --venv $(VENV) test

demo: venv
	@exec $(PY) tools/demo.py --port $(PORT) --scale $(SCALE) --seed $(SEED)

test: venv-test
	@exec $(PY) tools/run_tests.py

lint: venv-test
	@exec $(PY) tools/run_tests.py --lint

assets: venv
	@$(PY) tools/vendor_assets.py

messages: venv-test
	@$(PY) tools/messages.py

bench: venv-test
	@exec $(PY) -m bench $(if $(ONLY),--only $(ONLY))

clean:
	rm -rf var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find songhe tools tests -name __pycache__ -type d -prune -exec rm -rf {} +
