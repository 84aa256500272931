"""Whether the links in our texts still lead somewhere.

Links to our own pages are asked of the very views that readers get, in this process. Others are asked over the net,
gently: no body is read, and a site that keeps machines out or is slow today is not called broken.
"""

import time
from typing import Any
from urllib.parse import unquote

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import escape

from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.i18n.models import Translated
from nejtilbander.links.models import CheckedLink
from nejtilbander.links.outbound import NO_ADDRESS, TIMEOUT, check_external
from nejtilbander.publishing import redirects
from nejtilbander.publishing.content_checks import find_links
from nejtilbander.web import subrequests

MAX_EXTERNAL = 200  # other sites' links a run; those checked longest ago come first
MAX_DURATION = 600  # seconds; what is left is checked the next time
MAX_LENGTH = 500  # characters of a link that can be remembered
NOT_LINKS = ("mailto:", "tel:", "#")
NO_PAGE = "siden findes ikke"
NO_ANCHOR = "siden findes, men ikke det sted på den"


def check_links(*, allow_private: bool = False, patience: float = TIMEOUT) -> list[str]:
    """Check the links in use, forget those that no longer are, and say which are broken, one line each.

    `allow_private`: also ask machines on internal networks. Our own links are all checked, of others' at most `MOST`.
    """
    places = links_in_use()
    known = {link.url: link for link in CheckedLink.objects.all()}
    CheckedLink.objects.filter(pk__in=[link.pk for url, link in known.items() if url not in places]).delete()
    links = [known.get(url) or CheckedLink(url=url) for url in places]
    outward = []
    for link in links:
        if _is_external(link.url):
            outward.append(link)
        else:
            _save_result(link, _internal_error(link.url))
    outward.sort(key=lambda link: link.checked_at.timestamp() if link.checked_at else 0)
    deadline = time.monotonic() + MAX_DURATION
    for link in outward[:MAX_EXTERNAL]:
        if time.monotonic() < deadline:
            _save_result(link, check_external(link.url, allow_private=allow_private, patience=patience))
    broken = [link for link in CheckedLink.objects.order_by("url") if link.is_broken]
    return [f"{link.url}: {link.error}. Står i: {', '.join(places[link.url])}" for link in broken]


def links_in_use() -> dict[str, list[str]]:
    """Every link that could be followed, and the texts it stands in, public or not."""
    places: dict[str, list[str]] = {}
    models: list[Any] = [model for model in apps.get_models() if issubclass(model, Translated)]
    for model in models:
        for obj in model._default_manager.order_by("pk"):
            for link in find_links(obj):
                if not link.startswith(NOT_LINKS) and len(link) <= MAX_LENGTH:
                    places.setdefault(link, []).append(f"{model._meta.verbose_name} „{obj}“")
    return places


def check_internal(link: str) -> str:
    """What is wrong with a link to a page of ours, in a few words; "" when readers get it, or are led on to one."""
    address, _, anchor = link.partition("#")
    path, _, question = address.partition("?")
    path = unquote(path)
    if "\0" in path:  # no address has one, and PostgreSQL would not even be asked
        return NO_PAGE
    page = subrequests.get_page(path, question) or (
        None if path.endswith("/") else subrequests.get_page(f"{path}/", question)
    )
    if page is None and (went_to := redirects.redirect_target(path_in_language(path, SOURCE))):
        page = subrequests.get_page(went_to, question)
    if page is None:
        return NO_PAGE
    return "" if _has_anchor(page, unquote(anchor).partition(":~:")[0]) else NO_ANCHOR


def _has_anchor(page: HttpResponse, name: str) -> bool:
    """Whether a page of ours has an element that `#name` leads to. Where a page leads on, only the browser knows."""
    if name in {"", "top"} or page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return True
    return f' id="{escape(name)}"' in page.content.decode()


def _own_path(link: str) -> str:
    """The path of a link to this very site, with or without its name; "" for any other link."""
    path = "/" if link == settings.SITE_URL else link.removeprefix(settings.SITE_URL)
    return path if path.startswith("/") and not path.startswith("//") else ""


def _is_external(link: str) -> bool:
    return not _own_path(link) and link.lower().startswith(("http://", "https://", "//"))


def _internal_error(link: str) -> str:
    path = _own_path(link)
    if not path:
        return NO_ADDRESS
    return check_internal(path)


def _save_result(link: CheckedLink, found: str) -> None:
    news = {"failures": link.failures + 1 if found else 0, "error": found, "checked_at": timezone.now()}
    CheckedLink.objects.update_or_create(url=link.url, defaults=news)
