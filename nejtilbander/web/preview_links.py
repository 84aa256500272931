"""The links of a previewed page: each is made to lead to another preview, or out of the frame that shows it."""

import re
from collections.abc import Callable
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

_TAG = re.compile(r"<(?:a|form)\b[^>]*>")
_ADDRESS = re.compile(r'\b(href|action)="([^"]*)"')


class Target(NamedTuple):
    """Where a link leads instead. `leaves`: it opens in a window of its own, outside the frame."""

    url: str
    leaves: bool = False


def redirect_links(html: str, target: Callable[[str], Target | None]) -> str:
    """`html` with every link and form leading to the `target` of its address; None leaves it as it is."""

    def redirected(tag: re.Match[str]) -> str:
        address = _ADDRESS.search(tag[0])
        found = target(unescape(address[2])) if address else None
        if address is None or found is None:
            return tag[0]
        attribute = f'{address[1]}="{escape(found.url)}"' + (' target="_blank"' if found.leaves else "")
        return tag[0].replace(address[0], attribute, 1)

    return _TAG.sub(redirected, html)


def path_on_site(url: str) -> str | None:
    """The path of an address on the public site, "/hvem/"; None for another site, a phone number or "#program"."""
    own = url.removeprefix(settings.SITE_URL)
    return urlsplit(own).path if own.startswith("/") and not own.startswith("//") else None


def fragment_of(url: str) -> str:
    """ "#program" of an address that ends so; else ""."""
    _path, mark, fragment = url.partition("#")
    return mark + fragment
