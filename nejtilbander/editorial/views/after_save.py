"""Where a change form leads once it is saved: on, if its author was on the way to another page of the admin."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

DRAFT_ID = re.compile(r"[0-9a-f-]{36}")  # a UUID, as static/js/unsaved.js makes it
COOKIE_AGE = 120  # seconds: read by the page that the redirect leads to


def redirect(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """Redirects to the path in the field "_next", when it is one of this admin, else to `default`.

    Tells static/js/drafts.js by a cookie that the draft "_draft" is saved. It is a cookie, and one for each draft,
    because the redirect may lead to any page, and other windows of the same browser are at work too.
    """
    target = request.POST.get("_next", "")
    response = HttpResponseRedirect(target if is_admin_path(target) else default)
    if DRAFT_ID.fullmatch(draft := request.POST.get("_draft", "")):
        response.set_cookie(
            f"saved_draft_{draft}", "1", max_age=COOKIE_AGE, path=reverse("admin:index"), samesite="Strict",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response


def is_admin_path(path: str) -> bool:
    """True for a path below the admin's front page, on this site, with or without a query and a fragment."""
    is_own = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.isprintable()
    return is_own and path.startswith(reverse("admin:index")) and "/.." not in path and "\\" not in path
