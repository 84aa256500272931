"""The few words on top of every page: written by staff, or raised by what the site arranges.

Asked for once a second in each process, whatever is read. The guide and the error pages ask nothing: they show what
the process has found within the last minute.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from nejtilbander import keeping
from nejtilbander.models import Notice

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

    `when`: `about` has an address and a day of its own, and they say more than a body.
    """

    level: str
    word: Promise
    about: Any
    when: datetime | None = None


Source = Callable[[], Iterable[Said]]
sources: list[Source] = []  # apps add theirs once they are ready: this module knows no app


def standing() -> list[Said]:
    """What stands on every page now; nothing when the database does not answer."""
    if _is_rehearsal():
        return remembered()
    try:
        return keeping.recently(KEY, _find)
    except DatabaseError:
        return []


def remembered() -> list[Said]:
    """What this process has found within the last minute. Asks the database nothing."""
    at, found = keeping._recent.get(KEY, (float("-inf"), []))
    return found if time.monotonic() - at <= keeping.MINUTE else []


def _find() -> list[Said]:
    found = [Said(notice.level, WORDS[notice.level], notice) for notice in Notice.objects.shown()]
    found += [said for source in sources for said in source()]
    order = list(WORDS)
    return sorted(found, key=lambda said: order.index(said.level))[:MOST]


def _is_rehearsal() -> bool:
    """Whether a draft is being looked at: rows say there what will be undone, and nobody else may get to see it.

    Readers' pages are made outside transactions, but for the one each test runs in (as in Django's own Atomic).
    """
    return any(not block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined]
