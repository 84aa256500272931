"""Addresses that are keys: to one person's sign-up, or to a draft. No cache and no other site may get to know them.

Told by the path alone, because redirects, 404 and 405 are often answered before any view knows: a missing slash, plain
http, a letter too many at the end.
"""

import re
from collections.abc import Iterator
from functools import cache

from django.urls import URLResolver, get_resolver

SECRET_KWARGS = {"token", "secret"}  # URL arguments that give access to one person's page or to a draft
_ARGUMENT = re.compile(rf"([^/<>^]+)/<(?:\w+:)?(?:{'|'.join(sorted(SECRET_KWARGS))})>")


def is_secret(path: str) -> bool:
    """True when something follows one of the words that secrets follow: "/min-tilmelding/...", in any language."""
    return bool(_pattern().search(path))


@cache
def _pattern() -> re.Pattern[str]:
    words = {re.escape(match[1]) for route in _routes(get_resolver()) for match in _ARGUMENT.finditer(route)}
    return re.compile(rf"/({'|'.join(sorted(words))})/+[^/]", re.IGNORECASE)


def _routes(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern)
        else:
            yield str(pattern.pattern)
