"""The links of a text before it is published: a dead link to this site is an error, anything else about links a hint.

A link to a draft is an error: readers would meet a page that is not there. One to a text that is planned is a hint, so
that two new texts that lead to each other can both be published (docs/decisions/0032).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.utils import timezone

from nejtilbander.links.checker import NOT_LINKS, is_external, own_path
from nejtilbander.links.choices import did_you_mean
from nejtilbander.links.internal import Inspected, Place, inspect
from nejtilbander.links.models import CheckedLink
from nejtilbander.publishing.content_checks import Finding, TextLink, links_by_column
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.validation import with_label

_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#]|\Z)", re.IGNORECASE)


class PlacedLink(NamedTuple):
    """A link and the form field it stands in: "body_ar", or "updates-0-body_ar" in the first row of a part."""

    field: str
    link: TextLink


def links_of(obj: ContentModel) -> list[PlacedLink]:
    """The links of `obj` and its parts, in every language. The rows of a part are numbered as its form does."""
    rows = [("", obj)] + [
        (f"{name}-{number}-", row) for name in obj.part_names for number, row in enumerate(getattr(obj, name).all())
    ]
    return [PlacedLink(prefix + link.field.name, link) for prefix, row in rows for link in links_by_column(row)]


def check_links(links: list[PlacedLink], own: str) -> list[Finding]:
    """The findings on `links`, each once. `own` is the address that the object will have itself; "" without one."""
    results = {link.url: link for link in CheckedLink.objects.filter(url__in={placed.link.href for placed in links})}
    known: dict[str, Inspected] = {}
    findings = []
    for field, link in links:
        if path := own_path(link.href):
            if not _is_on(path, own):
                place = known[path] = known.get(path) or inspect(path)
                findings += [_finding(field, link, *remark) for remark in _about_page(link.href, place)]
        elif is_external(link.href):
            findings += [_finding(field, link, *remark) for remark in _about_result(link.href, results.get(link.href))]
        elif not link.href.startswith(NOT_LINKS) and "{" not in link.href and "%7B" not in link.href:
            findings += [_finding(field, link, *remark) for remark in _about_half_address(link.href)]
    return list(dict.fromkeys(findings))


def _is_on(path: str, own: str) -> bool:
    """True when `path` is `own`, or a place on it."""
    return bool(own) and path.partition("#")[0].partition("?")[0] == own


Remarks = Iterator[tuple[str, bool]]  # (what comes after the link, is it an error)


def _about_page(href: str, found: Inspected) -> Remarks:
    title = f"„{found.title}“"
    match found.place:
        case Place.NOWHERE:
            meant = did_you_mean(href) or " Vælg en anden, eller fjern linket."
            yield f"fører til {href}, og der er ingen side.{meant}", True
        case Place.DRAFT:
            yield f"fører til {title}, der ikke er offentlig endnu. Udgiv den først, eller fjern linket.", True
        case Place.WITHDRAWN:
            yield f"fører til {title}, der er trukket tilbage. Vælg en anden side, eller fjern linket.", True
        case Place.PLANNED:
            day = f"{timezone.localtime(found.at):%d.%m.%Y kl. %H.%M}"
            yield f"fører til {title}, der først bliver offentlig {day}. Indtil da er der ingen side.", False
        case Place.MOVED:
            yield f"fører til den gamle adresse {href}. Skriv {found.target} i stedet.", False
        case Place.NO_ANCHOR:
            yield f"fører til en side, der findes, men ikke til det sted på den: {href}", False


def _about_half_address(href: str) -> Remarks:
    meant = f" Mente du https://{href}?" if _DOMAIN.match(href) else did_you_mean(href)
    yield f"fører til {href}, og det er ikke en hel adresse.{meant}", True


def _about_result(href: str, result: CheckedLink | None) -> Remarks:
    if result and result.error:
        yield f"til {href} virkede ikke, da vi prøvede det: {result.error}. Se efter, om det er rigtigt.", False


def _finding(field: str, link: TextLink, sentence: str, is_error: bool) -> Finding:
    shown = f"Linket „{link.words}“ " if link.words else "Linket "
    return Finding(field, link.language, with_label(link.field, shown + sentence), is_error)


Check = Callable[[], list[Finding]]


def prepare(obj: ContentModel) -> Check:
    """Reads the links of `obj`, which may be a working copy that is rolled back later. Call what is returned then.

    So each link is looked up as readers would follow it, in the pages that they see.
    """
    links = links_of(obj)
    own = obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else ""
    return lambda: check_links(links, own)
