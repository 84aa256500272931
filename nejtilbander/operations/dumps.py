"""Consistent dumps of the live database, by each engine's own tools, and their restoration. Used by backups.py.

Sessions are left out: a session's row is a login for whoever reads it.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import IO, TypedDict

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.backends.utils import CursorWrapper

FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY 1",
}
ROLES_OWN = re.compile(r"\d+; \d+ \d+ (POLICY|ROW SECURITY) ")  # entries of pg_restore's list
Query = Callable[[str], list[tuple]]  # SQL to its rows


class Content(TypedDict):
    """A dump's content: the migrations that were run, as "app.name", and the number of rows in each table."""

    migrations: list[str]
    rows: dict[str, int]


class BackupError(Exception):
    """A backup or restore was refused or failed, with the reason as one sentence."""


def dump(to: Path) -> Content:
    """Write the database into the new file `to`. Raises BackupError or a database error."""
    return {"sqlite": _dump_sqlite, "postgresql": _dump_postgresql}[connection.vendor](to)


def load(database: IO[bytes], wanted: Content) -> None:
    """Load a dump into the empty database, all or nothing. Raises BackupError when its content is not `wanted`."""
    {"sqlite": _load_sqlite, "postgresql": _load_postgresql}[connection.vendor](database, wanted)


def is_empty() -> bool:
    """True when the database has no table. A missing SQLite file is not created."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        if not file.exists():
            return True
        with closing(sqlite3.connect(file)) as database:
            return not _tables(partial(_query, database.cursor()))
    with connection.cursor() as cursor:
        return not _tables(partial(_query, cursor))


def _dump_sqlite(to: Path) -> Content:
    """SQLite's online backup, on connections of its own: neither it nor the writers wait."""
    file = Path(connection.settings_dict["NAME"])
    if not file.is_file():
        raise BackupError(f"There is no database {file}.")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        query = partial(_query, copy.cursor())
        found = content(query)
        copy.executescript("PRAGMA secure_delete=ON; DELETE FROM django_session; PRAGMA journal_mode=DELETE;")
        if query("PRAGMA integrity_check") != [("ok",)]:
            raise BackupError("The copy is not whole: PRAGMA integrity_check on the site's own database will say why.")
    return _without_sessions(found)


def _dump_postgresql(to: Path) -> Content:
    """By pg_dump; the rows are counted at the very moment that it sees."""
    with closing(connection.copy()) as moment:
        moment.set_autocommit(False)
        with moment.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            ((snapshot,),) = _query(cursor, "SELECT pg_export_snapshot()")
            found = content(partial(_query, cursor))
            _run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                "--exclude-table-data=django_session", f"--file={to}", *_connection_arguments(),
            )  # fmt: skip
    _run("pg_restore", "--list", str(to))
    return _without_sessions(found)


def _load_sqlite(database: IO[bytes], wanted: Content) -> None:
    """Compared in memory, then written in one transaction of SQLite's own."""
    with (
        closing(sqlite3.connect(":memory:")) as copy,
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as new,
    ):
        copy.deserialize(database.read())
        _compare(content(partial(_query, copy.cursor())), wanted)
        copy.backup(new)


def _load_postgresql(database: IO[bytes], wanted: Content) -> None:
    """Without row security: it names roles, which a new server does not have. `manage.py database_roles` makes both."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    with tempfile.NamedTemporaryFile("r+") as listed:
        _run("pg_restore", "--list", f"--file={listed.name}", stdin=database)
        entries = [line for line in listed if not ROLES_OWN.match(line)]
        listed.seek(0)
        listed.truncate()
        listed.writelines(entries)
        listed.flush()
        database.seek(0)
        _run("pg_restore", *options, f"--use-list={listed.name}", *_connection_arguments(), stdin=database)
    with connection.cursor() as cursor:
        _compare(content(partial(_query, cursor)), wanted)


def _compare(found: Content, wanted: Content) -> None:
    if found != {"migrations": wanted["migrations"], "rows": wanted["rows"]}:
        raise BackupError("What came out is not what the backup says it holds. Do not use it; try an older one.")


def content(query: Query) -> Content:
    """The content of the database behind `query`. Raises BackupError when it is empty."""
    tables = _tables(query)
    if "django_migrations" not in tables:
        raise BackupError("The database is empty: there is nothing to back up.")
    rows = {name: query(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}  # noqa: S608 - our own tables
    migrations = query("SELECT app, name FROM django_migrations")
    return {"migrations": sorted(f"{app}.{name}" for app, name in migrations), "rows": rows}


def _without_sessions(found: Content) -> Content:
    return {"migrations": found["migrations"], "rows": found["rows"] | {"django_session": 0}}


def _tables(query: Query) -> list[str]:
    return [name for (name,) in query(TABLES[connection.vendor])]


def _query(cursor: sqlite3.Cursor | CursorWrapper, sql: str) -> list[tuple]:
    cursor.execute(sql)
    return list(cursor.fetchall())


def _connection_arguments() -> list[str]:
    """The database as command-line options of PostgreSQL's tools, without the password."""
    (_psql, *options, name), _ = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return [*options, f"--dbname={name}"]


def _run(program: str, *arguments: str, stdin: IO[bytes] | None = None) -> None:
    """Run one of PostgreSQL's tools. Raises BackupError with the first line of its error output."""
    _, variables = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and no argument from outside
            [program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, **(variables or {})},
        )  # fmt: skip
    except (FileNotFoundError, PermissionError):
        raise BackupError(
            f"{program} is not there: install postgresql-client, as new as the server or newer."
        ) from None
    with process:
        if stdin and process.stdin:
            with suppress(BrokenPipeError):  # it has ended, and its error output says why
                shutil.copyfileobj(stdin, process.stdin)
        errors = process.communicate()[1].decode(errors="replace").strip().splitlines()
    if process.returncode:
        raise BackupError(errors[0] if errors else f"{program} failed.")
