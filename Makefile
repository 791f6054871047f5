# Two commands do everything: `make app` opens Septum, `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
HEADLESS ?=
# Waiting threads sleep instead of spinning: two busy torch processes on two cores were six times slower.
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: app test lint browser demo screenshots clean

app: .venv/.run
	$(BIN)/python -m core demo --if-empty
	$(BIN)/python -m streamlit run app.py --server.port $(PORT) $(if $(HEADLESS),--server.headless true,--server.headless false)

test: lint browser
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

demo: .venv/.run
	$(BIN)/python -m core demo

screenshots: browser
	$(BIN)/python -m docs.screenshots

browser: .venv/.dev
	@sh tests/browser/install.sh $(BIN)/python

.venv/.run: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check -q -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	$(BIN)/pip install --disable-pip-version-check -q -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
