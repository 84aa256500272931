"""Where pages went, so that an old link, poster or bookmark still leads to them.

Paths are Danish, without a language. What was moved twice leads straight to where it is now, and nothing leads in
circles: a path that is used again is nobody's old one.
"""

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme

from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing.models import Redirect


def is_danish_path(path: str) -> bool:
    """Whether `path` is one of this site's, without a language, a question or a part of a page."""
    is_own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return is_own and not set(path) & set("?#") and path.split("/")[1] not in CODES


def add_redirect(old_path: str, new_path: str) -> None:
    """From now on readers of `old_path` are sent to `new_path`. Does nothing unless both are Danish paths, and two."""
    if old_path == new_path or not (is_danish_path(old_path) and is_danish_path(new_path)):
        return
    with transaction.atomic():
        flatten_chains(old_path, new_path)
        Redirect.objects.update_or_create(old_path=old_path, defaults={"new_path": new_path})


def flatten_chains(old_path: str, new_path: str) -> None:
    """Make the other rows fit a move: `new_path` is in use, and what led to `old_path` leads on. In a transaction."""
    Redirect.objects.filter(old_path=new_path).delete()
    Redirect.objects.filter(new_path=old_path).update(new_path=new_path)


def redirect_target(path: str) -> str | None:
    """The path that `path` was moved to, if it was, or if the page right above it was. One query.

    A meeting takes its sign-up page, its calendar file and its picture along: "/gammel/kalender.ics".
    """
    above, slash, last = path.rstrip("/").rpartition("/")
    tail = last + path[len(above + slash + last) :]
    found = dict(Redirect.objects.filter(old_path__in=[path, above + slash]).values_list("old_path", "new_path"))
    further = found.get(above + slash)
    return found.get(path) or (f"{further}{tail}" if further and further.endswith("/") else None)
