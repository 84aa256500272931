"""Tasks that readers wait for: once a second, in a thread of its own, in the worker and in each staff process.

A mail server that is silent holds up the worker's loop, and must not hold up these. Each task is safe to run in many
processes at once. Apps register their own once they are ready: this module knows no app.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

POLL_INTERVAL = 1.0  # seconds
tasks: list[Callable[[], object]] = []
logger = logging.getLogger(__name__)


class PromptTasks:
    """Runs `tasks` in a thread of each process that asks for it."""

    def __init__(self) -> None:
        self.process = 0

    def ensure_running(self) -> None:
        """Start the thread of this process. Cheap to call when it runs already."""
        if self.process != os.getpid():
            self.process = os.getpid()
            threading.Thread(target=self.run, name="prompt-tasks", daemon=True).start()

    def run(self) -> None:
        while True:
            run_once()
            close_old_connections()
            time.sleep(POLL_INTERVAL)


def run_once() -> None:
    """Run each task. One that fails is logged and does not stop the others; a database that is away is waited for."""
    for task in tasks:
        try:
            task()
        except (DatabaseError, InterfaceError):  # whoever serves or works tells
            connection.close()
        except Exception as error:  # noqa: BLE001 - the next task must still be done
            logger.error("%s failed: %s.", task.__name__, type(error).__name__)  # noqa: TRY400 - no traceback: as in worker.py


prompt_tasks = PromptTasks()


class WithPromptTasks:
    """A WSGI application that starts the thread with the first request: before it, the server may still fork."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        prompt_tasks.ensure_running()
        return self.application(environ, start_response)
