"""Error pages, in the reader's language and with the numbers to call. They run no query."""

import sqlite3
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import escape
from django.utils.log import log_response
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from nejtilbander.notices import current

MAX_DRAIN = 50_000_000  # bytes read of a request that is refused
RETRY_AFTER = 120  # seconds; restarting the database takes less


def error_page(
    request: HttpRequest, status: int, title: str, text: str, *, text_is_danish: bool = False, **context: object
) -> HttpResponse:
    """The page for `status`, in the language of the address. `context` is added to the template's. No query."""
    context |= {
        "title": title, "text": text, "text_is_danish": text_is_danish, "is_error": True,
        "notices": current.last_known(),
    }  # fmt: skip
    return TemplateResponse(request, "error.html", context, status=status).render()


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    response = error_page(
        request, 405, _("Det kan siden ikke"), _("Siden kan kun læses. Der er ikke noget at sende ind her.")
    )
    response.headers["Allow"] = allowed
    return response


def payload_too_large(request: HttpRequest) -> HttpResponse:
    """413 for staff. Reads the request to its end: a browser that is still sending ignores the response."""
    left = MAX_DRAIN
    with suppress(OSError):  # the browser is gone
        while left > 0 and (chunk := request.read(65_536)):
            left -= len(chunk)
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000
    text = (
        f"Der er ikke gemt noget. Alt i formularen må tilsammen højst fylde {limit} MB, og det her er mere. "
        "Gå tilbage i din browser: Det, du skrev, står der stadig. Kort teksten ned, eller del den over flere sider."
    )
    return error_page(request, 413, "Det er for meget på én gang", text)


def is_database_unavailable(error: Exception) -> bool:
    """True when the database did not answer or is out of order for now; False for an error in our SQL or models.

    SQLite raises OperationalError for a missing column too; its error code tells them apart.
    """
    if getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_ERROR:
        return False
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def unavailable_page(request: HttpRequest, error: Exception) -> HttpResponse:
    """503 with Retry-After. Holds the fields of a POST, ready to be sent again; they are stored nowhere else."""
    text = _("Fejlen er vores, og der er ikke gået noget tabt. Kom igen om et par minutter.")
    if request.method == "POST":
        text = _(
            "Fejlen er vores. Det, du sendte, er ikke gået tabt. Det er ikke gemt hos os, men det ligger klar på denne "
            "side. Lad siden stå åben, vent et par minutter, og send det så igen. Det gør ikke noget, hvis det bliver "
            "sendt to gange."
        )
    # The page may stand in for a sign-up form, so its title in the browser's tab says no more than the form's.
    response = error_page(
        request, 503, _("Siden har problemer lige nu"), text, is_unavailable=True, is_discreet=True,
        has_quick_exit=True,
        typed=_submitted_fields(request) if request.method == "POST" else None,
    )  # fmt: skip
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    log_response(
        "The database does not answer (%s): %s", type(error).__name__, request.path, response=response, request=request
    )
    return response


def _submitted_fields(request: HttpRequest) -> list[tuple[str, SafeString]]:
    """Name and value of each field. Line ends are escaped: compression strips the white space around them."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    return [(name, mark_safe(escape(value).replace("\n", "&#10;"))) for name, value in fields]  # noqa: S308 - escaped
