# The commands of the book; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
PORT   ?= 8000
BIN    := .venv/bin
RUN    := $(BIN)/python
export PYTHONHASHSEED = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# `make test` starts Python a hundred times; without bytecode each compiles all again, and pytest rewrites every test.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# Environments: one for the book, and one each for what the book does not need ------------------------------

# The packages of the lock that is the first prerequisite, in the environment where the target lies.
define environment
@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
@mkdir $(@D).lock || { test ! -d $(@D).lock || echo "Another make is at work in $(@D). If none is, remove the folder $(@D).lock."; exit 1; }
@new=; test -e $@ || new=yes; trap 'test -z "$$new" || rm -rf $(@D); rmdir $(@D).lock' EXIT; trap 'exit 1' HUP INT TERM; \
  echo "Making $(@D), which takes minutes." && \
  $(PYTHON) -m venv $(@D) && \
  $(@D)/bin/python -m pip install --quiet $(HASHES) -r $< && new=
endef
HASHES = --require-hashes

# An environment keeps the Python that made it: say so if that has gone, or if another is asked for.
.PHONY: same-python
same-python:
	@$(if $(filter file,$(origin PYTHON)),,command -v "$(PYTHON)" >/dev/null || { echo "There is no command $(PYTHON); name a Python from 3.11 on, or leave PYTHON= out."; exit 1; })
	@test ! -e .venv/.ready || $(RUN) -c 'import sys; sys.exit(sys.argv[1] not in ("", "%d.%d" % sys.version_info[:2]))' \
	  "$(if $(filter file,$(origin PYTHON)),,$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null))" || \
	  { echo "The folder .venv was made with another Python than $(PYTHON). Remove it, and try again: rm -rf .venv"; exit 1; }

.venv/.ready: requirements/book.lock pyproject.toml | same-python
	$(call environment)
	$(RUN) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ready-browser: requirements/browser.lock .venv/.ready
	$(RUN) -m pip install --quiet --require-hashes -r $<
	@touch $@

.venv-%/.ready: requirements/%.lock
	$(call environment)
	@touch $@

# The builds of the frameworks differ from platform to platform, and so would their hashes.
.venv-frameworks/.ready: HASHES =

# The book ------------------------------------------------------------------------------------------------

.PHONY: book
book: .venv/.ready  ## build the book into _build/html; a warning is an error (LIVE=required: so is a book without live cells)
	@$(RUN) -m tools.site.build $(if $(LIVE),--live=$(LIVE))

.PHONY: pages
pages: .venv/.ready
	@$(RUN) -m tools.site.build --pages $(if $(LIVE),--live=$(LIVE))

.PHONY: serve
serve: book  ## build the book and serve it at http://127.0.0.1:8000 (PORT=…)
	$(RUN) -m tools.site.serve $(PORT)

.PHONY: take-away
take-away: .venv/.ready-browser  ## build the book, and the whole of it as one PDF and one EPUB (needs Chromium)
	@$(RUN) -m tools.site.build --take-away $(if $(LIVE),--live=$(LIVE))

.PHONY: lab
lab: .venv/.ready  ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=book

