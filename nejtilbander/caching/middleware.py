"""Middleware that puts finished pages into the page store."""

import gzip
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from nejtilbander.caching import tracking
from nejtilbander.caching.compression import compress_best
from nejtilbander.caching.policy import CachePolicy, cache_policy, is_admin_request
from nejtilbander.caching.preconditions import entity_tag
from nejtilbander.caching.store import ANY, CachedPage, lookup, put, request_counts, store_state
from nejtilbander.caching.tracking import ObjectRef

MAX_BODY = 200_000  # bytes, uncompressed
RECOMPUTED_HEADERS = {"Content-Length", "Content-Encoding", "ETag", "Date"}  # made anew for each encoding


class PageCacheMiddleware:
    """Stores responses that their views mark as the same for everyone (public_view).

    It comes before those that set headers: it stores the response with all of them. Preconditions are not its business.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (store_state.is_enabled and request.META.get("nejtilbander.keep")):
            return self.get_response(request)
        generation = store_state.generation
        with tracking.record_reads() as objects:
            response = self.get_response(request)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            page = lookup(request.META)
            if page is None or not store_state.may_serve_stale:
                return response
            request_counts["rescued"] += 1
            return page.to_response(request)
        if not is_cacheable(request, response):
            return response
        page = build_page(response, cache_policy(response), objects)
        page.is_stale = generation != store_state.generation  # it may have been read before the change
        put(request.META["PATH_INFO"], page)
        request_counts["made"] += 1
        return page.to_response(request)


def is_cacheable(request: HttpRequest, response: HttpResponse) -> bool:
    policy = cache_policy(response)
    return (
        policy.shared_for is request
        and response.status_code == HTTPStatus.OK
        and request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not response.cookies
        and not is_admin_request(request)
        and response.headers.get("Vary", "") == "Accept-Encoding"
        and 0 < len(policy.uncompressed) < MAX_BODY
    )


def build_page(response: HttpResponse, policy: CachePolicy, objects: set[ObjectRef]) -> CachedPage:
    """`response` as it is stored, compressed as small as can be. `objects`: the rows it was made of.

    A page about one object goes stale with that object; a list goes stale with any object of its kind.
    """
    listed = {kind for kind, pk in objects if (kind, pk) != policy.about}
    return CachedPage(
        {"br": compress_best(policy.uncompressed), "gzip": gzip.compress(policy.uncompressed, 9, mtime=0)},
        [(name, value) for name, value in response.items() if name not in RECOMPUTED_HEADERS],
        entity_tag(policy.uncompressed),
        policy.queries,
        frozenset(objects),
        frozenset({ANY} if policy.depends_on_all else listed),
    )
