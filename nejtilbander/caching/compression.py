"""How a finished page leaves the house: as few bytes as the browser accepts."""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from nejtilbander.caching.policy import is_admin_request

MIN_LENGTH = 500  # bytes; below it compression costs more than it saves
# Best costs 40 ms of CPU a page and saves 8 % over quick, so it is done once a page and kept.
BEST_QUALITY, QUICK_QUALITY, GZIP_LEVEL = 11, 5, 6
CACHE_SIZE = 64  # compressed pages remembered in each process, about 2 MB
_INDENT = re.compile(rb"\n\s+")
_TEXT = re.compile(r"^(text/|application/(json|xml|atom\+xml|ld\+json)|image/svg)")
_REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


def strip_indentation(html: bytes) -> bytes:
    """Templates are indented for people."""
    return _INDENT.sub(b"\n", html)


def accepted_encodings(header: str) -> set[str]:
    """The encodings a browser accepts, from its Accept-Encoding header (RFC 9110, section 12.5.3)."""
    parts = [part.strip().lower() for part in header.split(",")]
    return {part.split(";")[0].strip() for part in parts if part and not _REFUSED.search(part)}


@lru_cache(maxsize=CACHE_SIZE)
def compress_best(body: bytes) -> bytes:
    """`body` as small as brotli makes it. The same page is the same bytes, so it is compressed once."""
    return brotli.compress(body, quality=BEST_QUALITY)


@lru_cache(maxsize=CACHE_SIZE)
def compress_prefix(beginning: bytes) -> bytes:
    """`beginning` as small as brotli makes it, flushed to a whole byte so that a block may follow."""
    press = brotli.Compressor(quality=BEST_QUALITY)
    return press.process(beginning) + press.flush()


def append_uncompressed(rest: bytes) -> bytes:
    """`rest`, 1 to 65,536 bytes, as an uncompressed block and the end of a brotli stream (RFC 7932, section 9.2).

    The few words that differ from visitor to visitor then cost no compressing, and no secret is ever compressed.
    """
    header = (len(rest) - 1) << 3 | 1 << 19  # ISLAST 0, MNIBBLES 4, MLEN - 1, ISUNCOMPRESSED 1
    return header.to_bytes(3, "little") + rest + b"\x03"  # ISLAST, ISLASTEMPTY


class CompressionMiddleware:
    """Compresses readers' pages with brotli, or gzip where that is all the browser knows.

    Staff pages stay plain: they mix secrets with typed text, which compression could leak (BREACH).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 304:  # the same headers as the page it stands for
            patch_vary_headers(response, ["Accept-Encoding"])
            self.weaken(response)
            return response
        if not self.worthwhile(request, response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if response.headers["Content-Type"].startswith("text/html"):
            response.content = strip_indentation(response.content)
        response.uncompressed = response.content  # type: ignore[attr-defined] # for caching/middleware.py, which packs it for everyone
        encodings = accepted_encodings(request.headers.get("Accept-Encoding", ""))
        if "br" in encodings and (parts := getattr(response, "segments", None)):
            response.content = compress_prefix(parts[0]) + append_uncompressed(parts[1])
            response.headers["Content-Encoding"] = "br"
        elif "br" in encodings:
            # Only addresses of pages that exist are worth keeping; questions, wrong addresses and forms are endless.
            is_page = response.status_code == 200 and not request.META.get("QUERY_STRING")
            is_page = is_page and not getattr(response, "is_unique", False)  # set in web/decorators.py
            response.content = (
                compress_best(response.content) if is_page else brotli.compress(response.content, quality=QUICK_QUALITY)
            )
            response.headers["Content-Encoding"] = "br"
        elif "gzip" in encodings:
            response.content = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        self.weaken(response)
        return response

    @staticmethod
    def weaken(response: HttpResponse) -> None:
        """A weak ETag (RFC 9110, section 8.8.1): the same page, in other bytes."""
        if response.headers.get("ETag", "").startswith('"'):
            response.headers["ETag"] = "W/" + response.headers["ETag"]

    @staticmethod
    def worthwhile(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            not response.streaming
            and "Content-Encoding" not in response.headers
            and not is_admin_request(request)
            and len(response.content) >= MIN_LENGTH
            and bool(_TEXT.match(response.headers.get("Content-Type", "")))
        )
