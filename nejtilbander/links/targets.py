"""Validation of redirect targets: a page of this site, without chains or loops.

An address that is itself redirected is refused, whatever its target. So no later redirect can close a loop.
"""

import unicodedata
from urllib.parse import unquote

from django.core.exceptions import ValidationError

from nejtilbander.links import choices
from nejtilbander.publishing import redirects
from nejtilbander.text.invisible import JOINERS, strip_invisible
from nejtilbander.web import subrequests


def normalise_path(path: str) -> str:
    """`path` with a slash at the end, unless it is a file. Raises ValidationError when it is no Danish path.

    Invisible signs and spaces around it, from a paste, are left out. What browsers copy is in percent signs
    ("/bl%C3%A5/"), what they ask for is compared without: it is stored as its letters, composed (NFC).
    """
    visible = strip_invisible(unquote(path), keep_joiners=True).strip(f" {JOINERS}")
    path = unicodedata.normalize("NFC", visible)
    if not redirects.is_danish_path(path):
        raise ValidationError(
            'Skriv adressen fra den første skråstreg, uden sprog og uden "?" og "#", fx "/indsatser/klubhuse/".'
        )
    is_file = "." in path.rpartition("/")[2]
    return path if path.endswith("/") or is_file else f"{path}/"


def validate_target(path: str, back: str) -> str:
    """`path`, normalised, as a target for a redirect from `back`. Raises ValidationError."""
    path = normalise_path(path)
    if subrequests.resolve_public(path) is None:
        meant = choices.did_you_mean(path) or " Se efter, om den er skrevet rigtigt."
        raise ValidationError(f"Adressen findes ikke på siden.{meant}")
    moved_to = redirects.redirect_target(path) or ""
    next_path = moved_to or _view_redirect(path)
    if _is_under(next_path, back) or (path != back and _is_under(path, back)):
        raise ValidationError("Den adresse fører tilbage hertil. Vælg en anden.")
    if next_path:
        how = "er selv flyttet" if moved_to else "sender selv læserne videre"
        raise ValidationError(f"Den adresse {how}, til {next_path}. Skriv {next_path} i stedet.")
    return path


def validate_public_target(path: str, back: str) -> str:
    """`validate_target`, for a redirect in force at once: the target must also be public now, and not `back`."""
    path = validate_target(path, back)
    if path == back:
        raise ValidationError("Det er siden selv. Vælg en anden adresse.")
    if subrequests.get_page(path) is None:
        meant = choices.did_you_mean(path) or " Vælg en anden."
        raise ValidationError(f"Der er ingen offentlig side på den adresse.{meant}")
    return path


def _is_under(path: str, back: str) -> bool:
    """True when `path` is `back` or below it."""
    return back not in {"", "/"} and path.startswith(back)


def _view_redirect(path: str) -> str:
    """The path on this site that the view at `path` redirects to; "" when it does not."""
    page = subrequests.get_page(path)
    location = page.headers.get("Location", "") if page and page.status_code in subrequests.REDIRECTS else ""
    return location if redirects.is_danish_path(location) else ""
