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
from nejtilbander.caching.compression import BEST_QUALITY
from nejtilbander.caching.policy import is_admin_request
from nejtilbander.caching.store import ANY, CachedPage, lookup, put, request_counts, store_state

MAX_BODY = 200_000  # bytes, before it is packed
RECOMPUTED_HEADERS = {"Content-Length", "Content-Encoding", "ETag", "Date"}  # headers made anew for each packing


class PageCacheMiddleware:
    """Keeps what the views say is alike for everyone. The outermost: what it keeps is what leaves the house."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (store_state.is_enabled and request.META.get("nejtilbander.keep")):
            return self.get_response(request)
        known = request.META.pop("HTTP_IF_NONE_MATCH", "")  # the page is needed whole, to be kept
        number = store_state.generation
        with tracking.record_reads() as objects:
            response = self.get_response(request)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            page = lookup(request.META)
            if page is None or not store_state.may_serve_stale:
                return response
            request_counts["rescued"] += 1
            return page.to_response(request, known)
        # marked in reading.py, for this very request: a draft is made by the same views and is nobody else's
        if getattr(response, "shared_for", None) is not request or not is_cacheable(request, response):
            return self.conditional(request, response, known)
        page = build_page(response, objects)
        page.is_stale = number != store_state.generation  # it may have been read before the change, and packed after
        put(request.META["PATH_INFO"], page)
        request_counts["made"] += 1
        return page.to_response(request, known)

    @staticmethod
    def conditional(request: HttpRequest, response: HttpResponse, known: str) -> HttpResponse:
        """What ConditionalGetMiddleware would have said, had it been told what the browser has."""
        if known and response.status_code == HTTPStatus.OK and response.has_header("ETag"):
            request.META["HTTP_IF_NONE_MATCH"] = known
            return get_conditional_response(request, response.headers["ETag"], None, response) or response
        return response


def is_cacheable(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not response.cookies
        and not is_admin_request(request)
        and response.headers.get("Vary", "") == "Accept-Encoding"
        and len(getattr(response, "uncompressed", b"")) in range(1, MAX_BODY)  # set in caching/compression.py
    )


def build_page(response: Any, objects: tracking.ObjectRefs) -> CachedPage:
    """`response` as it will be handed out, packed as small as can be.

    A page about one thing changes with that thing; a list changes with any of its kind.
    """
    kinds = {kind for kind, _ in objects}
    about = getattr(response, "is_about", ANY)
    alone = {kind for kind in kinds if {obj for obj in objects if obj[0] == kind} == {about}}
    return CachedPage(
        {
            "br": brotli.compress(response.uncompressed, quality=BEST_QUALITY),
            "gzip": gzip.compress(response.uncompressed, 9, mtime=0),
        },
        [(name, value) for name, value in response.items() if name not in RECOMPUTED_HEADERS],
        f'W/"{hashlib.sha256(response.uncompressed).hexdigest()[:16]}"',
        response.queries,
        frozenset(objects),
        frozenset({ANY} if about == ANY else kinds - alone),
    )
