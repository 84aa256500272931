"""Middleware that puts finished pages into the page store."""

import gzip
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from nejtilbander.caching import tracking
from nejtilbander.caching.compression import BEST
from nejtilbander.caching.store import ANYTHING, Finished, clock, counts, found, keep

LARGEST = 200_000  # bytes, before it is packed
OF_ITS_OWN = {"Content-Length", "Content-Encoding", "ETag", "Date"}  # headers made anew for each packing


class KeepingMiddleware:
    """Keeps what the views say is alike for everyone. The outermost: what it keeps is what leaves the house."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (clock.is_open and request.META.get("nejtilbander.keep")):
            return self.get_response(request)
        known = request.META.pop("HTTP_IF_NONE_MATCH", "")  # the page is needed whole, to be kept
        number = clock.number
        with tracking.noting() as things:
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


def finished(response: Any, things: tracking.Things) -> Finished:
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
