# Front door: `make demo` explains the sample clip, `make test` runs the suite.
# Both need nothing but Python 3.11 or later; everything goes into .venv and the asset folder.
PYTHON ?= python3
BIN := .venv/bin
CONSTRAINTS := constraints.txt

.PHONY: demo test lint docs-examples perf clean

.venv/core: pyproject.toml $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "emer needs Python 3.11 or later; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e .
	@touch $@

.venv/dev: .venv/core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[dev,scale,score,torch,train,writer]'
	@touch $@

demo: .venv/core
	$(BIN)/emer assets get
	@mkdir -p demo
	$(BIN)/emer explain "$$($(BIN)/emer assets path sample-clip)" --out demo/report.html
	@echo "Open the report in a browser: $(CURDIR)/demo/report.html"

test: .venv/dev
	$(BIN)/emer assets get
	$(BIN)/emer assets get minilm smollm2-135m
	# Two processes; with more than one thread each they would wait for one another.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs-examples: .venv/dev
	$(BIN)/python -m pytest tests/docs

perf: .venv/dev
	$(BIN)/emer assets get
	$(BIN)/python perf/explain.py

clean:
	rm -rf .venv demo build dist
