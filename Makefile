# Two commands carry the project: `make serve` and `make test`. Both set up what they need.
PORT ?= 8000
DATA_DIR ?= var
ifneq ($(words x$(CURDIR) $(DATA_DIR)),2)
$(error A folder with a space in its name cannot be used: $(CURDIR), DATA_DIR=$(DATA_DIR))
endif
DATA := $(abspath $(DATA_DIR))
PY := .venv/bin/python
BROWSER_TOOLS := tests/browser/node_modules

# A site on your own machine: embedded SQLite, plain http, secrets made once and kept in DATA_DIR. Its settings lie there
# too, one a line, where manage.py finds them (nejtilbander/environment.py).
EMAIL_URL ?= file://$(DATA)/letters
define SETTINGS
DATABASE_URL=sqlite:///$(DATA)/site.sqlite3
STATIC_ROOT=$(DATA)/static
DATA_DIR=$(DATA)
KEYRING_DIR=$(DATA)/keyring
SITE_ROLE=all
SITE_URL=http://127.0.0.1:$(PORT)
STAFF_URL=http://localhost:$(PORT)
ALLOWED_HOSTS=127.0.0.1,localhost
HTTPS=false
BEHIND_PROXY=false
STAFF_SECOND_FACTOR=optional
EMAIL_URL=$(EMAIL_URL)
ALARM_TO=drift@example.dk
SECRET_KEY_FILE=$(DATA)/secret_key
INDEX_KEY_FILE=$(DATA)/index_key
KEYRING_SECRET_FILE=$(DATA)/keyring_secret
SIGNING_KEY_FILE=$(DATA)/signing_key
endef
export SETTINGS
LOCAL = env -u SECRET_KEY -u INDEX_KEY -u KEYRING_SECRET -u SIGNING_KEY $$(cat $(DATA)/site.env)
SECRETS := $(DATA)/secret_key $(DATA)/index_key $(DATA)/keyring_secret $(DATA)/signing_key

.PHONY: serve dev staff manage settings test check bench pictures messages lock sbom help

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/'

settings: .venv/ready $(SECRETS)
	@umask 077 && printf '%s\n' "$$SETTINGS" > $(DATA)/site.env

$(DATA)/site.env:
	@$(MAKE) -s settings

serve: settings ## the site as in production, on http://127.0.0.1:8000
	@$(LOCAL) $(PY) manage.py migrate -v 0
	@$(LOCAL) $(PY) manage.py seed
	@$(LOCAL) $(PY) manage.py collectstatic --noinput -v 0
	@echo "Address:     http://127.0.0.1:$(PORT)/"
	@echo "Data:        $(DATA)"
	@echo "Staff login: make staff DATA_DIR=$(DATA_DIR)   then http://localhost:$(PORT)/admin/ (passkeys need that name)"
	@echo "             A second factor is optional here; set one up under Din konto. Elsewhere it is required."
	@echo "Letters:     $(DATA)/letters (files, until EMAIL_URL names a mail server)"
	@echo "Stop:        Ctrl-C"
	@exec $(LOCAL) $(PY) -m nejtilbander.server.supervisor -b 127.0.0.1:$(PORT)

dev: settings ## the site with reload and DEBUG
	@$(LOCAL) $(PY) manage.py migrate -v 0
	@$(LOCAL) $(PY) manage.py seed
	@exec $(LOCAL) DEBUG=true $(PY) manage.py runserver 127.0.0.1:$(PORT)

staff: $(DATA)/site.env ## make a staff login
	@$(LOCAL) $(PY) manage.py createsuperuser

manage: $(DATA)/site.env ## a command of manage.py on that site: make manage ARGS="seats --json"
	@$(LOCAL) $(PY) manage.py $(ARGS)

test: .venv/ready-dev ## the whole test suite, on SQLite and on PostgreSQL
	@if command -v npm >/dev/null; then $(MAKE) -s $(BROWSER_TOOLS)/ready; fi
	@folder="$$(mktemp -d)" && trap 'rm -rf "$$folder"' EXIT && export TESTS_FOLDER="$$folder" PYTHONDONTWRITEBYTECODE= && \
	$(PY) -m pytest $(if $(CI),--cov --cov-fail-under=0) && \
	{ url="$$($(PY) -m tests.support.postgres)" && DATABASE_URL="$$url" $(PY) -m pytest -n 2 -m "database and not chromium and not process and not walk" $(if $(CI),--cov --cov-append --cov-fail-under=0) || [ $$? -eq 77 ]; }
	@$(if $(CI),$(PY) -m coverage report >/dev/null || { echo "Too little of the code was run by the tests."; exit 1; })

check: .venv/ready-dev ## format, lint, types, imports, translations, migrations, deploy settings
	@PATH="$(CURDIR)/.venv/bin:$$PATH" sh tests/check.sh

bench: .venv/ready-dev ## speed and weight, side by side
	@$(PY) -m bench

pictures: .venv/ready-dev ## the pictures of docs/edit.md and of the README, made anew in Chromium
	@$(PY) -m pytest -n 0 -q tests/browser/make_pictures.py

messages: .venv/ready-dev ## collect the words of the code, and compile the translations
	@PATH="$(CURDIR)/.venv/bin:$$PATH" sh tests/messages.sh

lock: .venv/ready-dev ## pin the dependencies again, with hashes and without addresses
	@.venv/bin/pip-compile -q --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt pyproject.toml
	@.venv/bin/pip-compile -q --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
	@.venv/bin/pip-compile -q --generate-hashes --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra granian -c requirements.txt -o requirements-granian.txt pyproject.toml

sbom: .venv/ready ## what the image is made of, as CycloneDX JSON in sbom.json
	@$(PY) -m tests.sbom requirements-granian.txt > sbom.json

$(SECRETS): | .venv/ready
	@mkdir -p -m 700 $(DATA)
	@umask 077 && $(PY) -c "import secrets; print(secrets.token_urlsafe(50))" > $@

.venv/ready: requirements.txt
	@test -x $(PY) || python3 -m venv .venv
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

$(BROWSER_TOOLS)/ready: tests/browser/package-lock.json
	@cd tests/browser && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
