# Debian 13 (its pg_dump is 17, as the database is) and its Python, which gets security fixes until October 2029.
# Built in two stages: the second has no compiler, no pip cache, and nothing that runs as root.
FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements-granian.txt .
RUN python -m venv --without-pip /venv && pip --python /venv/bin/python install --no-deps --require-hashes -r requirements-granian.txt
COPY manage.py ./
COPY nejtilbander nejtilbander
COPY pages pages
COPY events events
COPY templates templates
COPY static static
COPY locale locale
# The manual that staff read in the admin; .dockerignore lets nothing else of the folder in.
COPY docs docs
# Collecting needs settings but no secret: these values exist only in this one command.
RUN SITE_ROLE=prepare SECRET_KEY=only-for-collecting-static-files-000 DATABASE_URL=sqlite://:memory: STATIC_ROOT=/app/static-built \
    /venv/bin/python manage.py collectstatic --noinput -v 0

FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# pg_dump and pg_restore, for manage.py backup and restore: at least as new as the database's server.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
# A volume put on /data/keyring takes over its owner and mode.
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin site \
    && install -d -m 700 -o site -g nogroup /data /data/keyring
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER site
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': 'localhost'}), timeout=4)"]
CMD ["python", "-m", "nejtilbander.server", "-b", "0.0.0.0:8000"]
