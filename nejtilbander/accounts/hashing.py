"""Password hashing that cannot starve the readers: one password at a time on the whole machine.

Hashing is slow by design. With SITE_ROLE=all, eight connections at the login made the report guide wait 8.6 seconds.
"""

import fcntl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

MAX_WAIT = 3.0  # seconds, where nobody but staff is kept waiting by a waiting process
# Opened before the server forks. A lock on it (POSIX) is a process's own, and goes when the process dies.
_file, _path = tempfile.mkstemp(prefix="nejtilbander-hashing-")
Path(_path).unlink()  # the lock is on the open file; no other process needs its name
_turn = threading.Lock()
_own = threading.local()  # whether this thread has the turn


class HashingBusy(Exception):
    """Another password is being hashed. It takes less than a second: the user is asked to try again."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Raises HashingBusy when the turn does not come: at once where readers would wait too, else after MAX_WAIT.

    Whoever has the turn may take it again.
    """
    if getattr(_own, "has_turn", False):
        yield
        return
    until = time.monotonic() + (0 if settings.SITE_ROLE == "all" else MAX_WAIT)
    while not _take_turn():
        if time.monotonic() >= until:
            raise HashingBusy
        time.sleep(0.02)
    _own.has_turn = True
    try:
        yield
    finally:
        _own.has_turn = False
        fcntl.lockf(_file, fcntl.LOCK_UN)
        _turn.release()


def _take_turn() -> bool:
    if not _turn.acquire(blocking=False):
        return False
    try:
        fcntl.lockf(_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process hashes
        _turn.release()
        return False
    return True


class BoundedPasswordHasher(PBKDF2PasswordHasher):
    """Django's PBKDF2, and the same hashes, one at a time."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with one_at_a_time():
            return super().encode(password, salt, iterations)
