# Every command of the book. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
FRAMEWORKS := .venv-frameworks
OLDEST := .venv-oldest
COURSE := .venv-course
MUTANTS := .venv-mutants
DRIVER := $(VENV)/.ready-browser
WEB    := web/node_modules/.ready
FIGURES := _build/web/figures/figures.js
PAGE   := _build/html/index.html
export PYTHONHASHSEED = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help
help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# The packages of the first prerequisite, a lock, in the environment where the target lies.
define environment
$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
$(PYTHON) -m venv $(@D)
$(@D)/bin/python -m pip install --quiet $(1) -r $<
endef

# The locked versions, then the package itself; again whenever the lock or the package's metadata changes.
$(READY): requirements.lock pyproject.toml
	$(call environment,--require-hashes)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: install
install: $(READY)  ## create .venv with the locked versions and the package

# The npm packages of web/, by the hashes of its lock; npm keeps what it fetched in its own cache.
$(WEB): $(READY) web/package-lock.json
	$(BIN)/python -m tools.site.node
	@touch $@

# The figures with sliders, bundled.
$(FIGURES): $(WEB) web/build-figures.mjs $(wildcard web/src/figures/*)
	$(BIN)/python -m tools.site.node figures

.PHONY: book
book: $(READY) $(WEB) $(FIGURES)  ## build the book; a warning is an error
	$(BIN)/python -m tools.site.live prepare $(if $(LIVE),--$(LIVE))
	$(BIN)/jupyter-book build . -n -W --keep-going --quiet
	$(BIN)/python -m tools.site.live notebooks
	@$(BIN)/python -m tools.course.slides build
	@$(BIN)/python -m tools.course.editions student instructor --into _build/html/course
	@$(BIN)/python -m tools.site.offline
	@echo "$(CURDIR)/$(PAGE)"
	@$(BIN)/python -m tools.site.live verdict

.PHONY: serve
serve: book  ## build the book and serve it at http://127.0.0.1:8000 (PORT=…)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

.PHONY: slides
slides: $(READY) $(WEB)  ## build the slides alone, into _build/html/slides
	@$(BIN)/python -m tools.course.slides build

.PHONY: lab
lab: $(READY)  ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=book

.PHONY: lint
lint: $(READY)  ## ruff, on modules and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: unit
unit: $(READY) $(WEB)  ## unit tests, doctests, identities, gradients, notebook and book rules
	$(BIN)/python -m pytest -q -n 2

.PHONY: nbval
nbval: $(READY)  ## run every notebook and compare with its saved outputs
	$(BIN)/python -m pytest -q --nbval --nbval-current-env --nbval-sanitize-with tests/sanitize.cfg \
	  --nbval-cell-timeout 60 -n 2 --dist loadfile -p no:cacheprovider -o filterwarnings=default book

.PHONY: test
test: lint unit nbval book  ## everything above, and the strict build of the book

# The frameworks live in an environment of their own: the book needs none of them.
$(FRAMEWORKS)/.ready: requirements-frameworks.lock
	$(call environment)
	@touch $@

.PHONY: test-frameworks
test-frameworks: $(FRAMEWORKS)/.ready  ## run the table of other libraries against PyTorch, JAX, Optax and Keras
	FRAMEWORKS="make $@" PYTHONPATH=src $(FRAMEWORKS)/bin/python -m pytest -q -p no:cacheprovider tests/test_rosetta.py tests/test_peers.py

# The tests that need the package and other packages' answers, not the book.
PACKAGE_TESTS := $(addprefix tests/test_,$(addsuffix .py,accuracy activations calibration checks data divergence \
  identities information losses plots published sweep training))

.PHONY: coverage
coverage: $(READY)  ## every line and every branch of the package is run by its tests, or this fails
	$(BIN)/python -m coverage run -m pytest -q $(PACKAGE_TESTS) tests/test_peers.py tests/checks
	$(BIN)/python -m coverage report

# The oldest NumPy, SciPy and so on that pyproject.toml claims. NumPy 2.0.0 has wheels for Python 3.11 and 3.12.
$(OLDEST)/.ready: requirements-oldest.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "The oldest NumPy needs Python 3.11 or 3.12; try: make test-oldest PYTHON=python3.11")'
	$(call environment,--require-hashes)
	@touch $@

# Old packages speak of what newer ones will drop; that is no fault of ours.
.PHONY: test-oldest
test-oldest: $(OLDEST)/.ready  ## run the package's tests with the oldest NumPy, SciPy and matplotlib it claims
	PYTHONPATH=src $(OLDEST)/bin/python -m pytest -q -p no:cacheprovider -W ignore::DeprecationWarning $(PACKAGE_TESTS) src

# The browser's driver is apart: whoever only reads or writes the book does without it.
$(DRIVER): $(READY) requirements-browser.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-browser.lock
	@touch $@

.PHONY: test-browser
test-browser: book $(DRIVER)  ## read the built book in Chromium (CHROMIUM=path)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/browser

# otter, which makes and grades the assignments, is apart too.
$(COURSE)/.ready: requirements-course.lock
	$(call environment,--require-hashes)
	@touch $@

.PHONY: assignments
assignments: $(READY) $(COURSE)/.ready  ## make the graded assignments (SEED=… draws other hidden tests)
	$(BIN)/python -m tools.course.assignments build $(if $(SEED),--seed $(SEED))

.PHONY: grade-demo
grade-demo: assignments  ## grade a right and a wrong submission of each assignment
	$(BIN)/python -m tools.course.assignments demo

.PHONY: grade
grade: $(READY) $(COURSE)/.ready  ## grade a folder of notebooks: ASSIGNMENT=… SUBMISSIONS=…
	$(BIN)/python -m tools.course.assignments grade "$(ASSIGNMENT)" "$(SUBMISSIONS)"

# As publish-colab does: a commit of the students' folders alone, to a branch of its own.
.PHONY: publish-assignments
publish-assignments: assignments
	export GIT_INDEX_FILE="$(CURDIR)/_build/assignments.index" && rm -f "$$GIT_INDEX_FILE" \
	  && git --work-tree=_build/assignments add --force -- ':(top,glob)*/student/**' \
	  && git push --force origin "$$(git commit-tree "$$(git write-tree)" -m 'Assignments'):refs/heads/assignments"

.PHONY: test-course
test-course: book $(DRIVER) $(COURSE)/.ready  ## decks in Chromium (CHROMIUM=path), notebooks of the editions, grading
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/course

.PHONY: measure
measure: book $(DRIVER)  ## weigh and time each page in Chromium, beside a default one
	$(BIN)/python tools/measure.py

.PHONY: student
student: $(READY)  ## the notebooks without solutions, as a zip for students
	$(BIN)/python -m tools.course.editions student

.PHONY: instructor
instructor: $(READY)  ## the notebooks with solutions and notes, as a zip for instructors
	$(BIN)/python -m tools.course.editions instructor

.PHONY: notebooks
notebooks: $(READY)  ## re-execute and canonicalise every notebook
	$(BIN)/python -m tools.authoring.notebooks run book/*.ipynb

COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade --quiet

.PHONY: lock
lock: $(READY)  ## resolve the versions anew and write the locks
	$(BIN)/python -m pip install --quiet "uv>=0.9"
	$(COMPILE) --extra test -o requirements.lock
	$(COMPILE) --extra browser --constraint requirements.lock -o requirements-browser.lock
	$(COMPILE) --extra unit --resolution lowest-direct -o requirements-oldest.lock
	$(COMPILE) --extra course --constraint requirements.lock -o requirements-course.lock
	$(COMPILE) --extra mutants --constraint requirements.lock --no-strip-extras -o requirements-mutants.lock

# What breaks the package on purpose is apart as well: it needs few of the packages, and none other needs it.
$(MUTANTS)/.ready: requirements-mutants.lock
	$(call environment,--require-hashes)
	@touch $@

.PHONY: mutants
mutants: $(MUTANTS)/.ready  ## break the package on purpose, and see whether the tests notice (MODULES="divergence …")
	$(MUTANTS)/bin/python tools/mutants.py $(MODULES)

# With the frameworks where their environment is, and with SciPy and scikit-learn alone elsewhere.
MEASURING = $(if $(wildcard $(FRAMEWORKS)/.ready),$(FRAMEWORKS),$(VENV))/bin/python

.PHONY: bench
bench: $(READY)  ## measure digits, time and memory beside other libraries (SECTION=speed TASK=logsumexp for a part)
	PYTHONPATH=src $(MEASURING) -m tools.measuring $(SECTION) $(if $(TASK),--task $(TASK))

.PHONY: colab
colab: $(READY)  ## write the notebooks that Colab opens: with a cell that installs the package
	$(BIN)/python tools/colab.py

# Without touching the work tree: a commit of that folder alone, to a branch of its own.
.PHONY: publish-colab
publish-colab: colab
	export GIT_INDEX_FILE="$(CURDIR)/_build/colab.index" && rm -f "$$GIT_INDEX_FILE" \
	  && git --work-tree=_build/colab add --force --all . \
	  && git push --force origin "$$(git commit-tree "$$(git write-tree)" -m 'Notebooks for Colab'):refs/heads/colab"

.PHONY: clean
clean:  ## remove what was built
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
