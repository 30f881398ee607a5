# make demo        shows one neuron, the one rule and two trained networks
# make notebooks   opens the notebooks in Jupyter
# make test        runs the whole test suite
# make quick       runs the tests without the slow ones (browser, notebooks, a million nodes)
# make check       checks style, format, types and the imports between wings
# make bench       measures speed and memory, compared with micrograd, NumPy and C; PEERS=1 adds PyTorch and JAX
# make accuracy    measures the accuracy, compared with 50 digits
# make outputs     runs the notebooks and stores their outputs, and the pictures of the README
# make clean       removes everything that these commands created
#
# The first run installs what is needed into .venv (or .venv-bench); after that, everything works offline.
# PYTHON=python3.12 chooses an interpreter.

.PHONY: demo test quick check bench accuracy notebooks outputs clean
VENV := .venv
INSTALL := python -m pip install --quiet --disable-pip-version-check

demo: $(VENV)/.installed
	@$(VENV)/bin/python -m nn demo

test: $(VENV)/.test
	@$(VENV)/bin/python -m pytest -q -n 2 --dist loadscope

quick: $(VENV)/.test
	@$(VENV)/bin/python -m pytest -q -n 2 --dist loadscope -m "not slow"

check: $(VENV)/.test
	@$(VENV)/bin/python -m ruff check .
	@$(VENV)/bin/python -m ruff format --check .
	@$(VENV)/bin/python -m mypy
	@$(VENV)/bin/python tests/house.py
	@$(VENV)/bin/python -m pytest -q tests/test_layout.py

bench: $(VENV)-bench/.installed $(if $(PEERS),$(VENV)-bench/.peers)
	@$(VENV)-bench/bin/python benchmarks/bench.py $(if $(PEERS),--peers)

accuracy: $(VENV)/.test
	@$(VENV)/bin/python tests/accuracy.py

notebooks: $(VENV)/.notebooks
	@$(VENV)/bin/python -m jupyterlab notebooks

outputs: $(VENV)/.test
	@$(VENV)/bin/python tests/notebooks.py
	@$(VENV)/bin/python tests/pictures.py

clean:
	rm -rf $(VENV) $(VENV)-bench demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Takes the first Python that is new enough and has venv, which some systems package separately; PYTHON= chooses one.
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
	    echo "missing: Python 3.11 or newer (found: $$found); install one, or name one: make PYTHON=/path/to/python"; exit 1; \
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
	@$(VENV)-bench/bin/$(INSTALL) --editable '.[jit]' micrograd && touch $@

$(VENV)-bench/.peers: $(VENV)-bench/.installed
	@echo "installing PyTorch and JAX into $(VENV)-bench (first time only; some gigabytes on Linux) ..."
	@$(VENV)-bench/bin/$(INSTALL) torch jax && touch $@
