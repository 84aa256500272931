"""The search's extension needs no superuser: pg_trgm is trusted, whoever owns the database may make it."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.support import postgres
from tests.support.live_server import environment, manage


@pytest.fixture
def plain_owner(postgres_database):
    """The address of `postgres_database` as one who owns it and may nothing else."""
    name, password = f"plain_{uuid4().hex}", uuid4().hex
    database = postgres_database.rpartition("/")[2]
    with psycopg.connect(postgres.address(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), password))
        server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(*map(sql.Identifier, (database, name))))
        yield f"postgres://{name}:{password}@{postgres_database.rpartition('@')[2]}"
        server.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(sql.Identifier(database)))
        with psycopg.connect(postgres_database, autocommit=True) as inside:
            inside.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
        server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.mark.postgres
@pytest.mark.process
def test_whoever_owns_the_database_alone_can_set_it_up_and_the_index_is_used(plain_owner, tmp_path):
    settings = environment(tmp_path, DATABASE_URL=plain_owner)

    manage(settings, "migrate", "-v", "0")

    with psycopg.connect(plain_owner) as database:
        assert database.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        database.execute("SET enable_seqscan = off")
        plan = database.execute(
            "EXPLAIN SELECT id FROM nejtilbander_searchentry WHERE words LIKE '%kommune%'"
        ).fetchall()
    assert any("nejtilbander_searchentry_trigrams" in line for (line,) in plan)
