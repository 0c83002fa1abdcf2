# Each target makes what it needs: only Python 3.11-3.13 and make have to be there.
PYTHON ?= python3
PROFILE ?= paper
RETRAIN ?= 0

BIN := .venv/bin
# Colab's Python where there is one, also one that pyenv keeps.
COLAB_PYTHON ?= $(shell PYENV_VERSION=3.12 python3.12 -c 'import sys; print(sys.executable)' 2>/dev/null || echo $(PYTHON))
# Tests in two processes, each of one thread: faster than of two.
TWO_AT_A_TIME := TF_NUM_INTRAOP_THREADS=1 OPENBLAS_NUM_THREADS=1
DISTRIBUTED := --numprocesses 2 --dist worksteal
.PHONY: figures test test-colab test-lowest lowest lab bench browser screenshots address

# Run the notebooks in order, from the released runs, or with RETRAIN=1 from training anew.
figures: .venv/installed
	GAN_TF_PROFILE=$(PROFILE) GAN_TF_RETRAIN=$(RETRAIN) $(BIN)/python -m gan_tf.book

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(TWO_AT_A_TIME) $(BIN)/python -m pytest $(DISTRIBUTED)

# Under Colab's versions, gan_tf not installed: what may differ there.
test-colab: .venv-colab/installed
	$(TWO_AT_A_TIME) .venv-colab/bin/python -m pytest -m colab $(DISTRIBUTED) \
	    tests/book/test_notebooks_fetched.py tests/training/test_xla.py
	$(TWO_AT_A_TIME) .venv-colab/bin/python -m pytest -m "not colab and not slow" $(DISTRIBUTED)

# Under the lowest versions that pyproject.toml allows: imports, trains and plots.
test-lowest: .venv-lowest/installed
	.venv-lowest/bin/python -m gan_tf train gavazzi --profile smoke
	.venv-lowest/bin/python -m gan_tf sample gavazzi --profile smoke --out build/lowest.png
	.venv-lowest/bin/python -m pytest tests/test_init.py tests/plotting/test_curves.py tests/training/test_losses.py

lab: .venv/installed
	$(BIN)/jupyter lab notebooks

bench: .venv/installed
	$(BIN)/python -m benchmarks.dcgan_step

# Chromium from Debian's packages, for the tests of the tools in a real browser and for screenshots.
browser:
	which chromium chromedriver || \
	    (apt-get update -qq && apt-get install -qq --yes chromium chromium-driver)

# The book's tools and TensorBoard as Chromium shows them, into figures.
screenshots: .venv/installed
	$(BIN)/python -m gan_tf.book.screenshots

# Writes the address in pyproject.toml into the notebooks and the README.
address: .venv/installed
	$(BIN)/python -m gan_tf.book.colab

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; v = sys.version_info; (3, 11) <= v < (3, 14) or sys.exit(f'gan_tf needs Python 3.11 to 3.13, and this is {v[0]}.{v[1]}: run make PYTHON=python3.12, say.')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv-colab/installed: constraints-colab.txt
	$(COLAB_PYTHON) -m venv .venv-colab
	.venv-colab/bin/pip install --quiet --disable-pip-version-check \
	    --requirement constraints-colab.txt --constraint constraints-colab.txt pytest pytest-xdist nbclient selenium prdc
	touch $@

.venv-lowest/installed: requirements-lowest.txt
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/pip install --quiet --disable-pip-version-check \
	    --requirement requirements-lowest.txt pytest
	.venv-lowest/bin/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# The lowest versions anew, after a bound in pyproject.toml was changed.
lowest:
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
	.venv-uv/bin/uv pip compile --quiet --resolution lowest-direct --python-version 3.11 \
	    --no-header --output-file requirements-lowest.txt pyproject.toml
