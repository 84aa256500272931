"""Compression of responses, with brotli or gzip."""

import gzip
import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from nejtilbander.caching.policy import cache_policy, is_admin_request

MIN_WEIGHT = 0.0005  # below any that can be written
MIN_LENGTH = 500  # bytes; below it compression costs more than it saves
# Best costs 40 ms of CPU a page and saves 8 % over quick, so it is done once a page and remembered.
BEST_QUALITY, QUICK_QUALITY, GZIP_LEVEL = 11, 5, 6
CACHE_SIZE = 64  # compressed pages remembered in each process, about 2 MB
_INDENT = re.compile(rb"\n\s+")
_TEXT = re.compile(r"^(text/|application/(json|xml|atom\+xml|ld\+json)|image/svg)")
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def strip_indentation(html: bytes) -> bytes:
    """`html` without the indentation of its templates, which is for people."""
    return _INDENT.sub(b"\n", html)


@lru_cache(maxsize=256)
def negotiate_encoding(header: str) -> str:
    """The encoding a browser with this Accept-Encoding likes best: "br", "gzip", or "" for none (RFC 9110, 12.5.3).

    Where it likes several equally well, the one with fewer bytes; but none that it only named by "*".
    """
    weights = _weights(header)
    others = weights.get("*", 0.0)
    named = [("br", weights.get("br", 0.0)), ("gzip", max(weights.get("gzip", 0.0), weights.get("x-gzip", 0.0)))]
    identity = weights.get("identity", weights.get("*", MIN_WEIGHT))  # acceptable unless it is excluded
    unnamed = [("br", others if "br" not in weights else 0.0), ("gzip", others if "gzip" not in weights else 0.0)]
    return max([*named, ("", identity), *unnamed], key=itemgetter(1))[0] if any(weights.values()) else ""


def _weights(header: str) -> dict[str, float]:
    """Encoding to weight, 0 to 1, from an Accept-Encoding. A weight that cannot be read is 0: in doubt, not encoded."""
    weights = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        found = _WEIGHT.fullmatch(parameters[0]) if parameters else None
        weights[name] = float(found[1]) if found else 0.0 if parameters else 1.0
    weights.pop("", None)
    return weights


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
        encoding = negotiate_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        request.META["HTTP_ACCEPT_ENCODING"] = encoding  # whatever else compresses (whitenoise) reads no weights
        response = self.get_response(request)
        if _is_compressible(request, response):
            patch_vary_headers(response, ["Accept-Encoding"])
            if response.headers["Content-Type"].startswith("text/html"):
                response.content = strip_indentation(response.content)
            cache_policy(response).uncompressed = response.content
            _compress(request, response, encoding)
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _compress(request: HttpRequest, response: HttpResponse, encoding: str) -> None:
    """Replace the content by its form in `encoding`: "br", "gzip" or ""."""
    policy = cache_policy(response)
    if encoding == "br":
        # Only pages that exist are worth remembering: query strings, wrong addresses and forms are endless.
        is_page = response.status_code == 200 and not request.META.get("QUERY_STRING") and not policy.is_unique
        if policy.segments:
            shared, own = policy.segments
            response.content = compress_prefix(shared) + append_uncompressed(own)
        elif is_page:
            response.content = compress_best(response.content)
        else:
            response.content = brotli.compress(response.content, quality=QUICK_QUALITY)
    elif encoding == "gzip":
        response.content = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
    if encoding:
        response.headers["Content-Encoding"] = encoding


def _is_compressible(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        not response.streaming
        and "Content-Encoding" not in response.headers
        and not is_admin_request(request)
        and len(response.content) >= MIN_LENGTH
        and bool(_TEXT.match(response.headers.get("Content-Type", "")))
    )
