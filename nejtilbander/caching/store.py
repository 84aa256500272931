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

from nejtilbander.caching.compression import accepted

MOST = 600  # pages in each process, about 8 MB; the oldest goes first
A_DAY = 86_400  # seconds a page is handed out after anybody could say that it is still right
ANYTHING = "*"  # the kind of a page that does not say what it shows: whatever changes, it is made again
Start = Callable[..., Any]
Environ = dict[str, Any]
Thing = tuple[str, Any]  # kind, as in "pages.page", and number


@lru_cache(maxsize=256)
def choose(header: str) -> str:
    """The packing for a browser that sends this Accept-Encoding: "br", "gzip", or "" for none."""
    known = accepted(header)
    return next((encoding for encoding in ("br", "gzip") if encoding in known), "")


@dataclass(slots=True)
class Finished:
    """One page in one language, packed twice, with what it shows: `things`, and whole `kinds` of them.

    `questions`: what may follow "?" and make it another page; whatever else does, does not.
    """

    bodies: dict[str, bytes]
    headers: list[tuple[str, str]]
    etag: str
    questions: frozenset[str] = frozenset()
    things: frozenset[Thing] = frozenset()
    kinds: frozenset[str] = frozenset()
    is_stale: bool = False
    in_flight: bool = False
    ready: dict[str, tuple[bytes, list[tuple[str, str]]]] = field(default_factory=dict)  # by packing; see `packed`

    def packed(self, header: str) -> tuple[bytes, list[tuple[str, str]]]:
        """Body and headers for a browser that sends this Accept-Encoding; those of packed ones are made once."""
        encoding = choose(header)
        if encoding in self.ready:
            return self.ready[encoding]
        body = self.bodies[encoding] if encoding else brotli.decompress(self.bodies["br"])
        headers = [*self.headers, ("ETag", self.etag), ("Content-Length", str(len(body)))]
        if encoding:
            self.ready[encoding] = body, [*headers, ("Content-Encoding", encoding)]
            return self.ready[encoding]
        return body, headers

    def answer(self, environ: Environ, start_response: Start) -> list[bytes]:
        """The page, or 304 to whoever has it (RFC 9110, section 13.1.2)."""
        if self.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            start_response("304 Not Modified", [*self.headers, ("ETag", self.etag)])
            return []
        body, headers = self.packed(environ.get("HTTP_ACCEPT_ENCODING", ""))
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def response(self, request: HttpRequest, known: str) -> HttpResponse:
        """The same as `answer`, for Django. `known`: the If-None-Match that the browser sent."""
        if self.etag in known:
            return HttpResponse(status=304, headers=dict([*self.headers, ("ETag", self.etag)]))
        body, headers = self.packed(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        return HttpResponse(body, headers=dict(headers))


class Clock:
    """What the process knows of the database: how often something was forgotten, and when it last answered."""

    def __init__(self) -> None:
        self.is_open = False  # nothing is kept until somebody hands it out
        self.number = 0
        self.is_well = True
        self.well_at = time.monotonic()  # a clock that is set must not end the day, nor make it longer

    @property
    def may_serve_old(self) -> bool:
        return time.monotonic() - self.well_at < A_DAY


shelf: OrderedDict[str, Finished] = OrderedDict()  # by path, as WSGI gives it
clock = Clock()
# In this process, since it began: who answered, and what became of pages. Passed on by pulse.py, told by probes.py.
counts = {"kept": 0, "old": 0, "django": 0, "made": 0, "rescued": 0}


def found(meta: Environ) -> Finished | None:
    """The page at this address. A question it does not know changes nothing about it; one it knows is not kept."""
    page = shelf.get(meta.get("PATH_INFO", ""))
    return None if page is None or meta.get("QUERY_STRING", "") in page.questions else page


def is_good_enough(page: Finished) -> bool:
    """Old pages too, while another is on its way, and while there is nobody to ask for a new one."""
    return not page.is_stale or ((page.in_flight or not clock.is_well) and clock.may_serve_old)


def keep(path: str, page: Finished) -> None:
    shelf[path] = page
    shelf.move_to_end(path)
    if len(shelf) > MOST:
        shelf.popitem(last=False)


def drop(is_seen: Callable[[Thing], bool]) -> None:
    """Take away the pages that show what readers must not see any more: not even an emergency brings them back."""
    for path, page in list(shelf.items()):
        if not all(is_seen(thing) for thing in page.things):
            shelf.pop(path, None)


def forget(things: set[Thing] | None = None) -> None:
    """Make pages anew at the next question: all, or those that show one of `things` or list its kind."""
    clock.number += 1
    kinds = {ANYTHING, *(kind for kind, _ in things or ())}
    for page in list(shelf.values()):
        if things is None or page.things & things or page.kinds & kinds:
            page.is_stale = True
