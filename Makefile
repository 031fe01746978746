# Every command of the book. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
FRAMEWORKS := .venv-frameworks
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

# The locked versions, then the package itself; again whenever the lock or the package's metadata changes.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: install
install: $(READY)  ## create .venv with the locked versions and the package

# The npm packages of web/, by the hashes of its lock; npm keeps what it fetched in its own cache.
$(WEB): $(READY) web/package-lock.json
	$(BIN)/python tools/node.py
	@touch $@

# The figures with sliders, bundled.
$(FIGURES): $(WEB) web/build-figures.mjs $(wildcard web/src/figures/*)
	$(BIN)/python tools/node.py figures

.PHONY: book
book: $(READY) $(WEB) $(FIGURES)  ## build the book; a warning is an error
	$(BIN)/python tools/live.py prepare $(if $(LIVE),--$(LIVE))
	$(BIN)/jupyter-book build . -n -W --keep-going --quiet
	$(BIN)/python tools/live.py notebooks
	@$(BIN)/python tools/book.py finished
	@echo "$(CURDIR)/$(PAGE)"
	@$(BIN)/python tools/live.py verdict

.PHONY: serve
serve: book  ## build the book and serve it at http://127.0.0.1:8000 (PORT=…)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

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
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/python -m pip install --quiet -r requirements-frameworks.lock
	@touch $@

.PHONY: test-frameworks
test-frameworks: $(FRAMEWORKS)/.ready  ## run the table of other libraries against PyTorch, JAX, Optax and Keras
	ROSETTA="make $@" PYTHONPATH=src $(FRAMEWORKS)/bin/python -m pytest -q -p no:cacheprovider tests/test_rosetta.py tests/test_peers.py

.PHONY: peers
peers: $(READY) $(FRAMEWORKS)/.ready  ## record anew what other libraries answer where digits are lost
	$(BIN)/python tools/peers.py scipy scikit-learn
	$(FRAMEWORKS)/bin/python tools/peers.py torch optax

# The browser's driver is apart: whoever only reads or writes the book does without it.
$(DRIVER): $(READY) requirements-browser.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-browser.lock
	@touch $@

.PHONY: test-browser
test-browser: book $(DRIVER)  ## read the built book in Chromium (CHROMIUM=path)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/browser

.PHONY: measure
measure: book $(DRIVER)  ## weigh and time each page in Chromium, beside a default one
	$(BIN)/python tools/measure.py

.PHONY: notebooks
notebooks: $(READY)  ## re-execute and canonicalise every notebook
	$(BIN)/python tools/notebooks.py run book/*.ipynb

.PHONY: lock
lock: $(READY)  ## resolve the versions anew and write requirements.lock
	$(BIN)/python -m pip install --quiet "uv>=0.9"
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra browser --constraint requirements.lock --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --upgrade --quiet -o requirements-browser.lock
	$(BIN)/uv pip compile pyproject.toml --extra mutants --constraint requirements.lock --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --no-strip-extras --upgrade --quiet -o requirements-mutants.lock

# What breaks the package on purpose is apart as well: it needs few of the packages, and none other needs it.
$(MUTANTS)/.ready: requirements-mutants.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(MUTANTS)
	$(MUTANTS)/bin/python -m pip install --quiet --require-hashes -r requirements-mutants.lock
	@touch $@

.PHONY: mutants
mutants: $(MUTANTS)/.ready  ## break the package on purpose, and see whether the tests notice (MODULES="divergence …")
	$(MUTANTS)/bin/python tools/mutants.py $(MODULES)

.PHONY: accuracy
accuracy: $(READY)  ## count the digits that functions lose, beside SciPy (and PyTorch, Optax where installed)
	$(BIN)/python tools/accuracy.py

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
