"""Checks the links that staff have just added: a task of the worker, so that they hear of a dead one within a minute.

It reads the versions saved since it last looked, and writes nothing but results: staff's process needs no right to
write any. What it misses - after a restart, or of a version that was committed late - the daily run checks.
"""

import time

from django.apps import apps

from nejtilbander.links.checker import check_one, is_checkable_external
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing import serialization
from nejtilbander.publishing.content_checks import find_links
from nejtilbander.publishing.models import Version

MAX_BEHIND = 20  # versions read after a restart
MAX_DURATION = 5.0  # seconds of a round after which no link is begun: the worker's letters wait meanwhile
TIMEOUT = 3.0  # seconds of silence


class NewLinks:
    """Remembers the newest version it has read, and the links there was no time for."""

    def __init__(self) -> None:
        self.last_pk: int | None = None
        self.waiting: list[str] = []

    def __call__(self) -> int:
        """Checks external links that have no result yet. Returns how many."""
        self.waiting = list(dict.fromkeys([*self.waiting, *self._links_of_new_versions()]))
        known = set(CheckedLink.objects.filter(url__in=self.waiting).values_list("url", flat=True))
        self.waiting = [url for url in self.waiting if url not in known]
        deadline, checked = time.monotonic() + MAX_DURATION, 0
        while self.waiting and time.monotonic() < deadline:
            check_one(self.waiting.pop(0), timeout=TIMEOUT)
            checked += 1
        return checked

    def _links_of_new_versions(self) -> list[str]:
        newest = Version.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        last = max(0, newest - MAX_BEHIND) if self.last_pk is None else self.last_pk
        self.last_pk = newest
        versions = Version.objects.filter(pk__gt=last, pk__lte=newest) if newest > last else Version.objects.none()
        return [url for version in versions for url in links_of(version) if is_checkable_external(url)]


def links_of(version: Version) -> list[str]:
    """The addresses that a version and its parts link to."""
    obj = apps.get_model(version.kind)()
    rows = [obj, *serialization.deserialize(obj, version.content)]
    return [url for row in rows for url in find_links(row)]


check_new_links = NewLinks()
check_new_links.__name__ = "check_new_links"  # type: ignore[attr-defined]  # the worker logs it
