"""View decorators of the public site: allowed methods, Cache-Control, the page cache, and each view's role."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Literal

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from nejtilbander.caching.memory import cached, clear
from nejtilbander.caching.policy import cache_policy
from nejtilbander.publishing.actions import DUE_SOON, next_due, publish_due
from nejtilbander.publishing.versions import is_previewing
from nejtilbander.web.errors import error_page, method_not_allowed

View = Callable[..., HttpResponseBase]
Role = Literal["public", "staff", "list"]
NO_STORE = 0  # as max_age: no cache may keep a copy, not even the browser's
MAX_UPLOAD = 1_000_000  # bytes a visitor may send in one request, files too. Staff may send more (settings.py)
# A shared cache revalidates each second, so that changes are everywhere within two, and may serve what it has meanwhile
# (RFC 5861). No stale-if-error: nginx would take a 404 for an error too, and bring back what was deleted.
SHARED_CACHE = "s-maxage=1, stale-while-revalidate=1"
# The address is of these very bytes (RFC 8246), so no browser asks again. But what is withdrawn leaves shared caches.
UNCHANGING = f"public, max-age=31536000, immutable, {SHARED_CACHE}"


def has_role(role: Role) -> Callable[[View], View]:
    """Decorator: the view is for visitors, for staff, or for staff who may open the sealed list."""

    def decorate(view: View) -> View:
        vars(view)["role"] = role
        return view

    return decorate


def role_of(view: View | None) -> Role | None:
    """The role the view was decorated with; None when it has none, or there is no view."""
    return getattr(view, "role", None)


def public_view(
    max_age: int = 60, *, is_shared: bool | None = None, queries: Iterable[str] = ()
) -> Callable[[View], View]:
    """Decorator for a public view that answers only GET and HEAD, and sets no cookie.

    `max_age`: seconds a browser or cache may keep the response, or NO_STORE. `is_shared`: the response is the same for
    everyone, so that the page cache may store it; by default when `max_age` is not NO_STORE. `queries`: the query
    strings that make another page.
    """
    is_shared, known_queries = bool(max_age) if is_shared is None else is_shared, frozenset(queries)
    lifetime = f"public, max-age={max_age}, {SHARED_CACHE}" if max_age else "no-store"

    def decorate(view: View) -> View:
        @has_role("public")
        @csrf_exempt  # nothing to forge: the view changes nothing
        @wraps(view)
        def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method not in {"GET", "HEAD"}:
                return method_not_allowed(request, "GET, HEAD")
            seconds_left = _publish_due() if max_age and not is_previewing() else None
            response = view(request, *args, **kwargs)
            until_due = f"public, max-age={seconds_left}, {SHARED_CACHE}"
            response.headers.setdefault("Cache-Control", until_due if seconds_left else lifetime)
            response.headers.pop("Last-Modified", None)  # Django's feeds and sitemaps: see caching.preconditions
            if is_shared and not seconds_left:
                policy = cache_policy(response)
                policy.shared_for, policy.queries = request, known_queries
            return response

        return wrapper

    return decorate


def _publish_due() -> int | None:
    """Publish the scheduled versions that are due, if this process may. Returns the seconds until the next, if within a
    minute; 1 for the first minute in which another process has yet to publish one.
    """
    try:
        due = cached("due", next_due)
        left = due - timezone.now() if due else DUE_SOON
        if left > timedelta():
            return int(left.total_seconds()) + 1 if left < DUE_SOON else None
        if settings.SITE_ROLE == "public":
            return 1 if left > -DUE_SOON else None
        publish_due()
        clear()
    except DatabaseError:  # the page itself will say so, if it needs the database at all
        pass
    return None


def public_form_view(view: View) -> View:
    """Decorator for a public view that also answers POST. It is never cached, and sets no cookie.

    Without cookies another site has no login to abuse; a POST from another site is refused all the same.
    """

    @has_role("public")
    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "POST"}:
            return method_not_allowed(request, "GET, HEAD, POST")
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return error_page(
                request,
                403,
                _("Det kom ikke igennem"),
                _("Formularen blev sendt fra et andet sted. Prøv igen her fra siden."),
            )
        if request.method == "POST" and _content_length(request) > MAX_UPLOAD:
            raise RequestDataTooBig("More than a visitor may send.")
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        cache_policy(response).is_unique = True
        return response

    return wrapper


def _content_length(request: HttpRequest) -> int:
    """Content-Length in bytes; 0 when it is missing or no number, and then Django reads no body either."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() else 0
