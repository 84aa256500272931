"""Addresses made of titles."""

import re

from nejtilbander.text.normalization import fold


def slug_of(title: str, max_length: int = 60) -> str:
    """The words of `title` in a-z and digits with hyphens between, at most `max_length` characters of whole words.

    "Åbent møde på Rådhuset" is "aabent-moede-paa-raadhuset". "" when it has no letter of ours.
    """
    words = re.findall("[a-z0-9]+", fold(title))
    slug = "-".join(words)[: max_length + 1]
    return slug if len(slug) <= max_length else slug.rpartition("-")[0] or slug[:max_length]


def numbered_slug(slug: str, number: int, max_length: int = 60) -> str:
    """`slug` itself for 1; then "slug-2" and so on, cut so that the number fits."""
    tail = f"-{number}" if number > 1 else ""
    return f"{slug[: max_length - len(tail)].rstrip('-')}{tail}"
