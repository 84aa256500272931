"""Tasks of the staff process, in a thread beside its requests: what needs a key that the worker is not given.

Apps register their own once they are ready: this module knows no app.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import close_old_connections, connection

INTERVAL = 2.0  # seconds between rounds

tasks: list[Callable[[], object]] = []  # run in the order they were registered; each is right in two processes at once

logger = logging.getLogger(__name__)


class StaffTaskApplication:
    """The WSGI application of the staff process: starts the thread with the first request, after the server forked."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application, self.process = application, 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.process != os.getpid():
            self.process = os.getpid()
            threading.Thread(target=run_forever, name="staff-tasks", daemon=True).start()
        return self.application(environ, start_response)


def run_forever() -> None:
    while True:
        run_once()
        close_old_connections()
        time.sleep(INTERVAL)


def run_once() -> None:
    """Runs every task once. One that fails is logged, and tried again in the next round."""
    for task in tasks:
        try:
            task()
        except Exception as error:  # noqa: BLE001 - a database that is away, or a keyring: the thread must go on
            logger.error("%s failed: %s.", task.__name__, type(error).__name__)  # noqa: TRY400 - no traceback: it may hold a key
            connection.close()
