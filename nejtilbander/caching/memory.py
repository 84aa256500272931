"""What need not be made again for every visitor, kept in the process's memory for a moment.

Pages that are alike for everyone but for a word or two: rendering a form takes 6 ms, filling in its ticket 0.02 ms.
And rows whose truth is checked again where it counts. The last minute before sign-up closes is a rush.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from nejtilbander.caching import tracking
from nejtilbander.caching.compression import unindented

MOST = 128  # pages in each process, about 3 MB
MINUTE = 60  # seconds a rendered page is used
SECOND = 1.0
_blank = secrets.token_hex(16)  # nobody can type what they cannot know
_pages: OrderedDict[Hashable, bytes] = OrderedDict()
_recent: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
Kept = TypeVar("Kept")


def recently(key: Hashable, find: Callable[[], Kept]) -> Kept:
    """What `find` gave for `key` within the last second, else what it gives now. What it raises is not kept."""
    at, found = _recent.get(key, (float("-inf"), None))
    if time.monotonic() - at > SECOND:
        found = find()
        _keep(_recent, key, (time.monotonic(), found))
    return found


def rows(key: Hashable, find: Callable[[], Kept]) -> Kept:
    """Rows that readers of the active language see, as `find` gave them within the last second: for reading alone.

    The page being made shows them, whoever asked first (shown.py). Inside a transaction they are asked for anew and
    not remembered, for there rows may say what will be undone.
    """
    if connection.in_atomic_block:
        return find()

    def noted() -> tuple[Kept, tracking.Things]:
        with tracking.noting() as things:
            return find(), things

    found, things = recently((key, get_language()), noted)
    for thing in things:
        tracking.note(*thing)
    return found


def known(key: Hashable, within: float) -> Any:
    """What was found for `key` at most so many seconds ago; None when nothing was. Finds nothing itself."""
    at, found = _recent.get(key, (float("-inf"), None))
    return found if time.monotonic() - at <= within else None


def remember(key: Hashable, found: object) -> None:
    """Let `recently` give this for the next second."""
    _keep(_recent, key, (time.monotonic(), found))


def forget() -> None:
    """Begin again with nothing kept."""
    _pages.clear()
    _recent.clear()


def _keep(shelf: OrderedDict[Hashable, Any], key: Hashable, thing: object) -> None:
    shelf[key] = thing
    shelf.move_to_end(key)  # what is asked for each second is not the oldest: the guide needs the notices
    if len(shelf) > MOST:
        shelf.popitem(last=False)


def blank(name: str) -> str:
    """What stands in the rendered page where `name` is filled in."""
    return f"{_blank}{name}"


def kept(
    request: HttpRequest, key: tuple[Hashable, ...], render: Callable[[], TemplateResponse], **fillings: str
) -> HttpResponse:
    """The page for `key` and this address, with each blank filled in: best near its end. Fillings must be safe in HTML.

    A question after the address is part of some links, so such a page is not kept.
    """
    whole = (request.path, request.META.get("QUERY_STRING", ""), int(time.time()) // MINUTE, *key)
    body = _pages.get(whole)
    if body is None:
        body = unindented(render().render().content)
        if not request.META.get("QUERY_STRING"):
            _keep(_pages, whole, body)
    beginning, mark, rest = body.partition(_blank.encode())
    rest = mark + rest
    for name, text in fillings.items():
        rest = rest.replace(blank(name).encode(), text.encode())
    response = HttpResponse(beginning + rest)
    if rest:
        response.parts = (beginning, rest)  # type: ignore[attr-defined]
    return response
