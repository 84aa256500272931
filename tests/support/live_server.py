"""The real site in a process of its own: gunicorn, files on disk, as an operator would start it."""

import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.error import HTTPError

from nejtilbander.environment import verify_key
from tests.support.waiting import patience, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
SIGNING_KEY = "only-for-tests-" + "s" * 40
VERIFY_KEY = verify_key("staff", hashlib.sha256(SIGNING_KEY.encode()).hexdigest())


def free_port() -> int:
    """Below those that Linux gives to connections: such a one would be taken before the server gets there."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def environment(data: Path, **more: str) -> dict[str, str]:
    signs = more.get("SITE_ROLE", "all") in {"staff", "all"}
    return {
        **({"SIGNING_KEY": SIGNING_KEY} if signs else {"VERIFY_KEY": VERIFY_KEY}),
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-tests-" + "y" * 40,
        "DATABASE_URL": f"sqlite:///{data}/site.sqlite3",
        "STATIC_ROOT": os.environ.get("STATIC_ROOT", f"{data}/static"),
        "HTTPS": "false",
        "SIGNUP_UNCAPPED": "example.dk example.org",  # as in tests/environment.py
        "DATA_DIR": str(data),
        "INDEX_KEY": "only-for-tests-" + "i" * 40,
        "KEYRING_SECRET": "only-for-tests-" + "k" * 40,
        "ALARM_TO": "drift@example.dk",
        "STAFF_SECOND_FACTOR": "optional",
    } | more


def manage(settings: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=settings, check=True, capture_output=True)


def launch() -> Path:
    """A folder with the database and the static files of launch day: made once for all the tests' processes."""
    shared = Path(os.environ["TESTS_FOLDER"])
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "ready").exists():
            settings = environment(shared)
            manage(settings, "migrate", "-v", "0")
            shutil.copy(shared / "site.sqlite3", shared / "empty.sqlite3")
            manage(settings, "seed")
            # Whole or not at all: another process may be looking through the folder at this moment.
            manage(settings | {"STATIC_ROOT": f"{shared}/collected"}, "collectstatic", "--noinput", "-v", "0")
            (shared / "collected").rename(shared / "static")
            (shared / "ready").touch()
    return shared


def seeded(data: Path) -> None:
    """The database of launch day as a file in `data`, and its keyring."""
    shutil.copy(launch() / "site.sqlite3", data)
    shutil.copytree(launch() / "keyring", data / "keyring", dirs_exist_ok=True)


def migrated(data: Path) -> None:
    """A database in `data` with every table and no row of ours: sooner than migrating."""
    shutil.copy(launch() / "empty.sqlite3", data / "site.sqlite3")


def answers(address: str) -> int | None:
    """The status `address` answers with, or None when nobody does."""
    try:
        with urllib.request.urlopen(address, timeout=patience(2)) as response:
            return int(response.status)
    except HTTPError as refused:
        return refused.code
    except OSError:
        return None


@contextmanager
def serving(
    settings: dict[str, str],
    *options: str,
    scheme: str = "http",
    port: int = 0,
    application: str = "nejtilbander.wsgi",
    log: IO[bytes] | None = None,
) -> Iterator[str]:
    """The site, or gunicorn with another WSGI application, until the block ends. Gives its address."""
    port = port or free_port()
    command = ["nejtilbander.server"]
    if application != "nejtilbander.wsgi":
        command = ["gunicorn", application, "-c", "python:nejtilbander.server.gunicorn"]
    with tempfile.NamedTemporaryFile() as own:
        log = log or own
        server = subprocess.Popen(
            [sys.executable, "-m", *command, "-b", f"127.0.0.1:{port}", *options],
            cwd=ROOT, env=settings, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until(lambda: listening(port), "the server answers", server, Path(log.name))
            yield f"{scheme}://127.0.0.1:{port}"
        finally:
            stop(server)


@contextmanager
def working(settings: dict[str, str], log: IO[bytes] | int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    """The worker in a process of its own, until the block ends."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=settings,
        stdout=log,
        stderr=log,
    )
    try:
        yield worker
    finally:
        stop(worker)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
