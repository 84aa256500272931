"""Finished pages: made once, kept whole, and handed out at the WSGI door before Django wakes.

A page is kept with the things it shows. Once a second each process asks the database what has changed (pulse.py), and
forgets the pages that show it: no reader costs a question, and every process on every machine knows within two
seconds. A page that is forgotten stays at hand for the day when it cannot be made again (docs/decisions/0012).
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse

from nejtilbander.caching.compression import accepted_encodings

MAX_PAGES = 600  # pages in each process, about 8 MB; the oldest goes first
MAX_STALE_AGE = 86_400  # seconds a page is handed out after anybody could say that it is still right
ANY = "*"  # the kind of a page that does not say what it shows: whatever changes, it is made again
StartResponse = Callable[..., Any]
Environ = dict[str, Any]
ObjectRef = tuple[str, Any]  # kind, as in "pages.page", and number


@lru_cache(maxsize=256)
def negotiate_encoding(header: str) -> str:
    """The packing for a browser that sends this Accept-Encoding: "br", "gzip", or "" for none."""
    known = accepted_encodings(header)
    return next((encoding for encoding in ("br", "gzip") if encoding in known), "")


@dataclass(slots=True)
class CachedPage:
    """One page in one language, packed twice, with what it shows: `things`, and whole `kinds` of them.

    `questions`: what may follow "?" and make it another page; whatever else does, does not.
    """

    bodies: dict[str, bytes]
    headers: list[tuple[str, str]]
    etag: str
    queries: frozenset[str] = frozenset()
    objects: frozenset[ObjectRef] = frozenset()
    kinds: frozenset[str] = frozenset()
    is_stale: bool = False
    in_flight: bool = False
    encoded: dict[str, tuple[bytes, list[tuple[str, str]]]] = field(default_factory=dict)  # see `encode_for`

    def encode_for(self, header: str) -> tuple[bytes, list[tuple[str, str]]]:
        """Body and headers for a browser that sends this Accept-Encoding; those of packed ones are made once."""
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
        """The page, or 304 to whoever has it (RFC 9110, section 13.1.2)."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", [*self.headers, ("ETag", self.etag)])
            return []
        body, headers = self.encode_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def to_response(self, request: HttpRequest, known: str) -> HttpResponse:
        """The same as `answer`, for Django. `known`: the If-None-Match that the browser sent."""
        if self.etag in known:
            return HttpResponse(status=304, headers=dict([*self.headers, ("ETag", self.etag)]))
        body, headers = self.encode_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return HttpResponse(body, headers=dict(headers))


class StoreState:
    """What the process knows of the database: how often something was forgotten, and when it last answered."""

    def __init__(self) -> None:
        self.is_enabled = False  # nothing is kept until somebody hands it out
        self.generation = 0
        self.is_database_up = True
        self.database_seen_at = time.monotonic()  # a clock that is set must not end the day, nor make it longer

    @property
    def may_serve_stale(self) -> bool:
        return time.monotonic() - self.database_seen_at < MAX_STALE_AGE


page_store: OrderedDict[str, CachedPage] = OrderedDict()  # by path, as WSGI gives it
store_state = StoreState()
# In this process, since it began: who answered, and what became of pages. Passed on by pulse.py, told by probes.py.
request_counts = {"kept": 0, "old": 0, "django": 0, "made": 0, "rescued": 0}


def lookup(meta: Environ) -> CachedPage | None:
    """The page at this address. A question it does not know changes nothing about it; one it knows is not kept."""
    page = page_store.get(meta.get("PATH_INFO", ""))
    return None if page is None or meta.get("QUERY_STRING", "") in page.queries else page


def is_servable(page: CachedPage) -> bool:
    """Old pages too, while another is on its way, and while there is nobody to ask for a new one."""
    return not page.is_stale or ((page.in_flight or not store_state.is_database_up) and store_state.may_serve_stale)


def put(path: str, page: CachedPage) -> None:
    page_store[path] = page
    page_store.move_to_end(path)
    if len(page_store) > MAX_PAGES:
        page_store.popitem(last=False)


def evict(is_seen: Callable[[ObjectRef], bool]) -> None:
    """Take away the pages that show what readers must not see any more: not even an emergency brings them back."""
    for path, page in list(page_store.items()):
        if not all(is_seen(obj) for obj in page.objects):
            page_store.pop(path, None)


def mark_stale(objects: set[ObjectRef] | None = None) -> None:
    """Make pages anew at the next question: all, or those that show one of `things` or list its kind."""
    store_state.generation += 1
    kinds = {ANY, *(kind for kind, _ in objects or ())}
    for page in list(page_store.values()):
        if objects is None or page.objects & objects or page.kinds & kinds:
            page.is_stale = True
