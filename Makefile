# make demo   installs into .venv, reads the examples, prints what their words do, writes report.html
# make test   installs the test extra and runs the whole test suite
# make screenshots  takes the pictures of the page anew (docs/images/page-*.png)
# make docs   builds the site into build/html, offline; any warning is an error
# make resources  prepares the patterns and cues anew, after a change in stagelens/resources (slower to load until then, never wrong)
# make model  trains the built-in model again from data/annotated_phrases.csv; the same versions give the same bytes
# make practice  writes the statements of stagelens practise again from the test split of data/annotated_phrases.csv
# make coverage  runs the tests and tells which lines and branches none of them reached
# make mutants  puts small wrongs into the main path, one at a time, and tells which of them no test noticed
# make faults  kills batch runs, fills the disk, moves the clock, and compares what is written in the end
# make oldest  runs the core tests with the oldest and the newest versions of each dependency
# make sbom   writes dist/sbom.json, what an installation is made of (CycloneDX); make audit asks whether any of it has known holes
# make check  lint, types, the site and tests, as CI runs them

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lint resources model practice docs browser screenshots coverage mutants faults oldest sbom audit clean

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "stagelens needs Python 3.11 or newer; set PYTHON=python3.11 or the like")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[test]'
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

demo: .venv/installed
	$(BIN)/stagelens tag examples/*.txt --preset balanced
	$(BIN)/stagelens tag examples/*.txt --format html --output report.html
	@echo "Open report.html in a browser to see the same as a page."

test: .venv/installed browser
	$(BIN)/python -m pytest

# Debian's chromium, for the tests of the page; installed where that can be done without asking.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
	  || echo "NOT TESTED IN A BROWSER: chromium is not installed and cannot be installed here; install it (apt-get install chromium) and run make test again."

screenshots: .venv/installed browser
	$(BIN)/python benchmarks/screenshots.py

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

resources: .venv/installed
	$(BIN)/python -c 'from stagelens.prepared import main; main()'

docs: .venv/installed
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d build/doctrees docs build/html
	@echo "Open build/html/index.html in a browser."

model: .venv/installed
	$(BIN)/stagelens data check data/annotated_phrases.csv
	$(BIN)/stagelens train data/annotated_phrases.csv --output models/stagelens-en

practice: .venv/installed
	$(BIN)/python data/practice.py

coverage: .venv/installed-dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: .venv/installed-dev
	$(BIN)/python benchmarks/mutate.py merge context profile segment

faults: .venv/installed
	$(BIN)/python benchmarks/faults.py

oldest:
	$(PYTHON) benchmarks/bounds.py oldest newest

# Of an environment that holds stagelens and what it needs, and nothing else.
sbom: .venv/installed-dev
	$(PYTHON) -m venv build/plain
	build/plain/bin/pip install --quiet '.[all]'
	mkdir -p dist
	$(BIN)/cyclonedx-py environment build/plain --pyproject pyproject.toml --output-reproducible --of JSON --output-file dist/sbom.json

audit: sbom
	$(BIN)/pip-audit --path build/plain/lib/python*/site-packages --skip-editable

check: lint docs test

clean:
	rm -rf .venv build dist report.html
