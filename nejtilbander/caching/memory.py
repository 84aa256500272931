"""Short-lived cache in the process's memory: rendered pages with placeholders, and rows.

Pages that are the same for everyone but for a word or two: rendering a form takes 6 ms, filling in its token 0.02 ms.
And rows that are checked again in the database where it matters. The last minute before sign-up closes is a rush.
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
from nejtilbander.caching.policy import cache_policy

MAX_ENTRIES = 128  # pages in each process, about 3 MB
PAGE_LIFETIME = 60  # seconds a rendered page is used
ROW_LIFETIME = 1.0  # seconds
_placeholder_token = secrets.token_hex(16)  # nobody can type what they cannot know
_pages: OrderedDict[Hashable, bytes] = OrderedDict()
_rows: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
Value = TypeVar("Value")


def cached(key: Hashable, find: Callable[[], Value]) -> Value:
    """The result of `find` for `key` from within the last second, else a new one. Exceptions are not cached."""
    at, value = _rows.get(key, (float("-inf"), None))
    if time.monotonic() - at > ROW_LIFETIME:
        value = find()
        put(key, value)
    return value


def cached_rows(key: Hashable, find: Callable[[], Value]) -> Value:
    """The result of `find` in the active language, from within the last second. The rows are for reading only.

    They are recorded as read by the page being made, also when another page has read them (tracking.py). Inside a
    transaction `find` is always called and nothing is cached: the rows may hold what will be rolled back.
    """
    if connection.in_atomic_block:
        return find()

    def find_and_track() -> tuple[Value, set[tracking.ObjectRef]]:
        with tracking.record_reads() as objects:
            return find(), objects

    rows, objects = cached((key, get_language()), find_and_track)
    for obj in objects:
        tracking.record(*obj)
    return rows


def peek(key: Hashable, within: float) -> Any:
    """The value cached for `key` at most `within` seconds ago, else None."""
    at, value = _rows.get(key, (float("-inf"), None))
    return value if time.monotonic() - at <= within else None


def put(key: Hashable, value: object) -> None:
    """Cache `value`, as if `cached` had found it now."""
    _put(_rows, key, (time.monotonic(), value))


def clear() -> None:
    _pages.clear()
    _rows.clear()


def _put(entries: OrderedDict[Hashable, Value], key: Hashable, value: Value) -> None:
    entries[key] = value
    entries.move_to_end(key)  # what is put again each second is not the oldest: the guide needs the notices
    if len(entries) > MAX_ENTRIES:
        entries.popitem(last=False)


def placeholder(name: str) -> str:
    """The text that stands for the filling `name` in a page rendered by `render_with_placeholders`."""
    return f"{_placeholder_token}{name}"


def render_with_placeholders(
    request: HttpRequest, key: tuple[Hashable, ...], render: Callable[[], TemplateResponse], **fillings: str
) -> HttpResponse:
    """The cached page for `key` and this path, each placeholder replaced by its filling, which must be safe in HTML.

    Placeholders are best near the end of the page: all before the first is compressed once. A query string is part of
    some of its links, so a page with one is not cached.
    """
    query = request.META.get("QUERY_STRING", "")
    page_key = (request.path, query, int(time.time()) // PAGE_LIFETIME, *key)
    body = _pages.get(page_key)
    if body is None:
        body = strip_indentation(render().render().content)
        if not query:
            _put(_pages, page_key, body)
    beginning, token, rest = body.partition(_placeholder_token.encode())
    rest = token + rest
    for name, text in fillings.items():
        rest = rest.replace(placeholder(name).encode(), text.encode())
    response = HttpResponse(beginning + rest)
    if rest:
        cache_policy(response).segments = (beginning, rest)
    return response
