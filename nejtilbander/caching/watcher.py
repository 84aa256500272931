"""Cache invalidation by polling: once a second each process reads what has changed, and marks pages stale.

That takes one query a source, whatever the number of readers. Code that writes needs no invalidation call, so none can
be forgotten: management commands, other machines and manual SQL are all noticed.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from nejtilbander.caching import memory, store
from nejtilbander.caching.models import Count
from nejtilbander.caching.snapshot import load, save
from nejtilbander.caching.store import page_store, request_counts, store_state
from nejtilbander.caching.tracking import ObjectRef

POLL_INTERVAL = 1.0  # seconds
SNAPSHOT_INTERVAL = 5.0  # seconds at least between two snapshots
COUNTS_INTERVAL = 15.0  # seconds; Prometheus asks no more often by default
States = Mapping[ObjectRef | str, tuple[object, ...]]  # of one object, or by a name of what is on every page
NO_CHANGE: set[ObjectRef] = set()
# Functions that read what visitors see and what time alone may change; apps add theirs in ready(). The state of an
# object begins with (was ever public, is gone), from the first source that has it.
sources: list[Callable[[], States]] = []
refreshers: list[Callable[[], object]] = []  # called after a change, once memory.py is empty
logger = logging.getLogger(__name__)


def current_states() -> States:
    """The state of every object, and of every name, from all sources together."""
    states: dict[ObjectRef | str, tuple[object, ...]] = {"day": (timezone.localdate(),)}
    for source in sources:
        for key, state in source().items():
            states[key] = (*states.get(key, ()), *state)
    return states


def changed_objects(previous: States, current: States) -> set[ObjectRef] | None:
    """The objects whose state differs; None for all: an object has come or gone, or what is on every page differs."""
    changed: set[ObjectRef] = set()
    for key in previous.keys() | current.keys():
        old, new = previous.get(key, ()), current.get(key, ())
        if old == new:
            continue
        if isinstance(key, str) or not old or old[:2] != new[:2]:
            return None
        changed.add(key)
    return changed


class ChangeWatcher:
    """Polls in a thread of its own, in each process that serves pages."""

    def __init__(self) -> None:
        self.process = 0
        self.states: States = {}
        self.last_change: set[ObjectRef] | None = NO_CHANGE  # found by the last poll
        self.saved_at, self.saved = time.monotonic(), dict[str, str]()
        self.flushed_at, self.flushed = time.monotonic(), dict[str, int]()

    def ensure_running(self) -> None:
        """Start the thread of this process, with the snapshot loaded. Cheap to call when it runs already."""
        if self.process != os.getpid():
            self.process = os.getpid()
            load()
            threading.Thread(target=self.run, name="change-watcher", daemon=True).start()

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
            except Exception:  # a bug must neither end the polling nor leave stale pages to be served
                logger.exception("The change watcher failed. Nothing is cached until it is mended.")
                page_store.clear()
            close_old_connections()
            time.sleep(POLL_INTERVAL)

    def poll(self) -> None:
        """Mark stale what has changed, at two polls: a page being made during the first may show the old state."""
        states = current_states()
        changed = changed_objects(self.states, states)
        if changed != NO_CHANGE or self.last_change != NO_CHANGE:
            memory.clear()
            for refresh in refreshers:
                refresh()
            for objects in (self.last_change, changed):
                if objects != NO_CHANGE:
                    store.mark_stale(objects)
            if store.evict(lambda obj: states.get(obj, ())[:2] == (True, False)):
                self.saved_at = float("-inf")  # off the disk at once, too
        self.states, self.last_change = states, changed
        self.save_snapshot()
        self.flush_counts()

    def save_snapshot(self) -> None:
        """Save the page store, if it differs from what was saved last."""
        etags = {path: page.etag for path, page in list(page_store.items())}
        if etags != self.saved and time.monotonic() - self.saved_at > SNAPSHOT_INTERVAL:
            self.saved_at, self.saved = time.monotonic(), etags
            save()

    def flush_counts(self) -> None:
        """Add what this process has counted to the totals. After an error, as of a full disk, it is added later."""
        counts = dict(request_counts)
        if counts == self.flushed or time.monotonic() - self.flushed_at < COUNTS_INTERVAL:
            return
        self.flushed_at = time.monotonic()
        with suppress(DatabaseError, InterfaceError):
            with transaction.atomic():
                Count.objects.bulk_create([Count(name=name) for name in counts], ignore_conflicts=True)
                for name, count in sorted(counts.items()):  # in one order: two processes never deadlock
                    Count.objects.filter(name=name).update(value=F("value") + count - self.flushed.get(name, 0))
            self.flushed = counts


change_watcher = ChangeWatcher()
