"""Where staff may send readers on to: a page of this site, straight, and never in circles.

An address that itself leads on is refused, whatever it leads to. So no way that is made later can close a circle.
"""

from django.core.exceptions import ValidationError

from nejtilbander.publishing import redirects
from nejtilbander.web import subrequests


def normalise_path(path: str) -> str:
    """The path as readers' browsers ask for it: the site's own pages end with a slash. Raises ValidationError."""
    if not redirects.is_danish_path(path):
        raise ValidationError(
            'Skriv adressen fra den første skråstreg, uden sprog og uden "?" og "#", fx "/indsatser/klubhuse/".'
        )
    is_file = "." in path.rpartition("/")[2]
    return path if path.endswith("/") or is_file else f"{path}/"


def validate_target(path: str, back: str) -> str:
    """`path`, whole, as a place to send readers of `back` to. Raises ValidationError."""
    path = normalise_path(path)
    if subrequests.resolve_public(path) is None:
        raise ValidationError("Adressen findes ikke på siden. Se efter, om den er skrevet rigtigt.")
    was_moved = redirects.redirect_target(path) or ""
    further = was_moved or _onward(path)
    if _is_under(further, back) or (path != back and _is_under(path, back)):
        raise ValidationError("Den adresse fører tilbage hertil. Vælg en anden.")
    if further:
        how = "er selv flyttet" if was_moved else "sender selv læserne videre"
        raise ValidationError(f"Den adresse {how}, til {further}. Skriv {further} i stedet.")
    return path


def validate_public_target(path: str, back: str) -> str:
    """`straight`, to what readers can see now: for a way that is used at once."""
    path = validate_target(path, back)
    if path == back:
        raise ValidationError("Det er siden selv. Vælg en anden adresse.")
    if subrequests.get_page(path) is None:
        raise ValidationError("Der er ingen offentlig side på den adresse. Vælg en anden.")
    return path


def _is_under(path: str, back: str) -> bool:
    """Whether `path` is `back` or stands under it."""
    return back not in {"", "/"} and path.startswith(back)


def _onward(path: str) -> str:
    """Where on this site readers of `path` are sent, "" when they are not: the very view is asked."""
    page = subrequests.get_page(path)
    to = page.headers.get("Location", "") if page and page.status_code in subrequests.REDIRECTS else ""
    return to if redirects.is_danish_path(to) else ""
