"""The tests' own database: a copy of that of launch day, which is made once for all the tests' processes."""

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import connection

from tests.support.live_server import environment, launch, manage


def begin() -> None:
    """From here on, Django's connection leads to a copy."""
    connection.close()
    name = connection.creation._get_test_db_name()
    if connection.vendor == "postgresql":
        name = f"tests_{uuid4().hex}"  # two runs at once on one server are strangers
        made = launch_on_postgresql()
        with server() as asked:
            asked.execute(f"CREATE DATABASE {name} TEMPLATE {made.read_text()}")
    else:
        made = launch() / "ready"
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(made.parent / "site.sqlite3")) as kept:
            kept.backup(connection.connection)
    shutil.copytree(made.parent / "keyring", settings.KEYRING_DIR, dirs_exist_ok=True)


def end() -> None:
    connection.close()
    if connection.vendor == "postgresql":
        with server() as asked:
            asked.execute(f"DROP DATABASE {connection.settings_dict['NAME']} WITH (FORCE)")


def launch_on_postgresql() -> Path:
    """The file with the name of the database of launch day; its keyring lies beside it."""
    folder = Path(os.environ["TESTS_FOLDER"]) / "postgresql"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "name").exists():
            name = f"launch_{uuid4().hex}"
            with server() as asked:
                asked.execute(f"CREATE DATABASE {name}")
            own = environment(folder, DATABASE_URL=f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}")
            manage(own, "migrate", "-v", "0")
            manage(own, "seed")
            (folder / "name").write_text(name)
    return folder / "name"


def forget_launch() -> None:
    """For whoever ends last."""
    name = Path(os.environ["TESTS_FOLDER"]) / "postgresql" / "name"
    if name.exists():
        with server() as asked:
            asked.execute(f"DROP DATABASE {name.read_text()} WITH (FORCE)")
        name.unlink()


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as asked:
        yield asked


def on_a_connection_of_its_own(act: Callable[[], Any]) -> Any:
    """What `act` returns or raises in a thread, where Django's connection is another one, outside the transaction."""
    came: list[Any] = []

    def run() -> None:
        try:
            came.append(act())
        except BaseException as error:  # noqa: BLE001 - SystemExit is one of those looked for
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return came[0]
