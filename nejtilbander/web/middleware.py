"""Middleware for pages that cannot be served: 410 Gone, 503, and redirects from old addresses."""

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from nejtilbander.i18n.languages import SOURCE, path_in_language
from nejtilbander.publishing import redirects
from nejtilbander.publishing.models import Withdrawn
from nejtilbander.text import prose
from nejtilbander.web.decorators import role_of
from nejtilbander.web.errors import error_page, is_database_unavailable, unavailable_page
from nejtilbander.web.secret_addresses import is_secret


class ErrorPageMiddleware:
    """Turns `Withdrawn` into 410 Gone or a redirect, database errors into 503, and 404 at a moved address into 302."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return (response.status_code == 404 and _redirect(request)) or response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Withdrawn) and exception.to:
            return HttpResponseRedirect(path_in_language(exception.to, translation.get_language() or SOURCE))
        if isinstance(exception, Withdrawn):
            text = prose.render_facts(escape(exception.reason)) or _(
                "Siden var kun offentlig en tid, og den tid er gået."
            )
            is_danish = exception.is_fallback and bool(exception.reason)
            return error_page(request, 410, _("Siden er trukket tilbage"), text, text_is_danish=is_danish)
        if is_database_unavailable(exception) and _is_public_view(request):
            return unavailable_page(request, exception)
        return None


def _is_public_view(request: HttpRequest) -> bool:
    return role_of(getattr(request.resolver_match, "func", None)) == "public"


def _redirect(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the page's new address, in the same language. One query; none when the address holds a secret."""
    if request.method not in {"GET", "HEAD"} or is_secret(request.path):
        return None
    try:
        path = redirects.redirect_target(path_in_language(request.path, SOURCE))
    except (DatabaseError, InterfaceError):
        return None
    if path is None:
        return None
    query = request.META.get("QUERY_STRING", "")
    address = path_in_language(path, translation.get_language() or SOURCE)
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
