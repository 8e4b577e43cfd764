# make help  lists the targets.

VENV ?= .venv
PYTHON ?= python3
PYTEST_ARGS ?=
LOCK_ARGS ?=
MINUTES ?= 5
FUZZ_ARGS ?=

BIN := $(VENV)/bin
ROOMS := agents cases experiments model viz
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

# A heading on screen, without commas: $(call say,text)
say = @printf '\n==> %s\n' '$(1)'

# Locks hold exact versions and hashes, and are read by uv and by plain pip alike. When uv is not to
# be had, or does not get through, pip installs the same files; it only takes longer.
define install
	@if [ -x $(BIN)/uv ] && $(BIN)/uv pip install --quiet --python $(BIN)/python \
	    --require-hashes -r $(1); then :; \
	else \
	    echo 'Installing with pip instead of uv.'; \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	        --require-hashes -r $(1); \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	    --no-build-isolation -e .
endef

# Without this, `make test PYTHON=python3.13` would quietly use the Python of an older .venv.
define same-python
	@if [ '$(origin PYTHON)' != file ] && \
	    [ "$$('$(PYTHON)' -c 'import sys; print(sys.version_info[:2])')" != \
	      "$$($(BIN)/python -c 'import sys; print(sys.version_info[:2])')" ]; then \
	    echo "$(VENV) was made with another Python than $(PYTHON)." \
	        'Name another folder with VENV=, or run make clean first.' >&2; \
	    exit 1; \
	fi
endef

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | \
	    while IFS='|' read -r target text; do printf '  %-14s %s\n' "$$target" "$$text"; done
	@echo
	@echo '  PYTHON=python3.13   the Python that makes the environment (now: $(PYTHON))'
	@echo '  VENV=.venv-3.13     the folder of the environment (now: $(VENV))'
	@echo '  PYTEST_ARGS=...     further arguments for pytest'

