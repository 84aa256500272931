"""Redirects from the old addresses of moved pages, so that old links, posters and bookmarks still work.

Paths are Danish, without a language prefix. There are neither chains nor loops: a page moved twice is redirected to
its present address in one step, and a path that is used again is no longer redirected.
"""

import unicodedata
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils.http import url_has_allowed_host_and_scheme

from nejtilbander.i18n.languages import CODES
from nejtilbander.publishing.models import Redirect

Moves = Mapping[str, "tuple[str | None, str | None]"]  # old path to where it led before, and since; None: nowhere


def is_danish_path(path: str) -> bool:
    """True when `path` is a path on this site without a language prefix, a query or a fragment."""
    is_own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return is_own and not set(path) & set("?#") and path.split("/")[1] not in CODES


def add_redirect(old_path: str, new_path: str) -> None:
    """Redirects `old_path` to `new_path` from now on. Does nothing unless they are two different Danish paths."""
    if old_path == new_path or not (is_danish_path(old_path) and is_danish_path(new_path)):
        return
    with transaction.atomic():
        flatten_chains(old_path, new_path)
        Redirect.objects.update_or_create(old_path=old_path, defaults={"new_path": new_path})


def flatten_chains(old_path: str, new_path: str) -> None:
    """Adapts the other redirects to a move: none from `new_path`, and those to `old_path` lead to `new_path`.

    Call it inside a transaction.
    """
    Redirect.objects.filter(old_path=new_path).delete()
    Redirect.objects.filter(new_path=old_path).update(new_path=new_path)


def leading_to_or_from(*paths: str) -> dict[str, str]:
    """Old path to new path of the redirects that a move between `paths` may change."""
    touched = Redirect.objects.filter(Q(old_path__in=paths) | Q(new_path__in=paths))
    return dict(touched.values_list("old_path", "new_path"))


def moves_between(before: dict[str, str], after: dict[str, str]) -> Moves:
    """What became of each redirect, from one answer of `leading_to_or_from` to the next."""
    paths = sorted(before.keys() | after.keys())
    return {path: (before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)}


def put_back(moves: Moves) -> None:
    """Undoes `moves`, but for redirects that staff have changed since. Call it inside a transaction."""
    for old_path, (was, now) in moves.items():
        present = Redirect.objects.filter(old_path=old_path)
        if present.values_list("new_path", flat=True).first() != now:
            continue
        if was is None:
            present.delete()
        else:
            Redirect.objects.update_or_create(old_path=old_path, defaults={"new_path": was})


def redirect_target(path: str) -> str | None:
    """The path that `path` has moved to, by itself or with the page right above it; None when it has not. One query.

    A moved meeting takes its sign-up page, calendar file and picture along: "/gammel/kalender.ics". The slash at the
    end may be missing: Django adds it to the addresses of this site alone, and old ones may be another's.
    """
    path = unicodedata.normalize("NFC", path)
    parent, with_slash = path.rstrip("/").rpartition("/")[0] + "/", path.rstrip("/") + "/"
    old_paths = [path, with_slash, parent]
    targets = dict(Redirect.objects.filter(old_path__in=old_paths).values_list("old_path", "new_path"))
    new_parent = targets.get(parent, "")
    below = new_parent + path.removeprefix(parent) if new_parent.endswith("/") else None
    return targets.get(path) or targets.get(with_slash) or below
