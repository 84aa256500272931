"""One database with its roles for all who look at it, and one for each who changes it."""

from uuid import uuid4

import psycopg
import pytest

from tests.nejtilbander.operations.database_roles.driver import MEETING, PASSWORDS, SplitSite
from tests.support import postgres
from tests.support.live_server import launch, manage
from tests.support.site_scripts import script


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """As on launch day, with one meeting more that one can sign up for."""
    server = postgres.address()
    assert server, "no PostgreSQL answers (POSTGRES_URL)"
    launch()
    name = f"parts_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            made = SplitSite(tmp_path_factory.mktemp("parts"), f"{server.rpartition('/')[0]}/{name}")
            for command in (["migrate", "-v", "0"], ["seed"], ["database_roles"]):
                manage(made.owner(SITE_ROLE="all"), *command)
            script(made.owner(SITE_ROLE="all"), MEETING)
            yield made
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            for role in PASSWORDS:
                connection.execute(f"DROP ROLE IF EXISTS {name}_{role}")