$(VENV)/.stamp-venv:
	@command -v '$(PYTHON)' >/dev/null || { \
	    echo 'There is no $(PYTHON) here. Python 3.11 or newer is needed;' \
	        'say where it is with PYTHON=/path/to/python3.' >&2; \
	    exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Python 3.11 or newer is needed, and $(PYTHON) is $$('$(PYTHON)' --version 2>&1)." \
	        'Name a newer one, for example PYTHON=python3.13.' >&2; \
	    exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo '$(PYTHON) cannot make virtual environments: its modules venv and ensurepip are' \
	        'missing. On Debian and Ubuntu the package python3-venv brings them.' >&2; \
	    exit 1; }
	$(call say,Making the Python environment in $(VENV) (about 10 seconds))
	@'$(PYTHON)' -m venv '$(VENV)'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --require-hashes -r requirements/uv.txt || echo 'No uv: pip will do.'
	@touch $@

$(VENV)/.stamp-run: $(VENV)/.stamp-venv requirements/run.txt pyproject.toml
	$(call say,Installing what the model needs in $(VENV) (one or two minutes))
	$(call install,requirements/run.txt)
	@touch $@

# Everything contains what the model needs, in the same versions: so the other stamp is set as well.
$(VENV)/.stamp-all: $(VENV)/.stamp-venv requirements/all.txt pyproject.toml
	$(call say,Installing what the model and its page and tests need in $(VENV) (one to three minutes))
	$(call install,requirements/all.txt)
	@touch $(VENV)/.stamp-run $@

.PHONY: run
run: $(VENV)/.stamp-run ## One run told, a thousand runs, then arms withheld against tolerance
	$(same-python)
	$(call say,One run of gaza-2023 week by week (some seconds))
	@$(BIN)/ceasefire run gaza-2023 --seed 1
	$(call say,A thousand runs (under a minute; the first time the rules are compiled))
	@$(BIN)/ceasefire ensemble gaza-2023 --runs 1000
	$(call say,Arms withheld against tolerance at 121 points of 200 runs (half a minute))
	@mkdir -p results
	@$(BIN)/ceasefire sweep arms-and-tolerance --runs 200 --picture results/arms-and-tolerance.svg
	@echo 'The map is drawn in results/arms-and-tolerance.svg'

.PHONY: live
live: $(VENV)/.stamp-all ## The live view, in the browser
	$(same-python)
	$(call say,The live view (the first time the rules are compiled: under a minute))
	@$(BIN)/ceasefire serve

.PHONY: test
test: $(VENV)/.stamp-all ## The tests, except those in a browser
	$(same-python)
	$(call say,Running the tests (some minutes))
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: test-browser
test-browser: $(VENV)/.stamp-all ## The tests in a real Chromium: CHROMIUM=path, or chromium on PATH
	$(same-python)
	$(call say,Running the tests in Chromium (about a minute))
	@CHROMIUM="$${CHROMIUM:-$$(command -v chromium || true)}"; export CHROMIUM; \
	if ! command -v "$$CHROMIUM" >/dev/null; then \
	    echo 'No Chromium: install one, or say where it is with CHROMIUM=/path/to/chromium.' >&2; \
	    exit 1; \
	fi; \
	$(BIN)/python -m pytest -m browser --junitxml=$(VENV)/browser.xml $(PYTEST_ARGS)
	@$(BIN)/python -c 'import sys, xml.etree.ElementTree as tree; \
	    skipped = [case.get("name") for case in tree.parse(sys.argv[1]).iter("testcase") \
	               if case.find("skipped") is not None]; \
	    sys.exit("Skipped, which counts as failed here: " + ", ".join(skipped) if skipped else 0)' \
	    $(VENV)/browser.xml

.PHONY: fuzz
fuzz: $(VENV)/.stamp-all ## Odd files, options and folders for MINUTES=5: nothing may trace back or hang
	$(same-python)
	$(call say,Trying odd things for $(MINUTES) minutes)
	@PYTHONPATH=tests $(BIN)/python tests/fuzz/fuzz.py --minutes $(MINUTES) $(FUZZ_ARGS)

.PHONY: lint
lint: $(VENV)/.stamp-all ## ruff (rules and format), mypy, and the order of the rooms
	$(same-python)
	$(call say,Checking style and types (about half a minute))
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@rm -rf .links && mkdir -p .links/ceasefire
	@for part in $(ROOMS) $(notdir $(wildcard ceasefire/*)); do \
	    if [ -e "ceasefire/$$part" ]; then ln -s "../../ceasefire/$$part" .links/ceasefire/; \
	    else ln -s "../../$$part" .links/ceasefire/; fi; done
	@$(BIN)/mypy
	@rm -rf .rooms && mkdir .rooms && cp -RL .links/ceasefire .rooms/
	@cd .rooms && PYTHONPATH=. ../$(BIN)/lint-imports ../pyproject.toml --no-cache --no-logo
	@rm -rf .rooms

.PHONY: bench
bench: $(VENV)/.stamp-all ## How fast the model is on this machine
	$(same-python)
	$(call say,Measuring speed (some minutes))
	@$(BIN)/python benchmarks/bench.py
	@$(BIN)/python benchmarks/experiments_bench.py

.PHONY: bench-page
bench-page: $(VENV)/.stamp-all ## How fast the live view is in a Chromium on this machine
	$(same-python)
	$(call say,Measuring the live view (some minutes))
	@$(BIN)/python benchmarks/page.py

.PHONY: soak
soak: $(VENV)/.stamp-all ## Half an hour of play and resets: does the live view's memory grow?
	$(same-python)
	$(call say,Playing for half an hour)
	@$(BIN)/python benchmarks/page_soak.py

.PHONY: docs
docs: $(VENV)/.stamp-run ## Write the generated pages of docs/ anew
	$(same-python)
	@$(BIN)/python -m ceasefire.experiments.reference.pages docs

# The pins already in the files are kept where they still fit; LOCK_ARGS=--upgrade renews them all.
# run.txt is a part of all.txt: its versions are bound to those there.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: lock
lock: $(VENV)/.stamp-venv ## Write requirements/*.txt anew from pyproject.toml
	$(call say,Resolving for every Python from 3.11 and every platform (about 10 seconds))
	@$(BIN)/$(LOCK) $(LOCK_ARGS) --extra cluster --extra live --extra sensitivity --group dev -o requirements/all.txt \
	    pyproject.toml >/dev/null
	@$(BIN)/$(LOCK) --group build -c requirements/all.txt -o requirements/run.txt \
	    pyproject.toml >/dev/null
	@echo uv | $(BIN)/$(LOCK) $(LOCK_ARGS) -o requirements/uv.txt - >/dev/null
	@! grep -n '://' requirements/*.txt

.PHONY: clean
clean: ## Remove the environment and everything else that can be made again
	@if [ -f '$(VENV)/.stamp-venv' ] || [ -f '$(VENV)/pyvenv.cfg' ]; then rm -rf '$(VENV)'; fi
	@rm -rf build dist *.egg-info .links .rooms .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find $(ROOMS) benchmarks ceasefire tests -name __pycache__ -type d \
	    -prune -exec rm -rf {} + 2>/dev/null || true
