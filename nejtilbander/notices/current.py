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
from nejtilbander.publishing.versions import is_rehearsing

MOST = 2  # shown at a time: more would be read by nobody
KEY = "notices"
WORDS: dict[str, Promise] = {  # the most serious first
    Notice.Level.DANGER: gettext_lazy("Fare"),
    Notice.Level.WARNING: gettext_lazy("Advarsel"),
    Notice.Level.INFO: gettext_lazy("Oplysning"),
}


@dataclass(frozen=True)
class Said:
    """One notice. It holds no text: the template asks `about` for its title, in the language of the page.

    `when`: `about` has an address and a day of its own, and they say more than a body. `has_place`: its hour and its
    place are said too.
    """

    level: str
    word: Promise
    about: Any
    when: datetime | None = None
    has_place: bool = False


Source = Callable[[], Iterable[Said]]
sources: list[Source] = []  # apps add theirs once they are ready: this module knows no app
_drafted: ContextVar[Said | None] = ContextVar("drafted", default=None)


@contextmanager
def drafting(thing: Any) -> Iterator[None]:
    """Inside, `thing` stands first on the pages made here, if it is a notice. Nobody else sees it; nothing is kept."""
    token = _drafted.set(_said(thing) if isinstance(thing, Notice) else None)
    try:
        yield
    finally:
        _drafted.reset(token)


def standing() -> list[Said]:
    """What stands on every page now; nothing when the database does not answer."""
    if is_rehearsing():
        return _with_draft(remembered())
    try:
        return _noted(memory.recently(KEY, _find))
    except DatabaseError:
        return []


def asked() -> list[Said]:
    """What stands on every page, asked for now and remembered. Raises DatabaseError."""
    found = _find()
    memory.remember(KEY, found)
    return found


def states() -> dict[Any, tuple[Any, ...]]:
    """What stands on every page, for pulse.py: each of its pages changes with it."""
    return {"notices": tuple((said.level, said.about.pk, said.about.updated_at, said.when) for said in asked())}


def remembered() -> list[Said]:
    """What this process has found within the last minute. Asks the database nothing."""
    return _noted(memory.known(KEY, memory.MINUTE) or [])


def _find() -> list[Said]:
    found = [_said(notice) for notice in Notice.objects.public()]
    found += [said for source in sources for said in source()]
    order = list(WORDS)
    return sorted(found, key=lambda said: order.index(said.level))[:MOST]


def _said(notice: Notice) -> Said:
    return Said(notice.level, WORDS[notice.level], notice)


def _noted(found: list[Said]) -> list[Said]:
    """The page being made shows these, though it was another that read them: what is withdrawn leaves every page."""
    for said in found:
        tracking.note(said.about._meta.label_lower, said.about.pk)
    return found


def _with_draft(found: list[Said]) -> list[Said]:
    drafted = _drafted.get()
    return [drafted, *(said for said in found if said.about != drafted.about)][:MOST] if drafted else found
