"""The worker's loop: sends waiting mail, and runs each registered task every 15 seconds.

Apps register their own once they are ready: this module knows no app.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from nejtilbander.background.models import Heartbeat

POLL_INTERVAL = 1.0  # seconds between looks at the queues when they are empty
TASK_INTERVAL = 15.0  # seconds between rounds of the tasks
MAX_SILENCE = timedelta(minutes=3)

T = TypeVar("T")
tasks: list[Callable[[], object]] = []  # run in the order they were registered
queues: list[Callable[[], int]] = []  # each sends a batch of mail and returns how many messages it took in hand
lateness_checks: list[Callable[[], list[str]]] = []  # each returns what is late, one sentence each

logger = logging.getLogger(__name__)


def run(*, forever: bool = True, alive: Path | None = None) -> None:
    """Runs the loop; with `forever` False until no mail is due. A database that is away is waited for.

    The file `alive` is touched each time round, with the database away too: what is old there is a loop that hangs.
    """
    next_round = 0.0
    while True:
        if alive:
            alive.touch()
        sent = 0
        try:
            if time.monotonic() >= next_round:
                run_tasks()
                next_round = time.monotonic() + TASK_INTERVAL
            sent = sum(int(_run(send) or 0) for send in queues)
        except DatabaseError as error:
            logger.warning("The database did not do as asked (%s). Trying again.", type(error).__name__)
            connection.close()
        if not forever and not sent:
            return
        if not sent:
            close_old_connections()
            time.sleep(POLL_INTERVAL)


def run_tasks() -> None:
    """Runs every task once. One that fails is logged and does not stop the others. Raises DatabaseError."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    for task in tasks:
        _run(task)


def _run(task: Callable[[], T]) -> T | None:
    """What `task` returns; None when it failed, which is logged. Raises DatabaseError."""
    try:
        return task()
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - the next task, or queue, must still be done
        logger.error("%s failed: %s.", task.__name__, type(error).__name__)  # noqa: TRY400 - no traceback: it may hold an address
        return None


def overdue() -> list[str]:
    """The work that the worker is late with, one sentence each."""
    heartbeat = Heartbeat.objects.filter(name="worker").first()
    is_silent = heartbeat is None or timezone.now() - heartbeat.at > MAX_SILENCE
    late = ["worker: not seen for a while"] if is_silent else []
    return late + [sentence for check in lateness_checks for sentence in check()]
