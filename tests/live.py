"""The real site in a process of its own: gunicorn, files on disk, as an operator would start it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-tests-" + "y" * 40,
        "DATABASE_URL": f"sqlite:///{data}/site.sqlite3",
        "STATIC_ROOT": f"{data}/static",
        "HTTPS": "false",
    } | more


def manage(settings: dict[str, str], *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=settings, check=True, capture_output=True)


def answers(address: str, patience: float = 5) -> int | None:
    """The status `address` answers with, or None when nobody does within `patience` seconds."""
    try:
        with urllib.request.urlopen(address, timeout=patience) as response:
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
) -> Iterator[str]:
    """gunicorn with the site (or another WSGI application), until the block ends. Gives its address."""
    port = port or free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, "-c", "python:nejtilbander.gunicorn",
         "-b", f"127.0.0.1:{port}", *options],
        cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while not listening(port):
            assert server.poll() is None, "the server stopped before it answered"
            assert time.monotonic() < deadline, "the server never answered"
            time.sleep(0.05)
        yield f"{scheme}://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
