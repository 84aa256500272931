"""The few words on top of every page: written by staff, or raised by what the site arranges.

Asked for once a second in each process, whatever is read. The guide and the error pages ask nothing: they show what
the process has found within the last minute.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from nejtilbander.caching import memory, tracking
from nejtilbander.notices.models import Notice
from nejtilbander.publishing.versions import is_previewing

MAX_NOTICES = 2  # shown at a time: more would be read by nobody
CACHE_KEY = "notices"
LEVEL_LABELS: dict[str, Promise] = {  # the most serious first
    Notice.Level.DANGER: gettext_lazy("Fare"),
    Notice.Level.WARNING: gettext_lazy("Advarsel"),
    Notice.Level.INFO: gettext_lazy("Oplysning"),
}


@dataclass(frozen=True)
class ActiveNotice:
    """One notice. It holds no text: the template asks `about` for its title, in the language of the page.

    `when`: `about` has an address and a day of its own, and they say more than a body. `has_place`: its hour and its
    place are said too.
    """

    level: str
    label: Promise
    obj: Any
    when: datetime | None = None
    has_place: bool = False


Source = Callable[[], Iterable[ActiveNotice]]
sources: list[Source] = []  # apps add theirs once they are ready: this module knows no app
_previewed: ContextVar[ActiveNotice | None] = ContextVar("drafted", default=None)


@contextmanager
def previewing(obj: Any) -> Iterator[None]:
    """Inside, `thing` stands first on the pages made here, if it is a notice. Nobody else sees it; nothing is kept."""
    token = _previewed.set(_from_notice(obj) if isinstance(obj, Notice) else None)
    try:
        yield
    finally:
        _previewed.reset(token)


def active_notices() -> list[ActiveNotice]:
    """What stands on every page now; nothing when the database does not answer."""
    if is_previewing():
        return _with_draft(last_known())
    try:
        return _record_reads(memory.cached(CACHE_KEY, _find))
    except DatabaseError:
        return []


def refresh() -> list[ActiveNotice]:
    """What stands on every page, asked for now and remembered. Raises DatabaseError."""
    found = _find()
    memory.put(CACHE_KEY, found)
    return found


def states() -> dict[Any, tuple[Any, ...]]:
    """What stands on every page, for pulse.py: each of its pages changes with it."""
    return {"notices": tuple((said.level, said.obj.pk, said.obj.updated_at, said.when) for said in refresh())}


def last_known() -> list[ActiveNotice]:
    """What this process has found within the last minute. Asks the database nothing."""
    return _record_reads(memory.peek(CACHE_KEY, memory.PAGE_LIFETIME) or [])


def _find() -> list[ActiveNotice]:
    found = [_from_notice(notice) for notice in Notice.objects.public()]
    found += [said for source in sources for said in source()]
    order = list(LEVEL_LABELS)
    return sorted(found, key=lambda said: order.index(said.level))[:MAX_NOTICES]


def _from_notice(notice: Notice) -> ActiveNotice:
    return ActiveNotice(notice.level, LEVEL_LABELS[notice.level], notice)


def _record_reads(found: list[ActiveNotice]) -> list[ActiveNotice]:
    """The page being made shows these, though it was another that read them: what is withdrawn leaves every page."""
    for said in found:
        tracking.record(said.obj._meta.label_lower, said.obj.pk)
    return found


def _with_draft(found: list[ActiveNotice]) -> list[ActiveNotice]:
    drafted = _previewed.get()
    return [drafted, *(said for said in found if said.obj != drafted.obj)][:MAX_NOTICES] if drafted else found
