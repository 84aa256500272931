"""Compression of responses, with brotli or gzip."""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from nejtilbander.caching.policy import cache_policy, is_admin_request

MIN_LENGTH = 500  # bytes; below it compression costs more than it saves
# Best costs 40 ms of CPU a page and saves 8 % over quick, so it is done once a page and remembered.
BEST_QUALITY, QUICK_QUALITY, GZIP_LEVEL = 11, 5, 6
CACHE_SIZE = 64  # compressed pages remembered in each process, about 2 MB
_INDENT = re.compile(rb"\n\s+")
_TEXT = re.compile(r"^(text/|application/(json|xml|atom\+xml|ld\+json)|image/svg)")
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


def strip_indentation(html: bytes) -> bytes:
    """`html` without the indentation of its templates, which is for people."""
    return _INDENT.sub(b"\n", html)


def accepted_encodings(header: str) -> set[str]:
    """The encodings a browser accepts, from its Accept-Encoding header (RFC 9110, section 12.5.3)."""
    parts = [part.strip().lower() for part in header.split(",")]
    return {part.split(";")[0].strip() for part in parts if part and not _REFUSED.search(part)}


@lru_cache(maxsize=CACHE_SIZE)
def compress_best(body: bytes) -> bytes:
    """`body` as small as brotli makes it, remembered: the same page is the same bytes."""
    return brotli.compress(body, quality=BEST_QUALITY)


@lru_cache(maxsize=CACHE_SIZE)
def compress_prefix(beginning: bytes) -> bytes:
    """`beginning` as small as brotli makes it, flushed to a whole byte so that a block may follow."""
    compressor = brotli.Compressor(quality=BEST_QUALITY)
    return compressor.process(beginning) + compressor.flush()


def append_uncompressed(rest: bytes) -> bytes:
    """`rest`, 1 to 65,536 bytes, as an uncompressed block and the end of a brotli stream (RFC 7932, section 9.2).

    The few words that differ from visitor to visitor then cost no compressing, and no secret is ever compressed.
    """
    header = (len(rest) - 1) << 3 | 1 << 19  # ISLAST 0, MNIBBLES 4, MLEN - 1, ISUNCOMPRESSED 1
    return header.to_bytes(3, "little") + rest + b"\x03"  # ISLAST, ISLASTEMPTY


class CompressionMiddleware:
    """Compresses public pages with brotli, or with gzip for a browser that accepts only that.

    Admin pages stay plain: they mix secrets with typed text, which compression could leak (BREACH).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 304:  # the same headers as the page it stands for
            patch_vary_headers(response, ["Accept-Encoding"])
            _weaken_etag(response)
        elif _is_compressible(request, response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if response.headers["Content-Type"].startswith("text/html"):
                response.content = strip_indentation(response.content)
            cache_policy(response).uncompressed = response.content
            _compress(request, response)
            response.headers["Content-Length"] = str(len(response.content))
            _weaken_etag(response)
        return response


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    """Replace the content by the best encoding that the browser accepts."""
    encodings, policy = accepted_encodings(request.headers.get("Accept-Encoding", "")), cache_policy(response)
    if "br" in encodings:
        # Only pages that exist are worth remembering: query strings, wrong addresses and forms are endless.
        is_page = response.status_code == 200 and not request.META.get("QUERY_STRING") and not policy.is_unique
        if policy.segments:
            shared, own = policy.segments
            response.content = compress_prefix(shared) + append_uncompressed(own)
        elif is_page:
            response.content = compress_best(response.content)
        else:
            response.content = brotli.compress(response.content, quality=QUICK_QUALITY)
        response.headers["Content-Encoding"] = "br"
    elif "gzip" in encodings:
        response.content = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"


def _weaken_etag(response: HttpResponse) -> None:
    """Make the ETag weak (RFC 9110, section 8.8.1): the same page, in other bytes."""
    if response.headers.get("ETag", "").startswith('"'):
        response.headers["ETag"] = "W/" + response.headers["ETag"]


def _is_compressible(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        not response.streaming
        and "Content-Encoding" not in response.headers
        and not is_admin_request(request)
        and len(response.content) >= MIN_LENGTH
        and bool(_TEXT.match(response.headers.get("Content-Type", "")))
    )
