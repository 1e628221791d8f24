# Everything that is done with this checkout. `make run` and `make test` need Python 3.12 or newer, make and git;
# each brings what else it needs.

PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST

BIN := .venv/bin
# Tests in two processes: the machines that run them have two cores. A file stays in one, with its server.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.PHONY: run class admin test test-long bench golden runtime tools

run: runtime
	@exec $(BIN)/python manage.py serve

# For a class on the same network: everybody there can reach the site.
class: runtime
	@HOST=0.0.0.0 $(BIN)/python manage.py serve

# The first staff account.
admin: runtime
	@$(BIN)/python manage.py prepare
	@$(BIN)/python manage.py admin_account

test: tools
	@deploy/chromium.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

# Minutes long, and not part of `make test`.
test-long: tools
	@deploy/chromium.sh
	$(PYTEST) -m long

# One process, so that nothing else disturbs the clock. GOAL=3 measures that one alone (docs/performance.md).
bench: tools
	@deploy/chromium.sh
	$(BIN)/python -m pytest -m bench -s $(if $(GOAL),--goal $(GOAL)) tests/bench

# Writes tests/golden anew; the difference is then read by a person.
golden: tools
	$(BIN)/python -m pytest -m golden --rewrite-golden
	@git --no-pager diff --stat -- tests/golden

runtime:
	@deploy/venv.sh requirements.txt

tools:
	@deploy/venv.sh tests/requirements.txt
