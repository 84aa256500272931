"""Link checker: finds the broken links in the site's texts.

Internal links are resolved by the public views in this process. External ones are requested politely: no body is read,
and a site that blocks bots or is slow today does not count as broken.
"""

import time
from collections.abc import Iterator
from urllib.parse import unquote

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import escape

from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.i18n.models import Translated
from nejtilbander.links.models import CheckedLink
from nejtilbander.links.outbound import NO_ADDRESS, check_external
from nejtilbander.publishing import redirects
from nejtilbander.publishing.content_checks import find_links
from nejtilbander.publishing.models import content_models
from nejtilbander.publishing.serialization import deserialize
from nejtilbander.publishing.versions import newest_versions
from nejtilbander.web import documents, subrequests

MAX_EXTERNAL = 200  # external links a run; those checked longest ago come first
MAX_DURATION = 600  # seconds; the rest is checked in the next run
MAX_LENGTH = 500  # characters of CheckedLink.url
NOT_LINKS = ("mailto:", "tel:", "#")
NO_PAGE = "siden findes ikke"
NO_DOCUMENT = "dokumentet står ikke på nogen offentlig side"
NO_ANCHOR = "siden findes, men ikke det sted på den"


def check_links(*, allow_private: bool = False) -> list[str]:
    """Checks the links in use and deletes the results of others. Returns the broken ones, one line each.

    Every internal link is checked, and at most MAX_EXTERNAL others. `allow_private`: also request links to internal
    networks.
    """
    places = links_in_use()
    stored = {link.url: link for link in CheckedLink.objects.all()}
    CheckedLink.objects.filter(pk__in=[link.pk for url, link in stored.items() if url not in places]).delete()
    external = []
    for link in [stored.get(url) or CheckedLink(url=url) for url in places]:
        if is_external(link.url):
            external.append(link)
        else:
            _save_result(link, _internal_error(link.url))
    external.sort(key=lambda link: link.checked_at.timestamp() if link.checked_at else 0)
    deadline = time.monotonic() + MAX_DURATION
    for link in external[:MAX_EXTERNAL]:
        if time.monotonic() < deadline:
            _save_result(link, check_external(link.url, allow_private=allow_private))
    broken = [link for link in CheckedLink.objects.order_by("url") if link.is_broken]
    return [f"{link.url}: {link.error}. Står i: {', '.join(places[link.url])}" for link in broken]


def links_in_use() -> dict[str, list[str]]:
    """Each link that can be checked, with the names of the objects it stands in, public or not."""
    places: dict[str, list[str]] = {}
    for name, row in _all_rows():
        for link in find_links(row):
            if not link.startswith(NOT_LINKS) and len(link) <= MAX_LENGTH and name not in places.setdefault(link, []):
                places[link].append(name)
    return places


def _all_rows() -> Iterator[tuple[str, Translated]]:
    """Each row as readers see it, then each working copy of what is not deleted, all with a name for staff."""
    present = set()
    for model in [model for model in apps.get_models() if issubclass(model, Translated)]:
        for row in model._default_manager.order_by("pk"):
            present.add((model._meta.label_lower, row.pk))
            yield f"{model._meta.verbose_name} „{row}“", row
    copies = newest_versions(model._meta.label_lower for model in content_models())
    for version in (version for version in copies if (version.kind, version.object_id) in present):
        copy = apps.get_model(version.kind)()
        for row in (copy, *deserialize(copy, version.content)):
            yield f"{copy._meta.verbose_name} „{version.title}“", row


def check_internal(link: str) -> str:
    """Returns the error of a link to this site, given from its path on, in a few words; "" when it leads to a page."""
    address, _, fragment = link.partition("#")
    path, _, query = address.partition("?")
    path = unquote(path)
    if "\0" in path:  # no address has one, and PostgreSQL cannot be queried for it
        return NO_PAGE
    if document := documents.PATH.fullmatch(path):
        return "" if documents.is_public(document[1]) else NO_DOCUMENT
    page = subrequests.get_page(path, query)
    if page is None and not path.endswith("/"):
        page = subrequests.get_page(f"{path}/", query)
    if page is None and (target := redirects.redirect_target(path_in_language(path, SOURCE))):
        page = subrequests.get_page(target, query)
    if page is None:
        return NO_PAGE
    return "" if _has_anchor(page, unquote(fragment).partition(":~:")[0]) else NO_ANCHOR


def _has_anchor(page: HttpResponse, name: str) -> bool:
    """True when `page` has an element with the id `name`, and for a redirect, which only the browser follows."""
    if name in {"", "top"} or page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return True
    return f' id="{escape(name)}"' in page.content.decode()


def check_one(url: str, *, timeout: float) -> None:
    """Checks an external link that has no result yet."""
    _save_result(CheckedLink(url=url), check_external(url, timeout=timeout))


def is_checkable_external(link: str) -> bool:
    return is_external(link) and len(link) <= MAX_LENGTH


def own_path(link: str) -> str:
    """A link to this site from its path on, with or without SITE_URL in front; "" for any other link."""
    path = "/" if link == settings.SITE_URL else link.removeprefix(settings.SITE_URL)
    return path if path.startswith("/") and not path.startswith("//") else ""


def is_external(link: str) -> bool:
    """True for a whole address on another site."""
    return not own_path(link) and link.lower().startswith(("http://", "https://", "//"))


def _internal_error(link: str) -> str:
    path = own_path(link)
    return check_internal(path) if path else NO_ADDRESS


def _save_result(link: CheckedLink, error: str) -> None:
    result = {"failures": link.failures + 1 if error else 0, "error": error, "checked_at": timezone.now()}
    CheckedLink.objects.update_or_create(url=link.url, defaults=result)
