"""Django's error handlers."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.utils.translation import gettext as _

from nejtilbander.caching.policy import is_admin_request
from nejtilbander.web import inline_assets
from nejtilbander.web.errors import error_page, payload_too_large


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("Adressen findes ikke, eller også er siden flyttet. Prøv menuen, eller søg.")
    return error_page(request, 404, _("Siden findes ikke"), text)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig) and is_admin_request(request):
        return payload_too_large(request)
    return error_page(request, 400, _("Det forstod siden ikke"), _("Prøv igen fra forsiden eller menuen."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403, _("Det må du ikke se"), _("Siden er kun for dem, der har fået adgang."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    text = _("Formularen var for gammel, eller din browser sendte den ikke helt. Gå tilbage, og prøv igen.")
    return error_page(request, 403, _("Det kom ikke igennem"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fixed page, loaded at start, so that nothing can fail again."""
    return HttpResponseServerError(inline_assets.SERVER_ERROR_PAGE)
