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
from nejtilbander.caching.compression import strip_indentation

MAX_ENTRIES = 128  # pages in each process, about 3 MB
PAGE_LIFETIME = 60  # seconds a rendered page is used
ROW_LIFETIME = 1.0
_placeholder_token = secrets.token_hex(16)  # nobody can type what they cannot know
_pages: OrderedDict[Hashable, bytes] = OrderedDict()
_rows: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
Value = TypeVar("Value")


def cached(key: Hashable, find: Callable[[], Value]) -> Value:
    """What `find` gave for `key` within the last second, else what it gives now. What it raises is not kept."""
    at, found = _rows.get(key, (float("-inf"), None))
    if time.monotonic() - at > ROW_LIFETIME:
        found = find()
        _put(_rows, key, (time.monotonic(), found))
    return found


def cached_rows(key: Hashable, find: Callable[[], Value]) -> Value:
    """Rows that readers of the active language see, as `find` gave them within the last second: for reading alone.

    The page being made shows them, whoever asked first (shown.py). Inside a transaction they are asked for anew and
    not remembered, for there rows may say what will be undone.
    """
    if connection.in_atomic_block:
        return find()

    def noted() -> tuple[Value, tracking.ObjectRefs]:
        with tracking.record_reads() as objects:
            return find(), objects

    found, objects = cached((key, get_language()), noted)
    for obj in objects:
        tracking.record(*obj)
    return found


def peek(key: Hashable, within: float) -> Any:
    """What was found for `key` at most so many seconds ago; None when nothing was. Finds nothing itself."""
    at, found = _rows.get(key, (float("-inf"), None))
    return found if time.monotonic() - at <= within else None


def put(key: Hashable, found: object) -> None:
    """Let `recently` give this for the next second."""
    _put(_rows, key, (time.monotonic(), found))


def clear() -> None:
    """Begin again with nothing kept."""
    _pages.clear()
    _rows.clear()


def _put(shelf: OrderedDict[Hashable, Any], key: Hashable, obj: object) -> None:
    shelf[key] = obj
    shelf.move_to_end(key)  # what is asked for each second is not the oldest: the guide needs the notices
    if len(shelf) > MAX_ENTRIES:
        shelf.popitem(last=False)


def placeholder(name: str) -> str:
    """What stands in the rendered page where `name` is filled in."""
    return f"{_placeholder_token}{name}"


def render_with_placeholders(
    request: HttpRequest, key: tuple[Hashable, ...], render: Callable[[], TemplateResponse], **fillings: str
) -> HttpResponse:
    """The page for `key` and this address, with each blank filled in: best near its end. Fillings must be safe in HTML.

    A question after the address is part of some links, so such a page is not kept.
    """
    whole = (request.path, request.META.get("QUERY_STRING", ""), int(time.time()) // PAGE_LIFETIME, *key)
    body = _pages.get(whole)
    if body is None:
        body = strip_indentation(render().render().content)
        if not request.META.get("QUERY_STRING"):
            _put(_pages, whole, body)
    beginning, mark, rest = body.partition(_placeholder_token.encode())
    rest = mark + rest
    for name, text in fillings.items():
        rest = rest.replace(placeholder(name).encode(), text.encode())
    response = HttpResponse(beginning + rest)
    if rest:
        response.segments = (beginning, rest)  # type: ignore[attr-defined]
    return response
