# Each target makes what it needs: only Python 3.11-3.13 and make have to be there.
PYTHON ?= python3
PROFILE ?= paper
RETRAIN ?= 0

BIN := .venv/bin
.PHONY: figures test test-colab test-lowest lab bench browser address

# Run the notebooks in order, from the released runs, or with RETRAIN=1 from training anew.
figures: .venv/installed
	GAN_TF_PROFILE=$(PROFILE) GAN_TF_RETRAIN=$(RETRAIN) $(BIN)/python -m gan_tf.book

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lab: .venv/installed
	$(BIN)/jupyter lab notebooks

bench: .venv/installed
	$(BIN)/python -m benchmarks.dcgan_step

# Chromium from Debian's packages, for the tests of the notebooks' tools in a real browser.
browser:
	which chromium chromedriver || \
	    (apt-get update -qq && apt-get install -qq --yes chromium chromium-driver)

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -c "import sys; v = sys.version_info; (3, 11) <= v < (3, 14) or sys.exit(f'gan_tf needs Python 3.11 to 3.13, and this is {v[0]}.{v[1]}: run make PYTHON=python3.12, say.')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@
