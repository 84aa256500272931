"""The whole database out and in, by each engine's own means, at one moment and while others write. Used by backups.py.

Sessions stay behind: a session's row is a login for whoever reads it.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) ORDER BY 1",
}
Ask = Callable[[str], list[tuple[Any, ...]]]
Content = dict[str, Any]


class BackupError(Exception):
    """It was not done, and why, in one sentence."""


def dump(to: Path) -> Content:
    """Write the database into the new file `to`. Returns what that holds. Raises Refused, or what a database raises."""
    return {"sqlite": _copy, "postgresql": _dump}[connection.vendor](to)


def load(database: IO[bytes], wanted: Content) -> None:
    """Put what `dump` wrote into the empty database, whole or not at all. Raises Refused when it is not `wanted`."""
    {"sqlite": _fill_sqlite, "postgresql": _fill_postgresql}[connection.vendor](database, wanted)


def is_empty() -> bool:
    """Whether the database has no table; its file may be missing, and is not made."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        if not file.exists():
            return True
        with closing(sqlite3.connect(file)) as there:
            return not _tables(partial(_ask, there))
    with connection.cursor() as cursor:
        return not _tables(partial(_ask, cursor))


def _copy(to: Path) -> Content:
    """On connections of its own: it waits for nobody who writes, and nobody for it."""
    file = Path(connection.settings_dict["NAME"])
    if not file.is_file():
        raise BackupError(f"There is no database {file}.")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        found = content(partial(_ask, copy))
        copy.executescript("PRAGMA secure_delete=ON; DELETE FROM django_session; PRAGMA journal_mode=DELETE;")
        if _ask(copy, "PRAGMA integrity_check") != [("ok",)]:
            raise BackupError("The copy is not whole: PRAGMA integrity_check on the site's own database will say why.")
    return _without_sessions(found)


def _dump(to: Path) -> Content:
    """By pg_dump; the rows are counted at the very moment that it sees."""
    with closing(connection.copy()) as moment:
        moment.set_autocommit(False)
        with moment.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            ((seen,),) = _ask(cursor, "SELECT pg_export_snapshot()")
            found = content(partial(_ask, cursor))
            _run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={seen}",
                "--exclude-table-data=django_session", f"--file={to}", *_connection_arguments(),
            )  # fmt: skip
    _run("pg_restore", "--list", str(to))
    return _without_sessions(found)


def _fill_sqlite(database: IO[bytes], wanted: Content) -> None:
    """Counted in memory, then written in one transaction of SQLite's own."""
    with (
        closing(sqlite3.connect(":memory:")) as copy,
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as new,
    ):
        copy.deserialize(database.read())
        _compare(content(partial(_ask, copy)), wanted)
        copy.backup(new)


def _fill_postgresql(database: IO[bytes], wanted: Content) -> None:
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", *options, *_connection_arguments(), reads=database)
    with connection.cursor() as cursor:
        _compare(content(partial(_ask, cursor)), wanted)


def _compare(found: Content, wanted: Content) -> None:
    if found != {name: wanted[name] for name in found}:
        raise BackupError("What came out is not what the backup says it holds. Do not use it; try an older one.")


def content(ask: Ask) -> Content:
    """The migrations that were run, and the number of rows in each table. Raises Refused when nothing is there."""
    tables = _tables(ask)
    if "django_migrations" not in tables:
        raise BackupError("The database is empty: there is nothing to back up.")
    rows = {name: ask(f'SELECT count(*) FROM "{name}"')[0][0] for name in tables}  # noqa: S608 - our own tables
    migrations = ask("SELECT app, name FROM django_migrations")
    return {"migrations": sorted(f"{app}.{name}" for app, name in migrations), "rows": rows}


def _without_sessions(found: Content) -> Content:
    return found | {"rows": found["rows"] | {"django_session": 0}}


def _tables(ask: Ask) -> list[str]:
    return [name for (name,) in ask(TABLES[connection.vendor])]


def _ask(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    answer = cursor.execute(sql)
    return list((answer or cursor).fetchall())  # sqlite3's own gives another; Django's gives None


def _connection_arguments() -> list[str]:
    """The database, in the words of PostgreSQL's tools; the password is not among them."""
    (_psql, *words, name), _ = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return [*words, f"--dbname={name}"]


def _run(program: str, *words: str, reads: IO[bytes] | None = None) -> None:
    """Run one of PostgreSQL's tools. Raises Refused with the first thing it says against it."""
    _, surroundings = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    try:
        run = subprocess.Popen(  # noqa: S603 - no shell, and no word of a stranger's
            [program, *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**os.environ, **(surroundings or {})},
        )  # fmt: skip
    except (FileNotFoundError, PermissionError):
        raise BackupError(
            f"{program} is not there: install postgresql-client, as new as the server or newer."
        ) from None
    with run:
        if reads and run.stdin:
            with suppress(BrokenPipeError):  # it has stopped, and says why
                shutil.copyfileobj(reads, run.stdin)
        said = run.communicate()[1].decode(errors="replace").strip().splitlines()
    if run.returncode:
        raise BackupError(said[0] if said else f"{program} failed.")
