"""Preconditions of requests, as RFC 9110 evaluates them (section 13.2.2): for every response, stored or not.

What is made here has no Last-Modified: it is the sum of many rows, and the latest of their dates stands still when one
of them is withdrawn. Its validator is an ETag, weak because it is the same in every encoding (section 8.8.3.3).
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_http_date_safe

from nejtilbander.caching.policy import cache_policy

# Ranges are ignored, which section 14.2 allows: pages are small, and nothing inside has to know If-Range.
CONDITIONAL_FIELDS = (
    "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
    "HTTP_IF_RANGE",
)  # fmt: skip
# They describe a body that is not sent (section 15.4.5).
BODY_HEADERS = {
    "content-type", "content-length", "content-encoding", "content-language", "content-disposition", "last-modified",
}  # fmt: skip
Headers = list[tuple[str, str]]
_ENTITY_TAG = re.compile(r'(W/)?("[^"]*")')


def entity_tag(content: bytes) -> str:
    """The ETag of a representation whose uncompressed bytes are `content`."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'


def evaluate(fields: Mapping[str, str], etag: str, last_modified: str = "") -> HTTPStatus:
    """OK, NOT_MODIFIED or PRECONDITION_FAILED for a GET or HEAD that would otherwise be answered with 200.

    `fields` are the request's headers under their names in WSGI. `etag` and `last_modified` are the response's headers,
    "" for none.
    """
    if (if_match := fields.get("HTTP_IF_MATCH")) is not None:
        if not _matches(if_match, etag, is_strong=True):
            return HTTPStatus.PRECONDITION_FAILED
    elif _is_after(last_modified, fields.get("HTTP_IF_UNMODIFIED_SINCE", "")):
        return HTTPStatus.PRECONDITION_FAILED
    if (if_none_match := fields.get("HTTP_IF_NONE_MATCH")) is not None:
        is_known = _matches(if_none_match, etag, is_strong=False)
    else:
        is_known = _is_after(last_modified, fields.get("HTTP_IF_MODIFIED_SINCE", "")) is False
    return HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK


def _matches(header: str, etag: str, *, is_strong: bool) -> bool:
    """True when `header` is "*" or lists `etag`, by strong or by weak comparison (section 8.8.3.2)."""
    if header.strip() == "*":
        return True  # there is a representation
    if is_strong and etag.startswith("W/"):
        return False
    return any(etag.removeprefix("W/") == tag for weak, tag in _ENTITY_TAG.findall(header) if not (is_strong and weak))


def _is_after(last_modified: str, date: str) -> bool | None:
    """True when the response has changed after the request's `date`; None when either is missing or no HTTP date."""
    changed, then = (parse_http_date_safe(text) if text else None for text in (last_modified, date))
    return None if changed is None or then is None else changed > then


def headers_without_body(status: HTTPStatus, headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers of a 304 or 412 that stands for a response with `headers`. No cache keeps a 412."""
    kept = [(name, value) for name, value in headers if name.lower() not in BODY_HEADERS]
    if status == HTTPStatus.NOT_MODIFIED:
        return kept
    kept = [(name, value) for name, value in kept if name.lower() not in {"cache-control", "etag"}]
    return [*kept, ("Cache-Control", "no-store"), ("Content-Length", "0")]


class PreconditionMiddleware:
    """Sets ETag, and answers 304 or 412 in the place of 200. It comes first in MIDDLEWARE.

    The views, and the page cache, never see a precondition or a range: each of them would know a part of the rules.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        fields = {name: request.META.pop(name) for name in CONDITIONAL_FIELDS if name in request.META}
        response = self.get_response(request)
        if request.method not in {"GET", "HEAD"} or response.status_code != HTTPStatus.OK:
            return response
        _set_entity_tag(response)
        status = evaluate(fields, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
        return response if status == HTTPStatus.OK else _without_body(response, status)


def _set_entity_tag(response: HttpResponseBase) -> None:
    etag, may_be_kept = response.headers.get("ETag", ""), "no-store" not in response.headers.get("Cache-Control", "")
    if etag and not etag.startswith("W/"):
        response.headers["ETag"] = f"W/{etag}"
    elif not etag and may_be_kept and isinstance(response, HttpResponse):
        response.headers["ETag"] = entity_tag(cache_policy(response).uncompressed or response.content)


def _without_body(response: HttpResponseBase, status: HTTPStatus) -> HttpResponseBase:
    """`response`, made a 304 or 412. A file that it would have sent is closed with it."""
    headers = headers_without_body(status, response.items())
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = []
    elif isinstance(response, HttpResponse):
        response.content = b""
    response.status_code = status
    for name in list(response.headers):
        del response.headers[name]
    for name, value in headers:
        response.headers[name] = value
    return response
