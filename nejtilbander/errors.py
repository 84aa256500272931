"""When the page asked for cannot be given: one calm page, with the numbers that help."""

from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _

from nejtilbander import moved, notices
from nejtilbander.languages import SOURCE, in_language
from nejtilbander.publishing import Withdrawn

SECRETS = {"token", "secret"}  # parts of an address that open what is somebody's own


def error_page(
    request: HttpRequest, status: int, title: str, text: str, *, text_is_danish: bool = False
) -> HttpResponse:
    """The page for `status`, in the language of the address. Asks the database nothing."""
    context = {
        "title": title, "text": text, "text_is_danish": text_is_danish, "is_error": True,
        "notices": notices.remembered(),
    }  # fmt: skip
    return TemplateResponse(request, "error.html", context, status=status).render()


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    response = error_page(
        request, 405, _("Det kan siden ikke"), _("Siden kan kun læses. Der er ikke noget at sende ind her.")
    )
    response.headers["Allow"] = allowed
    return response


class ErrorPageMiddleware:
    """Turns a withdrawn page into 410 Gone with the public reason, and leads on from an address that was moved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return (response.status_code == 404 and _where_it_went(request)) or response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Withdrawn) and exception.to:
            return HttpResponseRedirect(in_language(exception.to, translation.get_language() or SOURCE))
        if isinstance(exception, Withdrawn):
            text = exception.reason or _("Siden var kun offentlig en tid, og den tid er gået.")
            is_danish = exception.is_borrowed and bool(exception.reason)
            return error_page(request, 410, _("Siden er trukket tilbage"), text, text_is_danish=is_danish)
        return None


def _where_it_went(request: HttpRequest) -> HttpResponse | None:
    """The way to where the page was moved, in the same language. One query; none when the address holds a secret."""
    match = request.resolver_match
    if request.method not in {"GET", "HEAD"} or (match and SECRETS & match.kwargs.keys()):
        return None
    try:
        path = moved.where(in_language(request.path, SOURCE))
    except DatabaseError:
        return None
    if path is None:
        return None
    question = request.META.get("QUERY_STRING", "")
    address = in_language(path, translation.get_language() or SOURCE)
    return HttpResponseRedirect(f"{address}?{question}" if question else address)
