"""Once a second: what has changed for readers? Each process asks for itself, and forgets the pages it touches.

Asking takes a question a kind, whatever the number of readers. Nothing that writes needs to know of pages, and nobody
can forget to tell: a command, a node far away, a hand in the database.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from nejtilbander.caching import memory, store
from nejtilbander.caching.models import Count
from nejtilbander.caching.snapshot import load, save
from nejtilbander.caching.store import ObjectRef, page_store, request_counts, store_state

POLL_INTERVAL = 1.0  # seconds
SNAPSHOT_INTERVAL = 5.0  # seconds at least; for a process that starts while the database is away
COUNTS_INTERVAL = 15.0  # seconds; Prometheus asks no more often by default
States = dict[ObjectRef | str, tuple[Any, ...]]  # of one thing, or by a name of what stands on every page
NO_CHANGE: set[ObjectRef] = set()
# What readers see, and time may change: apps register theirs once they are ready. The first to name a thing says
# (was ever public, is gone) of it before all else.
sources: list[Callable[[], States]] = []
refreshers: list[Callable[[], object]] = []  # called after a change, when nothing is remembered any more
logger = logging.getLogger(__name__)


def current_states() -> States:
    """All that decides what readers see, from every source."""
    found: States = {"day": (timezone.localdate(),)}
    for source in sources:
        for sign, state in source().items():
            found[sign] = (*found.get(sign, ()), *state)
    return found


def changed_objects(before: States, after: States) -> set[ObjectRef] | None:
    """The things that look different; None when the lists of things do, or what stands on every page."""
    changed = {sign for sign in before.keys() | after.keys() if before.get(sign) != after.get(sign)}
    for sign in changed:
        was, now = before.get(sign, ()), after.get(sign, ())
        if isinstance(sign, str) or not was or was[:2] != now[:2]:
            return None
    return {sign for sign in changed if not isinstance(sign, str)}


class ChangeWatcher:
    """Beats in a thread of its own in each process that hands out pages."""

    def __init__(self) -> None:
        self.process = 0
        self.states: States = {}
        self.last_change: set[ObjectRef] | None = NO_CHANGE  # what was forgotten at the last beat
        self.saved_at, self.saved = time.monotonic(), dict[str, str]()
        self.flushed_at, self.flushed = time.monotonic(), dict[str, int]()

    def ensure_running(self) -> None:
        """Begin, in whatever process this is. Cheap to call when it beats already."""
        if self.process != os.getpid():
            self.process = os.getpid()
            load()
            threading.Thread(target=self.run, name="pulse", daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                self.poll()
                store_state.is_database_up, store_state.database_seen_at = True, time.monotonic()
            except (DatabaseError, InterfaceError) as error:
                if store_state.is_database_up:
                    logger.warning("The database does not answer (%s). Kept pages go on.", type(error).__name__)
                store_state.is_database_up = False
                connection.close()
            except Exception:  # a mistake of ours must neither end the beating nor leave readers with the old
                logger.exception("The pulse missed a beat. Nothing is kept until it is mended.")
                page_store.clear()
            close_old_connections()
            time.sleep(POLL_INTERVAL)

    def poll(self) -> None:
        """One beat. A change is forgotten twice: a page on its way at the first beat may still hold the old."""
        now = current_states()
        changed = changed_objects(self.states, now)
        if changed != NO_CHANGE or self.last_change != NO_CHANGE:
            memory.clear()
            for refill in refreshers:
                refill()
            for objects in (self.last_change, changed):
                if objects != NO_CHANGE:
                    store.mark_stale(objects)
            store.evict(lambda obj: now.get(obj, ())[:2] == (True, False))
        self.states, self.last_change = now, changed
        self.save_snapshot()
        self.flush_counts()

    def save_snapshot(self) -> None:
        """Write what is kept to the disk, if that is something else than what was written last."""
        kept = {path: page.etag for path, page in list(page_store.items())}
        if kept != self.saved and time.monotonic() - self.saved_at > SNAPSHOT_INTERVAL:
            self.saved_at, self.saved = time.monotonic(), kept
            save()

    def flush_counts(self) -> None:
        """Add what this process has counted to what all have. A full disk, say, is no fault: it is added later."""
        now = dict(request_counts)
        if now == self.flushed or time.monotonic() - self.flushed_at < COUNTS_INTERVAL:
            return
        self.flushed_at = time.monotonic()
        with suppress(DatabaseError, InterfaceError):
            with transaction.atomic():
                Count.objects.bulk_create([Count(name=name) for name in now], ignore_conflicts=True)
                for name in sorted(now):  # in one order, so that two processes never wait for each other
                    Count.objects.filter(name=name).update(value=F("value") + now[name] - self.flushed.get(name, 0))
            self.flushed = now


change_watcher = ChangeWatcher()
