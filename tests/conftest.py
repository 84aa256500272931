"""A site as on launch day: every test sees the seeded texts and meetings, and none sees another's changes."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import signals
from django.db import close_old_connections
from django.urls import set_script_prefix
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from nejtilbander.caching import memory
from nejtilbander.security.rate_limits import rate_counters
from tests.support import databases, machine_tools, postgres
from tests.support.live_server import environment, launch, migrated
from tests.support.reader import Reader, set_up_again

# No example has a time limit: a busy machine is no fault. No database: a failing example is printed, not kept.
hypothesis_settings.register_profile(
    "any machine", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """No password here is a secret, and hashing one as if it were takes a quarter of a second a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in one line each, what this machine cannot run; in CI a missing tool is a failure instead."""
    left_out = machine_tools.missing()
    if left_out and os.environ.get("CI") == "true":
        raise pytest.UsageError("; ".join(left_out.values()))
    for item in list(items):
        if any(item.get_closest_marker(marker) for marker in left_out):
            items.remove(item)
        else:
            say_what_it_shares(item)
    # What starts processes first, for it takes longest; then nobody works alone at the end.
    items.sort(key=lambda item: not (item.get_closest_marker("process") or item.get_closest_marker("chromium")))


def say_what_it_shares(item: pytest.Item) -> None:
    """Mark what asks the database, and let what shares something costly be run by one process, which makes it once."""
    fixtures = [found[-1] for found in item._fixtureinfo.name2fixturedefs.values()]  # type: ignore[attr-defined]
    ours = [fixture for fixture in fixtures if fixture.func.__module__.startswith("tests.")]
    asked = {name for fixture in ours for name in fixture.argnames} | set(item.fixturenames)  # type: ignore[attr-defined]
    asks_itself = any("django_db_blocker" in fixture.argnames for fixture in ours)
    if item.get_closest_marker("django_db") or "db" in asked or asks_itself:
        item.add_marker("database")
    if item.get_closest_marker("xdist_group"):
        return
    if packages := [fixture.baseid for fixture in ours if fixture.scope == "package"]:
        item.add_marker(pytest.mark.xdist_group(min(packages)))
    elif any(fixture.scope == "module" for fixture in ours):
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    elif "browser" in asked:
        item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_report_header() -> list[str]:
    return list(machine_tools.missing().values())


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    with django_db_blocker.unblock():
        databases.begin()
    yield
    with django_db_blocker.unblock():
        databases.end()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # the processes of pytest-xdist have ended before
        databases.forget_launch()


@pytest.fixture(scope="session")
def static_files() -> Path:
    """The collected static files the admin's pages name."""
    folder = launch() / "static"
    staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = staticfiles_storage.load_manifest()
    set_up_again()
    return folder


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Pages and rows kept in memory are another test's, and so are the counts of who came from where."""
    memory.clear()
    rate_counters.forget()


@pytest.fixture
def lasting_connection(db: None) -> Iterator[None]:
    """For requests to the WSGI application itself: none closes the connection, for the test's transaction is in it."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    set_script_prefix("/")  # the last request's stays with the thread
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def reader(db: None) -> Reader:
    return Reader(raise_request_exception=False)


@pytest.fixture
def staff(db: None, static_files: Path) -> Reader:
    """A member of staff who may do everything."""
    user = get_user_model().objects.create_superuser("prove", "prove@example.dk", "en lang prøve-adgangskode")
    browser = Reader()
    browser.force_login(user)
    return browser


@pytest.fixture
def postgres_database() -> Iterator[str]:
    """The address of a PostgreSQL database for one test alone."""
    server = postgres.address()
    assert server, "no PostgreSQL answers (POSTGRES_URL)"
    name = f"crowd_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings_of_a_site(request, tmp_path: Path) -> dict[str, str]:
    if request.param == "sqlite":
        migrated(tmp_path)
        return environment(tmp_path)
    return environment(tmp_path, DATABASE_URL=request.getfixturevalue("postgres_database"))
