"""What every readable page has in common: who may ask, how long it keeps, its title, and its languages."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from nejtilbander.caching.memory import cached, clear
from nejtilbander.publishing.actions import DUE_SOON, next_due, publish_due
from nejtilbander.publishing.versions import is_previewing
from nejtilbander.web.errors import error_page, method_not_allowed

View = Callable[..., HttpResponseBase]
NO_STORE = 0
MAX_UPLOAD = 1_000_000  # bytes; what a visitor may send at once, files too. Staff may send more (settings.py)
# A shared cache asks each second what is new, so that news is everywhere within two, and may hand out what it has while
# it asks (RFC 5861). No stale-if-error: nginx would take a 404 for an error too, and bring back what was deleted.
SHARED_CACHE = "s-maxage=1, stale-while-revalidate=1"


def public_view(
    max_age: int = 60, *, is_shared: bool | None = None, queries: Iterable[str] = ()
) -> Callable[[View], View]:
    """A view that only answers GET and HEAD, and sets no cookie.

    `max_age` is seconds a browser or cache may keep the answer; KEEP_NOTHING leaves no copy behind. `is_alike`: one
    answer for everyone, which delivery.py may hand out; by default whatever a browser may keep. `questions`: what may
    stand after "?" and make it another page.
    """
    is_shared, asked = bool(max_age) if is_shared is None else is_shared, frozenset(queries)
    lifetime = f"public, max-age={max_age}, {SHARED_CACHE}" if max_age else "no-store"

    def decorate(view: View) -> View:
        @csrf_exempt  # nothing to forge: the view changes nothing
        @wraps(view)
        def reader(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in {"GET", "HEAD"}:
                return method_not_allowed(request, "GET, HEAD")
            soon = _publish_due() if max_age and not is_previewing() else None
            response = view(request, *args, **kwargs)
            response.headers.setdefault(
                "Cache-Control", f"public, max-age={soon}, {SHARED_CACHE}" if soon else lifetime
            )
            if is_shared and not soon:
                response.shared_for, response.queries = request, asked  # type: ignore[attr-defined]
            return response

        reader.role = "public"  # type: ignore[attr-defined]
        return reader

    return decorate


def _publish_due() -> int | None:
    """Let planned texts whose moment has come take over. Seconds to the next moment, if that is within a minute."""
    try:
        due = cached("due", next_due)
        left = due - timezone.now() if due else DUE_SOON
        if left > timedelta():
            return int(left.total_seconds()) + 1 if left < DUE_SOON else None
        publish_due()
        clear()
    except DatabaseError:  # the page itself will say so, if it needs the database at all
        pass
    return None


def public_form_view(view: View) -> View:
    """A view of ours that a visitor may also send something to. No copy of it is kept, and it sets no cookie.

    Without cookies there is nothing a foreign site could borrow; still, what a foreign site sends is refused.
    """

    @csrf_exempt
    @wraps(view)
    def actor(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
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
        response.is_unique = True  # type: ignore[attr-defined]
        return response

    actor.role = "public"  # type: ignore[attr-defined]
    return actor


def _content_length(request: HttpRequest) -> int:
    """Of what is sent, in bytes. Without a length that can be read, nothing else is read either."""
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdecimal() else 0
