# Each target makes what it needs: only Python 3.11-3.13 and make have to be there.
PYTHON ?= python3
PROFILE ?= paper
RETRAIN ?= 0

BIN := .venv/bin
# Colab's Python where there is one, also one that pyenv keeps.
COLAB_PYTHON ?= $(shell PYENV_VERSION=3.12 python3.12 -c 'import sys; print(sys.executable)' 2>/dev/null || echo $(PYTHON))
# Tests in two processes, each of one thread and without workers of its own: faster than of two.
TWO_AT_A_TIME := TF_NUM_INTRAOP_THREADS=1 OPENBLAS_NUM_THREADS=1 LOKY_MAX_CPU_COUNT=1
DISTRIBUTED := --numprocesses 2 --dist worksteal
.PHONY: figures test test-colab test-lowest lowest locked audit kills fuzz soak lab bench browser screenshots address

# Run the notebooks in order, from the released runs, or with RETRAIN=1 from training anew.
figures: .venv/installed
	GAN_TF_PROFILE=$(PROFILE) GAN_TF_RETRAIN=$(RETRAIN) $(BIN)/python -m gan_tf.book

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(TWO_AT_A_TIME) $(BIN)/python -m pytest $(DISTRIBUTED) --durations 60

# Under Colab's versions, gan_tf not installed: what may differ there.
test-colab: .venv-colab/installed
	$(TWO_AT_A_TIME) .venv-colab/bin/python -m pytest -m colab $(DISTRIBUTED) \
	    tests/book/test_notebooks_fetched.py tests/training/test_xla.py
	$(TWO_AT_A_TIME) .venv-colab/bin/python -m pytest -m "not colab and not slow" $(DISTRIBUTED) \
	    tests/data tests/measures tests/networks tests/plotting tests/recipes tests/training \
	    tests/runs/test_gan_experiment.py tests/runs/test_life_of_a_run.py \
	    tests/runs/test_several_devices.py tests/scoring/test_scorecard.py

# Under the lowest versions that pyproject.toml allows: imports, trains and plots.
test-lowest: .venv-lowest/installed
	.venv-lowest/bin/python -m gan_tf train gavazzi --profile smoke
	.venv-lowest/bin/python -m gan_tf sample gavazzi --profile smoke --out build/lowest.png
	.venv-lowest/bin/python -m pytest tests/test_init.py tests/plotting/test_curves.py tests/training/test_losses.py

# Kill every kind of write before each of its file-system calls, and carry out every command after.
kills: .venv/installed
	$(BIN)/python -m tests.robustness.kills

# Every public function, and every kind of file, by thousands of inputs of chance: about an hour.
fuzz: .venv/installed
	GAN_TF_FUZZ=long $(BIN)/python -m pytest tests/robustness/test_any_arguments.py \
	    tests/robustness/test_any_file.py

# Train, kill, resume, fill the disk, damage and repair at random, for so many minutes.
MINUTES ?= 60
UNSHARE := $(shell unshare --map-root-user --mount true 2>/dev/null && echo unshare --map-root-user --mount)
soak: .venv/installed
	$(UNSHARE) $(BIN)/python -m tests.robustness.soak $(MINUTES)

lab: .venv/installed
	$(BIN)/jupyter lab notebooks

bench: .venv/installed
	$(BIN)/python -m benchmarks.training_steps

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

.venv/installed: requirements-locked.txt pyproject.toml
	$(PYTHON) -c "import sys; v = sys.version_info; (3, 11) <= v < (3, 14) or sys.exit(f'gan_tf needs Python 3.11 to 3.13, and this is {v[0]}.{v[1]}: run make PYTHON=python3.12, say.')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes \
	    --requirement requirements-locked.txt
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

.venv-uv/installed:
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9 pip-audit==2.10.1
	touch $@

# Every package with its checksum, after requirements.txt was changed.
locked: .venv-uv/installed
	.venv-uv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-annotate --output-file requirements-locked.txt requirements.txt

# The lowest versions anew, after a bound in pyproject.toml was changed.
lowest: .venv-uv/installed
	.venv-uv/bin/uv pip compile --quiet --resolution lowest-direct --python-version 3.11 \
	    --no-header --output-file requirements-lowest.txt pyproject.toml

# Known vulnerabilities of the pinned packages, as PyPI has them.
audit: .venv-uv/installed
	.venv-uv/bin/pip-audit --disable-pip --requirement requirements-locked.txt
