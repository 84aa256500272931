"""Cache invalidation by polling: while there are readers, each process asks once a second whether anything has changed.

That is one statement, which reads a summary of each table (summaries.py). When they differ from the last, what visitors
see is read in detail, and pages are marked stale. Code that writes needs no invalidation call, so none can be
forgotten: management commands, other machines and manual SQL are all noticed. A process that nobody asks for anything
rests; the first request after that waits for a poll, WAKE_TIMEOUT at most.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from nejtilbander.caching import memory, store
from nejtilbander.caching.models import Count
from nejtilbander.caching.snapshot import load, save
from nejtilbander.caching.store import page_store, request_counts, store_state
from nejtilbander.caching.summaries import Summaries, Summary
from nejtilbander.caching.tracking import ObjectRef

POLL_INTERVAL = 1.0  # seconds
WAKE_TIMEOUT = 0.2  # seconds that requests wait for the poll that one of them has begun
SNAPSHOT_INTERVAL = 5.0  # seconds at least between two snapshots
COUNTS_INTERVAL = 15.0  # seconds; Prometheus asks no more often by default
States = Mapping[ObjectRef | str, tuple[object, ...]]  # of one object, or by a name of what is on every page
NO_CHANGE: set[ObjectRef] = set()


def nothing() -> list[Summary]:
    return []


class Source(NamedTuple):
    """What visitors see of some tables, and what time alone may change. Apps add theirs to `sources` in ready().

    `states`: of each object. It begins with (was ever public, is gone), from the first source that has the object.
    `summaries`: of all that the states are made of, but for what another source summarises. `confirm` is called when
    nothing has changed.
    """

    states: Callable[[], States]
    summaries: Callable[[], list[Summary]] = nothing
    confirm: Callable[[], object] = nothing


sources: list[Source] = []
refreshers: list[Callable[[], object]] = []  # called after a change, once memory.py is empty
logger = logging.getLogger(__name__)


def current_states() -> States:
    """The state of every object, and of every name, from all sources together."""
    states: dict[ObjectRef | str, tuple[object, ...]] = {"day": (timezone.localdate(),)}
    for source in sources:
        for key, state in source.states().items():
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
        self.is_wanted = threading.Event()  # somebody has asked since the last poll began
        self.is_resting, self.has_polled, self.woken_at = True, threading.Event(), float("-inf")
        self.summaries, self.summary = Summaries(), list[object]()
        self.states: States = {}
        self.last_change: set[ObjectRef] | None = NO_CHANGE  # found by the last poll
        self.saved_at, self.saved = time.monotonic(), dict[str, str]()
        self.flushed_at, self.flushed = time.monotonic(), dict[str, int]()

    def before_request(self) -> None:
        """Call it before each request: starts the thread of this process, or wakes it, and lets no page be too old."""
        if self.is_wanted.is_set() and self.process == os.getpid() and self.has_polled.is_set():
            return  # nearly always
        self.ensure_running()
        if self.is_resting:
            self.is_resting, self.woken_at = False, time.monotonic()
            self.has_polled.clear()
        self.is_wanted.set()
        self.has_polled.wait(max(0.0, self.woken_at + WAKE_TIMEOUT - time.monotonic()))

    def ensure_running(self) -> None:
        """Start the thread of this process, with the snapshot loaded. Cheap to call when it runs already."""
        if self.process != os.getpid():
            self.process = os.getpid()
            self.is_wanted.set()
            load()
            threading.Thread(target=self.run, name="change-watcher", daemon=True).start()

    def run(self) -> None:
        while True:
            self.rest()
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
            self.has_polled.set()
            close_old_connections()
            time.sleep(POLL_INTERVAL)

    def rest(self) -> None:
        """Wait until somebody asks. Meanwhile, what is left to save and to count is saved and counted."""
        self.is_resting = not self.is_wanted.is_set()
        while not self.is_wanted.wait(None if self.is_saved else SNAPSHOT_INTERVAL):
            self.save_snapshot()
            self.flush_counts()
        self.is_wanted.clear()

    def poll(self) -> None:
        """Mark stale what has changed, at two polls: a page being made during the first may show the old state."""
        summary = [timezone.localdate(), *self.summaries.read(one for source in sources for one in source.summaries())]
        if summary != self.summary or self.last_change != NO_CHANGE:
            self.look_closely()
            self.summary = summary
        else:
            for source in sources:
                source.confirm()
        self.save_snapshot()
        self.flush_counts()

    def look_closely(self) -> None:
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

    @property
    def is_saved(self) -> bool:
        """True when the disk has the pages that are stored, and the database what was counted."""
        return request_counts == self.flushed and self.saved == self.etags()

    @staticmethod
    def etags() -> dict[str, str]:
        return {path: page.etag for path, page in list(page_store.items())}

    def save_snapshot(self) -> None:
        """Save the page store, if it differs from what was saved last."""
        etags = self.etags()
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
