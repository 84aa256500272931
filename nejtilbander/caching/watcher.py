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
from nejtilbander.caching.store import Thing, clock, counts, shelf

EVERY = 1.0  # seconds
SAVE_EVERY = 5.0  # seconds at least; for a process that starts while the database is away
TELL_EVERY = 15.0  # seconds; Prometheus asks no more often by default
Signs = dict[Thing | str, tuple[Any, ...]]  # of one thing, or by a name of what stands on every page
NOTHING: set[Thing] = set()
# What readers see, and time may change: apps register theirs once they are ready. The first to name a thing says
# (was ever public, is gone) of it before all else.
sources: list[Callable[[], Signs]] = []
refills: list[Callable[[], object]] = []  # called after a change, when nothing is remembered any more
logger = logging.getLogger(__name__)


def signs() -> Signs:
    """All that decides what readers see, from every source."""
    found: Signs = {"day": (timezone.localdate(),)}
    for source in sources:
        for sign, state in source().items():
            found[sign] = (*found.get(sign, ()), *state)
    return found


def difference(before: Signs, after: Signs) -> set[Thing] | None:
    """The things that look different; None when the lists of things do, or what stands on every page."""
    changed = {sign for sign in before.keys() | after.keys() if before.get(sign) != after.get(sign)}
    for sign in changed:
        was, now = before.get(sign, ()), after.get(sign, ())
        if isinstance(sign, str) or not was or was[:2] != now[:2]:
            return None
    return {sign for sign in changed if not isinstance(sign, str)}


class Pulse:
    """Beats in a thread of its own in each process that hands out pages."""

    def __init__(self) -> None:
        self.process = 0
        self.seen: Signs = {}
        self.before: set[Thing] | None = NOTHING  # what was forgotten at the last beat
        self.saved_at, self.saved = time.monotonic(), dict[str, str]()
        self.told_at, self.told = time.monotonic(), dict[str, int]()

    def wake(self) -> None:
        """Begin, in whatever process this is. Cheap to call when it beats already."""
        if self.process != os.getpid():
            self.process = os.getpid()
            load()
            threading.Thread(target=self.beat, name="pulse", daemon=True).start()

    def beat(self) -> None:
        while True:
            try:
                self.look()
                clock.is_well, clock.well_at = True, time.monotonic()
            except (DatabaseError, InterfaceError) as fault:
                if clock.is_well:
                    logger.warning("The database does not answer (%s). Kept pages go on.", type(fault).__name__)
                clock.is_well = False
                connection.close()
            except Exception:  # a mistake of ours must neither end the beating nor leave readers with the old
                logger.exception("The pulse missed a beat. Nothing is kept until it is mended.")
                shelf.clear()
            close_old_connections()
            time.sleep(EVERY)

    def look(self) -> None:
        """One beat. A change is forgotten twice: a page on its way at the first beat may still hold the old."""
        now = signs()
        changed = difference(self.seen, now)
        if changed != NOTHING or self.before != NOTHING:
            memory.forget()
            for refill in refills:
                refill()
            for things in (self.before, changed):
                if things != NOTHING:
                    store.forget(things)
            store.drop(lambda thing: now.get(thing, ())[:2] == (True, False))
        self.seen, self.before = now, changed
        self.put_away()
        self.pass_on()

    def put_away(self) -> None:
        """Write what is kept to the disk, if that is something else than what was written last."""
        kept = {path: page.etag for path, page in list(shelf.items())}
        if kept != self.saved and time.monotonic() - self.saved_at > SAVE_EVERY:
            self.saved_at, self.saved = time.monotonic(), kept
            save()

    def pass_on(self) -> None:
        """Add what this process has counted to what all have. A full disk, say, is no fault: it is added later."""
        now = dict(counts)
        if now == self.told or time.monotonic() - self.told_at < TELL_EVERY:
            return
        self.told_at = time.monotonic()
        with suppress(DatabaseError, InterfaceError):
            with transaction.atomic():
                Count.objects.bulk_create([Count(name=name) for name in now], ignore_conflicts=True)
                for name in sorted(now):  # in one order, so that two processes never wait for each other
                    Count.objects.filter(name=name).update(value=F("value") + now[name] - self.told.get(name, 0))
            self.told = now


pulse = Pulse()
