# make demo   installs into .venv, reads the examples, prints what their words do, writes report.html
# make test   installs the test extra and runs the whole test suite
# make screenshots  takes the pictures of the page anew (docs/images/page-*.png)
# make docs   builds the site into build/html, offline; any warning is an error
# make resources  prepares the patterns and cues anew, after a change in stagelens/resources (slower to load until then, never wrong)
# make model  trains the built-in model again from data/annotated_phrases.csv; the same versions give the same bytes
# make practice  writes the statements of stagelens practise again from the test split of data/annotated_phrases.csv
# make check  lint, types, the site and tests, as CI runs them

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lint resources model practice docs browser screenshots clean

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

check: lint docs test

clean:
	rm -rf .venv build dist report.html
