"""When the page asked for cannot be given: one calm page, with the numbers that help."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from nejtilbander.publishing import Withdrawn


def error_page(
    request: HttpRequest, status: int, title: str, text: str, *, text_is_danish: bool = False
) -> HttpResponse:
    """The page for `status`, in the language of the address. Asks the database nothing."""
    context = {"title": title, "text": text, "text_is_danish": text_is_danish, "is_error": True}
    return TemplateResponse(request, "error.html", context, status=status).render()


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    response = error_page(
        request, 405, _("Det kan siden ikke"), _("Siden kan kun læses. Der er ikke noget at sende ind her.")
    )
    response.headers["Allow"] = allowed
    return response


class ErrorPageMiddleware:
    """Turns a withdrawn page into 410 Gone with the public reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Withdrawn):
            return error_page(
                request, 410, _("Siden er trukket tilbage"), exception.reason, text_is_danish=exception.is_borrowed
            )
        return None
