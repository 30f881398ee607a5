# make demo    one neuron, the one rule, two trained networks
# make test    the whole test suite
# make quick   the same without the slow tests: no browser, no notebooks, no million nodes
# make check   lint, format, types, import arrows
# make bench   speed and memory beside micrograd
# make notebooks   Jupyter, with the notebooks in it
# make accuracy   how far off it is, against 50 digits
# Each sets up what it needs in .venv (or .venv-bench), once; after that it works offline. PYTHON=python3.12 chooses an interpreter.

.PHONY: demo test quick check bench accuracy notebooks outputs clean
VENV := .venv
INSTALL := python -m pip install --quiet --disable-pip-version-check

demo: $(VENV)/.installed
	@$(VENV)/bin/python -m nn demo

test: $(VENV)/.test
	@$(VENV)/bin/python -m pytest -q

quick: $(VENV)/.test
	@$(VENV)/bin/python -m pytest -q -m "not slow"

check: $(VENV)/.test
	@$(VENV)/bin/python -m ruff check .
	@$(VENV)/bin/python -m ruff format --check .
	@$(VENV)/bin/python -m mypy
	@$(VENV)/bin/python tests/house.py
	@$(VENV)/bin/python -m pytest -q tests/test_layout.py

bench: $(VENV)-bench/.installed
	@$(VENV)-bench/bin/python benchmarks/bench.py

accuracy: $(VENV)/.test
	@$(VENV)/bin/python tests/accuracy.py

notebooks: $(VENV)/.notebooks
	@$(VENV)/bin/python -m jupyterlab notebooks

# Runs the notebooks from top to bottom and keeps what they show.
outputs: $(VENV)/.test
	@$(VENV)/bin/python tests/notebooks.py

clean:
	rm -rf $(VENV) $(VENV)-bench demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The first Python that is new enough and whole (on some systems venv is packaged apart); PYTHON= asks for one.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
$(VENV)%bin/python:
	@new=; whole=; \
	for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	    $$python -c '$(NEW_ENOUGH)' 2>/dev/null || continue; \
	    new=$$python; \
	    $$python -c 'import venv, ensurepip' 2>/dev/null && whole=$$python && break; \
	done; \
	if [ -z "$$new" ]; then \
	    found=$$($(or $(PYTHON),python3) --version 2>/dev/null || echo "no $(or $(PYTHON),python3)"); \
	    echo "missing: Python 3.11 or newer (found: $$found); install one, or say make PYTHON=/path/to/python"; exit 1; \
	elif [ -z "$$whole" ]; then \
	    echo "missing: the venv module of $$new; install it (on Debian and Ubuntu: apt install python3-venv)"; exit 1; \
	fi; \
	$$whole -m venv --clear $(@:/bin/python=) || { rm -rf $(@:/bin/python=); exit 1; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV) (first time only) ..."
	@$(VENV)/bin/$(INSTALL) --editable . && touch $@

$(VENV)/.test: $(VENV)/.installed
	@echo "installing what tests and checks need (first time only) ..."
	@$(VENV)/bin/$(INSTALL) --editable '.[test,check]' && touch $@

$(VENV)/.notebooks: $(VENV)/.installed
	@echo "installing Jupyter (first time only) ..."
	@$(VENV)/bin/$(INSTALL) --editable '.[notebooks]' && touch $@

$(VENV)-bench/.installed: pyproject.toml | $(VENV)-bench/bin/python
	@echo "installing into $(VENV)-bench (first time only) ..."
	@$(VENV)-bench/bin/$(INSTALL) --editable . micrograd && touch $@
