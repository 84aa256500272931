"""Links to this site, judged: what is at the path, and what a wrong one may have meant."""

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote

from django.conf import settings
from django.utils import timezone, translation

from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.links import choices
from nejtilbander.links.checker import NO_ANCHOR, check_internal
from nejtilbander.publishing import redirects
from nejtilbander.publishing.models import ContentModel
from nejtilbander.publishing.versions import kind_of
from nejtilbander.text.invisible import strip_invisible
from nejtilbander.web import subrequests


class Place(Enum):
    """What is where a link to this site leads."""

    PAGE = "page"
    NO_ANCHOR = "no anchor"  # the page is there, the place on it is not
    MOVED = "moved"
    DRAFT = "draft"
    PLANNED = "planned"
    WITHDRAWN = "withdrawn"
    NOWHERE = "nowhere"


class Inspected(NamedTuple):
    """`target`: where a moved page is now; `title` and `kind`: of what readers cannot see; `at`: when they will."""

    place: Place
    target: str = ""
    title: str = ""
    at: datetime | None = None
    kind: str = ""


def inspect(link: str) -> Inspected:
    """Looks up a link to this site, given from its path on, as readers would follow it now."""
    path = unquote(path_in_language(link.partition("#")[0].partition("?")[0], SOURCE)).replace("\0", "")
    error = check_internal(link)
    if error == NO_ANCHOR:
        return Inspected(Place.NO_ANCHOR)
    if not error:
        target = redirects.redirect_target(path)
        is_moved = target and not (subrequests.get_page(path) or subrequests.get_page(f"{path}/"))
        return Inspected(Place.MOVED, target=target or "") if is_moved else Inspected(Place.PAGE)
    obj = _content_at(path if path.endswith("/") else f"{path}/")
    if obj is None:
        return Inspected(Place.NOWHERE)
    if obj.is_withdrawn:
        return Inspected(Place.WITHDRAWN, title=str(obj), kind=kind_of(obj))
    place = Place.PLANNED if obj.public_from and obj.public_from > timezone.now() else Place.DRAFT
    return Inspected(place, title=str(obj), at=obj.public_from, kind=kind_of(obj))


def _content_at(path: str) -> ContentModel | None:
    """The content object with this Danish address, public or not. A query for each model: only for what is wrong."""
    with translation.override(SOURCE):
        for model in choices.linkable_models():
            for obj in model._default_manager.all():
                if obj.get_absolute_url() == path:  # type: ignore[attr-defined]
                    return obj
    return None


class Judged(NamedTuple):
    """What was typed as a link to this site. `address` is the link to write, "" for none; `sentence` is for staff."""

    address: str
    sentence: str = ""


def judge(typed: str, kinds: Collection[str]) -> Judged:
    """What the link dialog makes of `typed`: a path with or without its slashes, its language or SITE_URL.

    `kinds`: the labels of the models whose drafts the user may see. Of others the title is not told.
    """
    bare = strip_invisible(typed).strip().removeprefix(settings.SITE_URL)
    path, mark, rest = _split(f"/{bare.lstrip('/')}")
    path = path_in_language(path, SOURCE)
    if subrequests.resolve_public(path) is None and not path.endswith("/"):
        path += "/"
    address = f"{path}{mark}{rest}"
    found = inspect(address)
    title = f"„{found.title}“" if found.kind in kinds else "Siden"
    match found.place:
        case Place.PAGE:
            return Judged(address)
        case Place.NO_ANCHOR:
            return Judged(address, "Siden findes, men ikke det sted på den. Linket fører til sidens top.")
        case Place.MOVED:
            return Judged(found.target, f"Siden er flyttet. Linket fører nu til {found.target}.")
        case Place.DRAFT | Place.PLANNED:
            return Judged(address, f"{title} er ikke offentlig endnu. Udgiv den, før du udgiver teksten her.")
        case Place.WITHDRAWN:
            return Judged("", f"{title} er trukket tilbage. Vælg en anden side.")
    return Judged("", f"Der er ingen side på {path}.{choices.did_you_mean(path) or ' Søg efter den med nogle ord.'}")


def _split(link: str) -> tuple[str, str, str]:
    """The path, "?" or "#", and the rest."""
    cut = min((at for sign in "?#" if (at := link.find(sign)) >= 0), default=len(link))
    return link[:cut], link[cut : cut + 1], link[cut + 1 :]
