"""Finished pages: made once, kept whole, and handed out at the WSGI door before Django wakes.

A page is kept with the things it shows. Once a second each process asks the database what has changed (pulse.py), and
forgets the pages that show it: no reader costs a question, and every process on every machine knows within two
seconds. A page that is forgotten stays at hand for the day when it cannot be made again (docs/decisions/0012).
"""

import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from nejtilbander import shown
from nejtilbander.compression import BEST, accepted

MOST = 600  # pages in each process, about 8 MB; the oldest goes first
LARGEST = 200_000  # bytes, before it is packed
A_DAY = 86_400  # seconds a page is handed out after anybody could say that it is still right
OF_ITS_OWN = {"Content-Length", "Content-Encoding", "ETag", "Date"}  # headers made anew for each packing
ANYTHING = "*"  # the kind of a page that does not say what it shows: whatever changes, it is made again
Start = Callable[..., Any]
Environ = dict[str, Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
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


class Door:
    """The application the server calls: kept pages at once, the rest from `application`.

    `wake` is called for the rest, in whatever process that happens: it looks after the clock. Pages name their own
    address, so they are kept for the site's own (SITE_URL) alone, and no foreign host can fill the shelf.
    """

    def __init__(self, application: Application, wake: Callable[[], object]) -> None:
        self.application, self.wake = application, wake
        site = urlsplit(settings.SITE_URL)
        self.host, self.scheme, self.is_behind_proxy = site.netloc, site.scheme, settings.BEHIND_PROXY
        clock.is_open = True

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        page = None
        if method in {"GET", "HEAD"} and environ.get("HTTP_HOST") == self.host and self.is_right_scheme(environ):
            page = found(environ)
            if page is not None and is_good_enough(page):
                counts["old" if page.is_stale else "kept"] += 1
                return page.answer(environ, start_response)
            environ["nejtilbander.keep"] = True
        counts["django"] += 1
        self.wake()
        if page is not None:
            page.in_flight = True
        try:
            answer = self.application(environ, start_response)
        finally:
            if page is not None:
                page.in_flight = False
        if method == "HEAD":
            if hasattr(answer, "close"):
                answer.close()
            return []
        return answer

    def is_right_scheme(self, environ: Environ) -> bool:
        told = environ.get("HTTP_X_FORWARDED_PROTO") if self.is_behind_proxy else None
        return bool((told or environ["wsgi.url_scheme"]) == self.scheme)


def found(meta: Environ) -> Finished | None:
    """The page at this address. A question it does not know changes nothing about it; one it knows is not kept."""
    page = shelf.get(meta.get("PATH_INFO", ""))
    return None if page is None or meta.get("QUERY_STRING", "") in page.questions else page


def is_good_enough(page: Finished) -> bool:
    """Old pages too, while another is on its way, and while there is nobody to ask for a new one."""
    return not page.is_stale or ((page.in_flight or not clock.is_well) and clock.may_serve_old)


class KeepingMiddleware:
    """Keeps what the views say is alike for everyone. The outermost: what it keeps is what leaves the house."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (clock.is_open and request.META.get("nejtilbander.keep")):
            return self.get_response(request)
        known = request.META.pop("HTTP_IF_NONE_MATCH", "")  # the page is needed whole, to be kept
        number = clock.number
        with shown.noting() as things:
            response = self.get_response(request)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            page = found(request.META)
            if page is None or not clock.may_serve_old:
                return response
            counts["rescued"] += 1
            return page.response(request, known)
        # marked in reading.py, for this very request: a draft is made by the same views and is nobody else's
        if getattr(response, "alike_for", None) is not request or not is_keepable(request, response):
            return self.conditional(request, response, known)
        page = finished(response, things)
        page.is_stale = number != clock.number  # it may have been read before the change, and packed after
        keep(request.META["PATH_INFO"], page)
        counts["made"] += 1
        return page.response(request, known)

    @staticmethod
    def conditional(request: HttpRequest, response: HttpResponse, known: str) -> HttpResponse:
        """What ConditionalGetMiddleware would have said, had it been told what the browser has."""
        if known and response.status_code == HTTPStatus.OK and response.has_header("ETag"):
            request.META["HTTP_IF_NONE_MATCH"] = known
            return get_conditional_response(request, response.headers["ETag"], None, response) or response
        return response


def is_keepable(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not response.cookies
        and not request.path_info.startswith("/admin/")
        and response.headers.get("Vary", "") == "Accept-Encoding"
        and len(getattr(response, "whole", b"")) in range(1, LARGEST)  # set in compression.py
    )


def finished(response: Any, things: shown.Things) -> Finished:
    """`response` as it will be handed out, packed as small as can be.

    A page about one thing changes with that thing; a list changes with any of its kind.
    """
    kinds = {kind for kind, _ in things}
    about = getattr(response, "is_about", ANYTHING)
    alone = {kind for kind in kinds if {thing for thing in things if thing[0] == kind} == {about}}
    return Finished(
        {"br": brotli.compress(response.whole, quality=BEST), "gzip": gzip.compress(response.whole, 9, mtime=0)},
        [(name, value) for name, value in response.items() if name not in OF_ITS_OWN],
        f'W/"{hashlib.sha256(response.whole).hexdigest()[:16]}"',
        response.questions,
        frozenset(things),
        frozenset({ANYTHING} if about == ANYTHING else kinds - alone),
    )


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