.PHONY: notebooks
notebooks: .venv/.ready  ## run every chapter again, and save its outputs in canonical form
	$(RUN) -m tools.authoring.notebooks run book/*.ipynb

# Tests ---------------------------------------------------------------------------------------------------

CELLS = some-cells other-cells
UNITS = units-of-package other-units
NOTEBOOKS = $(sort $(wildcard book/*.ipynb))
NBVAL = --nbval --nbval-current-env --nbval-sanitize-with tests/sanitize.cfg --nbval-cell-timeout 900 \
  -p no:cacheprovider -o filterwarnings=default

.PHONY: test
test: .venv/.ready  ## lint, unit tests, every notebook, and the strict build of the pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) -j --no-print-directory pages $(CELLS) $(UNITS)  # together, so that no processor waits

# Each of the workers does its small sums alone: more threads than processors stand in each other's way.
$(CELLS) $(UNITS) test test-all: export OPENBLAS_NUM_THREADS = 1

# Two runs, and not two workers of one, which would each collect all tests, and send every answer to a third. They are
# nice to the build, which is the longest part and has one process.
.PHONY: $(CELLS) $(UNITS)
some-cells: OF = $(wordlist 1, 15, $(NOTEBOOKS))
other-cells: OF = $(wordlist 16, 99, $(NOTEBOOKS))
$(CELLS): .venv/.ready
	nice $(RUN) -m pytest -q $(NBVAL) $(OF)

units-of-package: OF = tests/package src
other-units: OF = --ignore=tests/package --ignore=src
$(UNITS): .venv/.ready
	HYPOTHESIS_PROFILE=$${HYPOTHESIS_PROFILE:-quick} PYTHONWARNDEFAULTENCODING=1 nice $(RUN) -m pytest -q -m "not slow" $(OF)

# Old packages speak of what newer ones will drop; that is not our fault.
.PHONY: test-all
test-all: test .venv/.ready-browser .venv-oldest/.ready .venv-frameworks/.ready  ## that, and slow tests, coverage, the oldest NumPy, other frameworks, the pages in Chromium, the course
	@$(MAKE) --no-print-directory book
	PYTHONWARNDEFAULTENCODING=1 $(RUN) -m pytest -q -n 2 -m slow tests/book tests/tools
	$(RUN) -m coverage run -m pytest -q tests/package tests/checks
	$(RUN) -m coverage report
	PYTHONPATH=src .venv-oldest/bin/python -m pytest -q -p no:cacheprovider -W ignore::DeprecationWarning $(PACKAGE_ALONE)
	FRAMEWORKS="make test-all" PYTHONPATH=src .venv-frameworks/bin/python -m pytest -q -p no:cacheprovider $(FRAMEWORKS_TOO)
	$(RUN) -m pytest -q -n 2 --dist worksteal $(ONCE_MORE) tests/browser
	$(RUN) -m pytest -q -n 2 --dist worksteal $(ONCE_MORE) tests/course

# A browser on a busy machine may miss its moment: what failed, or hung for a quarter of an hour, is tried once more,
# and the end of the run names it.
ONCE_MORE = --reruns 1 -r R -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true

# Both environments lack what the tests of the book and its tools need.
PACKAGE_ALONE = tests/package --ignore=tests/package/test_package.py src
FRAMEWORKS_TOO = tests/tools/test_other_libraries.py tests/tools/test_peers.py

# Teaching ------------------------------------------------------------------------------------------------

.PHONY: course
course: .venv/.ready  ## make decks, editions and graded assignments
	$(RUN) -m tools.site.node
	$(RUN) -m tools.course.slides build
	$(RUN) -m tools.course.editions student instructor
	$(RUN) -m tools.course.assignments build

.PHONY: grade
grade: .venv/.ready  ## grade a folder of submissions, each in a sandbox: ASSIGNMENT=… SUBMISSIONS=…
	$(RUN) -m tools.course.assignments grade "$(ASSIGNMENT)" "$(SUBMISSIONS)"

# Now and then --------------------------------------------------------------------------------------------

# With the frameworks where their environment is, and with SciPy and scikit-learn alone elsewhere.
.PHONY: bench
bench: .venv/.ready  ## count digits, time and memory, beside other libraries (SECTION=speed for one section)
	PYTHONPATH=src $(if $(wildcard .venv-frameworks/.ready),.venv-frameworks,.venv)/bin/python -m tools.measuring $(SECTION)

UV   = 0.13.9
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade --quiet

.PHONY: lock
lock: .venv/.ready  ## resolve the versions again, and write requirements/
	$(RUN) -m pip install --quiet uv==$(UV)
	$(LOCK) --group book -o requirements/book.lock
	$(LOCK) --group browser --constraint requirements/book.lock -o requirements/browser.lock
	$(LOCK) --group unit --resolution lowest-direct -o requirements/oldest.lock

.PHONY: clean
clean:  ## remove what was built
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
