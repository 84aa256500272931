"""What the database of compose.yaml writes of a statement that it refuses."""

import psycopg
import pytest
from psycopg import errors, sql

from tests.deploy.manifests import compose
from tests.support.postgres_cluster import Cluster
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.process, pytest.mark.cluster]


@pytest.fixture
def cluster():
    """A PostgreSQL with the settings that compose.yaml starts its own with."""
    made = Cluster()
    try:
        with psycopg.connect(made.database("log"), autocommit=True) as owner:
            for word in compose()["database"]["command"][1:]:
                name, _, value = word.removeprefix("-c").partition("=")
                owner.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), value))
            owner.execute("SELECT pg_reload_conf()")
            owner.execute("CREATE ROLE site_public LOGIN; CREATE TABLE people (name text UNIQUE)")
        yield made
    finally:
        made.remove()


def test_a_refused_statement_is_a_line_with_the_login_and_nothing_of_what_it_said(cluster):
    address = f"postgres://site_public@127.0.0.1:{cluster.port}/log"
    wait_until(lambda: _setting(address, "log_line_prefix") == "%m %u %d ", "the settings are read")
    with psycopg.connect(address, autocommit=True) as taken_over:
        for statement in ("SELECT * FROM people WHERE name = 'hemmelig'", "INSERT INTO people VALUES ('hemmelig')"):
            with pytest.raises(errors.InsufficientPrivilege):
                taken_over.execute(statement)

    written = (cluster.folder / "log").read_text()
    lines = [line for line in written.splitlines() if "permission denied for table people" in line]
    assert ["site_public log ERROR" in line for line in lines] == [True, True]
    assert "hemmelig" not in written


def _setting(address, name):
    with psycopg.connect(address) as asked:
        return asked.execute("SELECT current_setting(%s)", [name]).fetchone()[0]
