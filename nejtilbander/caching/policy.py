"""Caching and compression hints: what views tell the middleware about a response, and which requests are left alone."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase

from nejtilbander.caching.tracking import ObjectRef


@dataclass(slots=True)
class CachePolicy:
    """Everything that views and middleware tell the page cache and the compression about one response.

    A response is stored only when `shared_for` is the very request that the middleware handles: a preview is rendered
    by the same views, for a request of its own, and is nobody else's.
    """

    shared_for: HttpRequest | None = None  # the response is the same for everyone who sends this request
    queries: frozenset[str] = frozenset()  # query strings that make another page; any other is ignored
    is_unique: bool = False  # one visitor's own: compressed fast, and its compressed form is not remembered
    depends_on_all: bool = True  # any change makes it stale: the rows read for it do not say what it shows
    about: ObjectRef | None = None  # the one object the page is about
    segments: tuple[bytes, bytes] | None = None  # its content as a shared beginning and a visitor's own rest
    uncompressed: bytes = b""  # its content before compression, set by CompressionMiddleware


def cache_policy(response: HttpResponseBase) -> CachePolicy:
    """The policy of `response`; one with the defaults until a view says otherwise."""
    policy: CachePolicy = vars(response).setdefault("cache_policy", CachePolicy())
    return policy


def is_admin_request(request: HttpRequest) -> bool:
    """True for the admin's pages: they mix secrets with typed text, and are neither cached nor compressed."""
    return request.path_info.startswith("/admin/")
