"""Middleware that activates the language of the address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from nejtilbander.i18n.languages import SOURCE


class LanguageMiddleware:
    """Activates the language of the path's prefix, Danish without one.

    Django's LocaleMiddleware also makes responses vary on Accept-Language; these do not, so caches stay simple.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or SOURCE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
