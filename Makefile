# Two commands do everything: `make app` opens Septum, `make test` proves it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8501
HEADLESS ?=
# Set where the package index serves builds of its own, whose hashes are others.
UNHASHED ?=
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -q
HASHED := $(if $(UNHASHED),: ,$(INSTALL) --require-hashes --no-deps)
# Waiting threads sleep instead of spinning: two busy torch processes on two cores were six times slower.
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: app test test-postgresql test-without-browser matrix lint architecture browser postgresql demo screenshots jpeg cluster
.PHONY: licences audit hashes clean

app: $(VENV)/.run
	$(BIN)/python -m core demo --if-empty
	$(BIN)/python -m core app --port $(PORT) $(if $(HEADLESS),--headless)

test: lint browser postgresql
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest -n 2 --dist loadfile --database postgresql -m "not crash and not real" $(AGAIN)

# What asks the database runs again on a real server: here all of it, in `make test` what needs no network.
AGAIN := tests/store tests/jobs tests/workflow/test_runs.py tests/workflow/importing tests/workflow/import_runs
test-postgresql: postgresql
	$(BIN)/python -m pytest -n 2 --dist loadfile --database postgresql tests/store tests/jobs tests/workflow

test-without-browser: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser"

# The same on every Python that Septum is meant for and that is here.
matrix:
	$(PYTHON) -m supply.pythons

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/vulture

# The picture of the rooms in docs/, from the imports.
architecture: $(VENV)/.dev
	$(BIN)/python -m docs.architecture_picture

demo: $(VENV)/.run
	$(BIN)/python -m core demo

screenshots: browser
	$(BIN)/python -m docs.screenshots

browser: $(VENV)/.dev
	@sh tests/browser/install.sh $(BIN)/python

postgresql: $(VENV)/.dev
	@sh tests/servers/install_postgresql.sh

# JPEG inside DICOM that Septum cannot decode by itself: an extra under GPL-3.
jpeg: $(VENV)/.run
	$(HASHED) -r hashes/requirements-jpeg.txt
	$(INSTALL) -r requirements-jpeg.txt

# What several machines on one store need: a PostgreSQL's driver, and a bucket for images and files of runs.
cluster: $(VENV)/.run
	$(HASHED) -r hashes/requirements-cluster.txt
	$(INSTALL) -r requirements-cluster.txt

licences: $(VENV)/.dev
	$(BIN)/python -m supply.licences

audit: $(VENV)/.dev .venv-audit/.run
	$(BIN)/python -m supply.audit

# After a change of pins.
hashes: .venv-audit/.run
	$(PYTHON) -m supply.hashes

# All but torch by the hashes of its files; then torch, whose build depends on the machine, and what that build needs.
$(VENV)/.run: requirements.txt hashes/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(HASHED) -r hashes/requirements.txt
	$(INSTALL) -r requirements.txt
	@touch $@

EXTRAS := hashes/requirements-jpeg.txt hashes/requirements-cluster.txt
$(VENV)/.dev: requirements-dev.txt hashes/requirements-dev.txt $(EXTRAS) $(VENV)/.run
	$(HASHED) $(EXTRAS:%=-r %) -r hashes/requirements-dev.txt
	$(INSTALL) -r requirements-dev.txt
	@touch $@

.venv-audit/.run: hashes/requirements-audit.txt
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --disable-pip-version-check -q --require-hashes --no-deps -r $<
	@touch $@

clean:
	rm -rf .venv .venv-* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
