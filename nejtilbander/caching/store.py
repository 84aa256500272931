"""The page store: finished pages by path, in the process's memory, served by the WSGI wrapper ahead of Django.

A page is stored with the objects it shows. Once a second each process asks the database what has changed (watcher.py)
and marks the pages that show it as stale: readers cause no query, and every process on every machine knows within two
seconds. A stale page stays in the store for when it cannot be made again (docs/decisions/0012).
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse

from nejtilbander.caching.compression import negotiate_encoding
from nejtilbander.caching.preconditions import Headers, evaluate, headers_without_body
from nejtilbander.caching.tracking import ObjectRef

MAX_PAGES = 600  # pages in each process, about 8 MB; the oldest goes first
MAX_STALE_AGE = 86_400  # seconds a page is served after the database last confirmed it
ANY = "*"  # the kind of a page that does not say what it shows: any change makes it stale
StartResponse = Callable[..., object]
Environ = dict[str, Any]  # PEP 3333, and request.META


@dataclass(slots=True)
class CachedPage:
    """One page in one language: its compressed bodies by encoding, and its headers but those of the encoding.

    `objects` are the rows it was made of; `kinds` the labels of the models it lists. `queries` are the query strings
    that make another page; any other is ignored.
    """

    bodies: dict[str, bytes]
    headers: Headers
    etag: str
    queries: frozenset[str] = frozenset()
    objects: frozenset[ObjectRef] = frozenset()
    kinds: frozenset[str] = frozenset()
    is_stale: bool = False
    in_flight: bool = False
    encoded: dict[str, tuple[bytes, Headers]] = field(default_factory=dict)  # see `encode_for`

    def encode_for(self, header: str) -> tuple[bytes, Headers]:
        """Body and headers for a browser that sends this Accept-Encoding; those of encoded bodies are built once."""
        encoding = negotiate_encoding(header)
        if encoding in self.encoded:
            return self.encoded[encoding]
        body = self.bodies[encoding] if encoding else brotli.decompress(self.bodies["br"])
        headers = [*self.headers, ("ETag", self.etag), ("Content-Length", str(len(body)))]
        if encoding:
            self.encoded[encoding] = body, [*headers, ("Content-Encoding", encoding)]
            return self.encoded[encoding]
        return body, headers

    def respond(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        """The WSGI response: the page, or 304 or 412 as the request's preconditions say."""
        status = evaluate(environ, self.etag)
        if status != HTTPStatus.OK:
            whole = [*self.headers, ("ETag", self.etag)]
            start_response(f"{status} {status.phrase}", headers_without_body(status, whole))
            return []
        body, headers = self.encode_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def to_response(self, request: HttpRequest) -> HttpResponse:
        """The whole page, for Django."""
        body, headers = self.encode_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return HttpResponse(body, headers=dict(headers))


class StoreState:
    """The process's knowledge of the database: how many times pages were marked stale, and when it last answered."""

    def __init__(self) -> None:
        self.is_enabled = False  # nothing is stored until PageCacheApplication serves it
        self.generation = 0
        self.is_database_up = True
        self.database_seen_at = time.monotonic()  # not affected when the machine's clock is set

    @property
    def may_serve_stale(self) -> bool:
        return time.monotonic() - self.database_seen_at < MAX_STALE_AGE


page_store: OrderedDict[str, CachedPage] = OrderedDict()  # by PATH_INFO
store_state = StoreState()
# Of this process, since it started: requests by who answered, pages made, and pages served instead of an error. The
# watcher adds them to those of the other processes, and operations/metrics.py reports the sums.
request_counts = {"kept": 0, "old": 0, "django": 0, "made": 0, "rescued": 0}


def lookup(environ: Environ) -> CachedPage | None:
    """The page at this address; None when none is stored, or when its query string makes another page."""
    page = page_store.get(environ.get("PATH_INFO", ""))
    return None if page is None or environ.get("QUERY_STRING", "") in page.queries else page


def is_servable(page: CachedPage) -> bool:
    """True for a fresh page; for a stale one while a new one is being made, or while the database is down."""
    return not page.is_stale or ((page.in_flight or not store_state.is_database_up) and store_state.may_serve_stale)


def put(path: str, page: CachedPage) -> None:
    page_store[path] = page
    page_store.move_to_end(path)
    if len(page_store) > MAX_PAGES:
        page_store.popitem(last=False)


def evict(is_visible: Callable[[ObjectRef], bool]) -> bool:
    """Remove the pages that show objects readers may no longer see: they are not served in an emergency either.

    Returns True when there were any.
    """
    hidden = [path for path, page in list(page_store.items()) if not all(is_visible(obj) for obj in page.objects)]
    for path in hidden:
        page_store.pop(path, None)
    return bool(hidden)


def mark_stale(objects: set[ObjectRef] | None = None) -> None:
    """Mark pages to be made again at the next request: all, or those that show one of `objects` or list its kind."""
    store_state.generation += 1
    kinds = {ANY, *(kind for kind, _ in objects or ())}
    for page in list(page_store.values()):
        if objects is None or page.objects & objects or page.kinds & kinds:
            page.is_stale = True
