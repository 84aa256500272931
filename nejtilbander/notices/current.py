"""The notices on top of every page: written by staff, or raised by an app (a cancelled meeting).

Queried once a second in each process, however many pages are read. The guide and the error pages make no query: they
show what the process has found within the last minute.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from nejtilbander.caching import memory, tracking
from nejtilbander.caching.watcher import States
from nejtilbander.notices.models import Notice
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.versions import is_previewing

MAX_NOTICES = 2  # shown at a time: nobody would read more
CACHE_KEY = "notices"
LEVEL_LABELS: dict[str, Promise] = {  # in the order they are shown
    Notice.Level.DANGER: gettext_lazy("Fare"),
    Notice.Level.WARNING: gettext_lazy("Advarsel"),
    Notice.Level.INFO: gettext_lazy("Oplysning"),
}


@dataclass(frozen=True)
class ActiveNotice:
    """A notice as it is shown. It holds no text: the template takes the title of `obj` in the language of the page.

    `when`: show this day and a link to `obj` instead of a body. `has_place`: show its time and place too.
    """

    level: str
    label: str | Promise  # lazy
    obj: ContentModel
    when: datetime | None = None
    has_place: bool = False


Source = Callable[[], Iterable[ActiveNotice]]
sources: list[Source] = []  # each app registers its own in ready(): this module knows no app
_previewed: ContextVar[ActiveNotice | None] = ContextVar("previewed", default=None)


@contextmanager
def previewing(obj: ContentModel) -> Iterator[None]:
    """Context manager. Inside, `obj` is the first notice on pages rendered here, if it is one. Nothing is cached."""
    token = _previewed.set(_from_notice(obj) if isinstance(obj, Notice) else None)
    try:
        yield
    finally:
        _previewed.reset(token)


def active_notices() -> list[ActiveNotice]:
    """The notices to show now; [] when the database does not answer."""
    if is_previewing():
        return _with_preview(last_known())
    try:
        return _record_reads(memory.cached(CACHE_KEY, _query))
    except DatabaseError:
        return []


def refresh() -> list[ActiveNotice]:
    """Queries the notices and caches them. Raises DatabaseError."""
    notices = _query()
    memory.put(CACHE_KEY, notices)
    return notices


def confirm() -> None:
    """The notices found last are those of now: nothing has changed. What other rows have pushed out is found anew."""
    found = memory.peek(CACHE_KEY, float("inf"))
    if found is None:
        refresh()
    else:
        memory.put(CACHE_KEY, found)


def states() -> States:
    """A source of caching.watcher: every page changes with its notices."""
    return {"notices": tuple((notice.level, notice.obj.pk, notice.obj.updated_at, notice.when) for notice in refresh())}


def last_known() -> list[ActiveNotice]:
    """The notices this process has found within the last minute. Makes no query."""
    return _record_reads(memory.peek(CACHE_KEY, memory.PAGE_LIFETIME) or [])


def _query() -> list[ActiveNotice]:
    notices = [_from_notice(notice) for notice in Notice.objects.public()]
    notices += [notice for source in sources for notice in source()]
    order = list(LEVEL_LABELS)
    return sorted(notices, key=lambda notice: order.index(notice.level))[:MAX_NOTICES]


def _from_notice(notice: Notice) -> ActiveNotice:
    return ActiveNotice(notice.level, LEVEL_LABELS[notice.level], notice)


def _record_reads(notices: list[ActiveNotice]) -> list[ActiveNotice]:
    """Records cached rows as read by the page being rendered: a withdrawn notice then leaves every cached page."""
    for notice in notices:
        tracking.record(notice.obj._meta.label_lower, notice.obj.pk)
    return notices


def _with_preview(notices: list[ActiveNotice]) -> list[ActiveNotice]:
    preview = _previewed.get()
    if preview is None:
        return notices
    return [preview, *(notice for notice in notices if notice.obj != preview.obj)][:MAX_NOTICES]
